"""Every fault against every stage: afterwards the figures are the undisturbed ones, or the run stopped and said why.

A stage is one kind of request (a path of an API). Each fault strikes it in two ways: always, which has to end the run
cleanly unless the right figures can be had all the same, and once, after which the same command, repeated as often as it
stopped, has to end in the undisturbed figures. Every run begins beside the reports of an earlier one.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest

from volt_assets.clients import answers
from volt_assets.sandbox.faults import KINDS
from volt_assets.sandbox.server import RunningSandbox, SandboxOptions, running_sandbox
from volt_assets.sandbox.world import WorldOptions
from volt_assets_tests.fault_runs import (
    BOUND_BYTES,
    OF_THE_MODEL,
    ON_THE_WIRE,
    STOPS,
    Finished,
    Runs,
    assert_nothing_is_half_written,
    assert_stopped_cleanly,
    figures,
    notation,
    reports,
    use,
    use_model,
)

pytestmark = pytest.mark.crash

COLLECT = ("raw_toggl_data", "toggl_aggregated")
ENRICH = ("entities_to_enrich", "enriched_entities", "enriched_data")
WRITE = ("individual_reports", "enriched_data")
ASSETS = {"toggl": COLLECT, "fibery": ENRICH, "openai": WRITE}
STAGES = {
    "toggl": (
        "/api/v9/workspaces/123456",
        "/api/v9/workspaces/123456/users",
        "/api/v9/organizations/654321/workspaces/123456/workspace_users",
        "/reports/api/v3/workspace/123456/search/time_entries",
        "/reports/api/v3/workspace/123456/search/time_entries/totals",
    ),
    "fibery": ("/api/schema", "/api/commands", "/api/documents/commands"),
    "openai": ("/v1/chat/completions",),
}
ZONES = STAGES["toggl"][2]
SLOW_STAGES = ("/reports/api/v3/workspace/123456/search/time_entries", "/api/commands", "/v1/chat/completions")
"""A slow answer costs a test real time, and one stage of each API tells as much as all of them."""
TRANSIENT = {"429", "500", "503", "reset", "reset-in-body", "cut-body", "cut-json", "slow", "invalid-utf8"}
HARMLESS = {"wrong-type"}
CELLS = [
    (api, kind, path)
    for api, paths in STAGES.items()
    for kind in ON_THE_WIRE
    for path in paths
    if api in KINDS[kind].apis and fnmatchcase(path, KINDS[kind].path) and (kind != "slow" or path in SLOW_STAGES)
]


@pytest.fixture(scope="module")
def company() -> Iterator[RunningSandbox]:
    options = SandboxOptions(world=WorldOptions(people=2, weeks=1), pace=0, max_page_size=25)
    with running_sandbox(options) as running:
        yield running


@pytest.fixture(scope="module")
def run() -> Runs:
    return Runs()


@pytest.fixture(scope="module")
def undisturbed(company: RunningSandbox, run: Runs, tmp_path_factory: pytest.TempPathFactory) -> Finished:
    data = tmp_path_factory.mktemp("undisturbed") / "data"
    with pytest.MonkeyPatch.context() as environment:
        use(company, data, environment)
        assert run().status == "completed"
    return Finished(data, *figures(data))


@pytest.fixture
def data(company: RunningSandbox, undisturbed: Finished, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of an earlier run with its reports, in which everything has to be asked for again."""
    folder = tmp_path / "data"
    shutil.copytree(undisturbed.data, folder)
    shutil.rmtree(folder / "work_reports" / "toggl_days")
    shutil.rmtree(folder / ".volt")
    use(company, folder, monkeypatch)
    monkeypatch.setattr(answers, "LARGEST_ANSWER_BYTES", BOUND_BYTES)
    company.faults.clear()
    yield folder
    company.faults.clear()


@pytest.mark.parametrize(("api", "kind", "path"), CELLS)
def test_a_stage_that_always_fails(
    company: RunningSandbox,
    undisturbed: Finished,
    run: Runs,
    data: Path,
    monkeypatch: pytest.MonkeyPatch,
    api: str,
    kind: str,
    path: str,
) -> None:
    before = reports(data)
    if api == "openai":
        use_model(company, monkeypatch)
    with company.faults.during(notation(api, kind, "1..", path)):
        record = run(ASSETS[api], kind=kind)
    assert company.faults.struck() > 0
    assert_nothing_is_half_written(data)
    if record.status == "completed":
        assert may_complete(api, kind, path)
        compare = _without_zones if path == ZONES else _as_it_is
        assert compare(figures(data)) == compare((undisturbed.aggregated, undisturbed.enriched))
        return
    assert_stopped_cleanly(record, STOPS[kind])
    assert reports(data) == before
    assert figures(data)[1] == undisturbed.enriched


def test_whatever_a_model_says_the_figures_stay_and_nothing_invented_is_published(
    company: RunningSandbox, undisturbed: Finished, run: Runs, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_model(company, monkeypatch)
    for kind in OF_THE_MODEL:
        shutil.rmtree(data / ".volt", ignore_errors=True)
        with company.faults.during(notation("openai", kind, "1..", "*/completions")):
            record = run(WRITE)
        assert (record.status, company.faults.struck() > 0) == ("completed", True), kind
        company.faults.clear()
        assert figures(data) == (undisturbed.aggregated, undisturbed.enriched), kind
        texts = b"".join(reports(data).values()).decode()
        assert "Zaphod" not in texts, kind
        assert "77.7" not in texts, kind


def may_complete(api: str, kind: str, path: str) -> bool:
    """What a stage can do without: its answer, when others tell the same or the reports can be written without it."""
    if kind in HARMLESS:
        return True
    if api == "openai":  # the prose is then written without a model
        return kind != "402-plan"
    return path == ZONES and kind == "402-plan"  # zones are for the organisation's admins; then nobody's zone is known


@pytest.mark.parametrize(("api", "kind"), sorted({(api, kind) for api, kind, _ in CELLS}))
def test_the_same_command_again_after_every_stage_failed_once(
    company: RunningSandbox,
    undisturbed: Finished,
    run: Runs,
    data: Path,
    monkeypatch: pytest.MonkeyPatch,
    api: str,
    kind: str,
) -> None:
    if api == "openai":
        use_model(company, monkeypatch)
    paths = [path for one, kind_of_cell, path in CELLS if (one, kind_of_cell) == (api, kind)]
    stops = 0
    with company.faults.during(*(notation(api, kind, "1", path) for path in paths)):
        while (record := run(ASSETS[api], kind=kind)).status != "completed":
            assert_stopped_cleanly(record, STOPS[kind])
            stops += 1
            assert stops <= len(paths)
    assert company.faults.struck() == len(paths)
    assert stops == 0 or kind not in TRANSIENT | HARMLESS
    assert_nothing_is_half_written(data)
    compare = _without_zones if kind == "402-plan" else _as_it_is
    assert compare(figures(data)) == compare((undisturbed.aggregated, undisturbed.enriched))


_as_it_is: Callable[[Any], Any] = lambda value: value  # noqa: E731


def _without_zones(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_zones(inner) for name, inner in value.items() if name != "zone"}
    return [_without_zones(inner) for inner in value] if isinstance(value, list | tuple) else value
