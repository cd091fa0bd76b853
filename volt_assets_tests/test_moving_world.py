"""The world changes or runs short while a run is under way: afterwards the figures are those of the world as it is then."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from volt_assets.cli.exit_codes import ExitCode
from volt_assets.cli.main import app
from volt_assets.clients import answers
from volt_assets.errors import UsageError
from volt_assets.sandbox.faults import KINDS
from volt_assets.sandbox.people import FIRST_USER_ID
from volt_assets.sandbox.server import RunningSandbox, SandboxOptions, running_sandbox
from volt_assets.sandbox.world import WorldOptions
from volt_assets_tests.fault_runs import (
    BOUND_BYTES,
    ON_THE_WIRE,
    STOPS,
    Runs,
    assert_nothing_is_half_written,
    assert_stopped_cleanly,
    content_of,
    figures,
    notation,
    reports,
    use,
    use_model,
)
from volt_assets_tests.pipeline import WEEK, document, files_of, folder_of

WORLD = WorldOptions(people=2, weeks=1)
COLLECT = ("raw_toggl_data", "toggl_aggregated")
ENRICH = ("entities_to_enrich", "enriched_entities")


@pytest.fixture
def company() -> Iterator[RunningSandbox]:
    """A company of its own for each test, since it is edited."""
    with running_sandbox(SandboxOptions(world=WORLD, pace=0, max_page_size=25)) as running:
        yield running


@pytest.fixture(scope="module")
def run() -> Runs:
    return Runs()


@pytest.fixture
def data(company: RunningSandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    use(company, tmp_path / "data", monkeypatch)
    return tmp_path / "data"


def collected(data: Path) -> Any:
    """The figures of a folder; what was edited since an earlier look is no figure."""
    return {name: value for name, value in content_of(document(data, "toggl_aggregated")).items() if name != "late_edits"}


def edited(data: Path) -> Any:
    return document(data, "toggl_aggregated")["late_edits"]


def collected_anew(data: Path, run: Runs) -> Any:
    """What a run finds that has nothing stored."""
    shutil.rmtree(data)
    assert run(COLLECT).status == "completed"
    return collected(data)


@pytest.mark.parametrize("page", [1, 2, 3])
@pytest.mark.parametrize("shift", ["insert", "delete"])
def test_rows_that_shift_between_two_pages(company: RunningSandbox, run: Runs, data: Path, shift: str, page: int) -> None:
    with company.faults.during(f"toggl:page-shift-{shift}:{page}"):
        record = run(COLLECT)
    assert company.faults.struck() == 1
    assert (record.status, record.statistics["is_reconciled"]) == ("completed", True)
    assert collected(data) == collected_anew(data, run)


def test_rows_that_never_stop_shifting_are_not_called_proven(company: RunningSandbox, run: Runs, data: Path) -> None:
    with company.faults.during("toggl:page-shift-insert:every-1"):
        record = run(COLLECT)
    assert company.faults.struck() > 2
    assert (record.status, record.statistics["is_reconciled"]) == ("incomplete", False)
    assert collected(data)["reconciliation"]["our_seconds"] != collected(data)["reconciliation"]["toggl_seconds"]


def test_a_small_quota_is_used_up_run_after_run_until_all_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Runs) -> None:
    now = [0.0]
    options = SandboxOptions(world=WORLD, pace=0, max_page_size=25, quota_per_hour=5, quota_window_seconds=3600, clock=lambda: now[0])
    data = tmp_path / "data"
    with running_sandbox(options) as company:
        use(company, data, monkeypatch)
        waits = 0
        while (record := run(COLLECT)).status != "completed":
            assert_stopped_cleanly(record, (ExitCode.WAITING, "QuotaExhaustedError"))
            assert_nothing_is_half_written(data)
            now[0] += 3600
            waits += 1
            assert waits < 5, "every quota has to bring the run further"
    assert waits > 0
    found = collected(data)
    with running_sandbox(SandboxOptions(world=WORLD, pace=0)) as unlimited:
        monkeypatch.setenv("TOGGL_BASE_URL", unlimited.toggl_url)
        assert found == collected_anew(data, run)


def test_a_token_that_sees_only_its_owner_says_so(company: RunningSandbox, run: Runs, data: Path) -> None:
    company.edit.role("user")
    run(COLLECT)
    found = collected(data)
    assert found["sees_only_own_entries"] is True
    assert {person["user_id"] for person in found["people"]} == {FIRST_USER_ID}


@pytest.mark.parametrize("edit", ["seconds", "description", "day", "add", "delete"])
def test_edits_of_days_that_are_stored_already(company: RunningSandbox, run: Runs, data: Path, edit: str) -> None:
    run(COLLECT)
    entry = document(data, "raw_toggl_data")["entries"][7]["id"]
    edits: dict[str, Callable[[], object]] = {
        "seconds": lambda: company.edit.entry(entry, seconds=4321),
        "description": lambda: company.edit.entry(entry, description="Said later"),
        "day": lambda: company.edit.entry(entry, day=date(2025, 10, 9)),
        "add": lambda: company.edit.add_entry(FIRST_USER_ID, date(2025, 10, 8), seconds=600, description="Forgotten"),
        "delete": lambda: company.edit.delete_entry(entry),
    }
    edits[edit]()
    run(COLLECT)
    assert edited(data)
    assert collected(data) == collected_anew(data, run)


def test_a_late_edit_makes_the_next_revision_of_the_reports_it_concerns(
    company: RunningSandbox, run: Runs, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run().status == "completed"
    first = reports(data)
    entry = next(one for one in document(data, "raw_toggl_data")["entries"] if one["user_id"] == FIRST_USER_ID and one["stop"])
    company.edit.entry(entry["id"], seconds=entry["seconds"] + 3600)
    assert run().status == "completed"
    unchanged = [name for name in reports(data) if reports(data)[name] == first[name]]
    assert len([name for name in unchanged if name not in {path.name for path in (folder_of(data) / "reports").glob("*.md")}]) == 1
    assert b"revision 2 (+1.0 h since revision 1: 1 entry changed, 0 deleted)" in reports(data)["team_summary.md"]
    assert app(["diff", WEEK, "--json"], standalone_mode=False) == 0
    found = {each["report"]: each for each in json.loads(capsys.readouterr().out)}
    of_time = [each for each in found.values() if each["entries_changed"]]
    assert {each["report"].partition("/")[0] for each in of_time} == {"individual", "team_summary", "toggl_summary"}
    assert {(each["seconds"], *each["entries_changed"]) for each in of_time} == {(3600, entry["id"])}
    assert all(each["sentences_added"] for each in of_time)
    assert all(each["lines"] for each in found.values())
    assert app(["diff", WEEK, "--report", "team_summary"], standalone_mode=False) == 0
    assert "team_summary: revision 1 -> 2, +1.0 h" in capsys.readouterr().out
    with pytest.raises(UsageError, match="has no report 'team_sumary'"):
        app(["diff", WEEK, "--report", "team_sumary"], standalone_mode=False)


@dataclass(frozen=True)
class EditedWeek:
    """A stored week of which somebody deleted an entry afterwards, and what a run that has nothing stored finds."""

    company: RunningSandbox
    stored: Path
    expected: Any


@pytest.fixture(scope="module")
def edited_week(run: Runs, tmp_path_factory: pytest.TempPathFactory) -> Iterator[EditedWeek]:
    stored, fresh = (tmp_path_factory.mktemp(name) / "data" for name in ("stored", "fresh"))
    with (
        running_sandbox(SandboxOptions(world=WORLD, pace=0, max_page_size=25)) as company,
        pytest.MonkeyPatch.context() as environment,
    ):
        use(company, stored, environment)
        run(COLLECT)
        company.edit.delete_entry(document(stored, "raw_toggl_data")["entries"][7]["id"])
        use(company, fresh, environment)
        run(COLLECT)
        yield EditedWeek(company, stored, collected(fresh))


@pytest.mark.parametrize("kind", [kind for kind in ON_THE_WIRE if kind != "slow" and "toggl" in KINDS[kind].apis])
def test_a_second_look_that_fails_loses_nothing(
    edited_week: EditedWeek, run: Runs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    data, company = tmp_path / "data", edited_week.company
    shutil.copytree(edited_week.stored, data)
    use(company, data, monkeypatch)
    monkeypatch.setattr(answers, "LARGEST_ANSWER_BYTES", BOUND_BYTES)
    days = files_of(data / "work_reports" / "toggl_days")
    with company.faults.during(notation("toggl", kind, "1..", "*/summary/time_entries")) as (fault,):
        record = run(COLLECT)
    assert company.faults.struck(fault) > 0
    if record.status != "completed":
        assert_stopped_cleanly(record, STOPS[kind])
    if record.status != "completed" or collected(data) != edited_week.expected:
        # Without the second look the stored days stay whole and as they were, and the next run looks again.
        assert files_of(data / "work_reports" / "toggl_days") == days
        assert run(COLLECT).status == "completed"
    assert_nothing_is_half_written(data)
    assert collected(data) == edited_week.expected


def test_an_item_that_was_deleted_is_reported_as_not_found(company: RunningSandbox, run: Runs, data: Path) -> None:
    def statuses() -> dict[tuple[str, str], str]:
        return {(item["type"], item["public_id"]): item["status"] for item in document(data, "enriched_entities")["items"]}

    run(COLLECT)
    run(ENRICH)
    before = statuses()
    gone = next(key for key, status in before.items() if status == "enriched")
    company.edit.delete_item(*gone)
    assert run(ENRICH).status == "completed"
    assert statuses() == {**before, gone: "not found"}


def test_trouble_everywhere_at_once(company: RunningSandbox, run: Runs, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use_model(company, monkeypatch)
    Path(os.environ["VOLT_CONFIG"], "volt.yaml").write_text("pace: 0\nretries: {attempts: 4}\n")
    trouble = ("toggl:500:every-3", "toggl:cut-json:every-4", "fibery:reset:every-3", "fibery:429:every-5", "openai:503:every-2")
    with company.faults.during(*trouble):
        assert run().status == "completed"
    assert company.faults.struck() > len(trouble)
    disturbed = figures(data)
    shutil.rmtree(data)
    assert run().status == "completed"
    assert figures(data) == disturbed
