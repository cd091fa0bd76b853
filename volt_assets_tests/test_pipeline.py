"""One run of the whole pipeline: what it stores, what it says about it, and what it must never say."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from volt_assets.sandbox.entry_table import STOPPED
from volt_assets.sandbox.server import RunningSandbox
from volt_assets.work_reports.models import (
    EnrichedData,
    EnrichedEntities,
    EntitiesToEnrich,
    IndividualReports,
    RawTogglData,
    TogglAggregated,
)
from volt_assets.work_reports.models.document import Document
from volt_assets.work_reports.report.work import distinct_names, shown_hours
from volt_assets.work_reports.stages import RANGE_ASSETS
from volt_assets.work_reports.stamp import read_stamp
from volt_assets_tests.conftest import Week
from volt_assets_tests.generated_docs import ROOT
from volt_assets_tests.pipeline import WEEK, document, files_of, folder_of, record_of, report_files

MONDAY = date(2025, 10, 6)
DOCUMENTS: dict[str, type[Document]] = {
    "raw_toggl_data": RawTogglData,
    "toggl_aggregated": TogglAggregated,
    "entities_to_enrich": EntitiesToEnrich,
    "enriched_entities": EnrichedEntities,
    "individual_reports": IndividualReports,
    "enriched_data": EnrichedData,
}
PEOPLE = (
    "alex_kim_10658442",
    "alex_kim_10658449",
    "arjun_mehta",
    "grace_howell",
    "joao_figueiredo",
    "mila_petrovic",
    "sofia_almeida",
    "tane_rangi",
    "user_10658421",
    "user_10658435",
)


def rows_of_week(sandbox: RunningSandbox) -> Iterator[dict[str, int]]:
    """The entries of the world that start in the week, in their owners' zones."""
    columns = sandbox.world.entries.columns
    for row in range(len(sandbox.world.entries)):
        values = {name: column[row] for name, column in columns.items()}
        if MONDAY.toordinal() <= values["day"] < MONDAY.toordinal() + 7:
            yield values


def test_every_file_of_the_listing_is_there_and_nothing_else(week: Week) -> None:
    files = set(files_of(week.data / "work_reports"))
    days = {f"toggl_days/{MONDAY + timedelta(days=offset)}.json" for offset in range(7)}
    documents = {f"{WEEK}/{name}.json" for name in (*DOCUMENTS, "run_metadata", f"runs/{week.ran.run_id}")}
    reports = {f"{WEEK}/reports/{name}" for name in report_files(*PEOPLE)}
    names = {name.removesuffix(".md") for name in report_files(*PEOPLE) if name.endswith(".md")}
    revisions = {f"{WEEK}/revisions/index.json", *(f"{WEEK}/revisions/{name}/1.json" for name in names)}
    assert files == days | documents | reports | revisions | {"workspace_schema.json", "execution_log.jsonl"}


def test_nothing_half_written_stays_behind(week: Week) -> None:
    assert not [name for name in files_of(week.data) if name.endswith(".tmp") or "scratch" in name]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_document_begins_with_its_head_and_is_what_its_model_says(week: Week, name: str) -> None:
    content = (folder_of(week.data) / f"{name}.json").read_text()
    assert list(json.loads(content))[:6] == ["schema_version", "key", "data_as_of", "code_version", "run_id", "data_version"]
    read = DOCUMENTS[name].model_validate_json(content)
    assert (read.schema_version, read.key, read.run_id) == (1, WEEK, week.ran.run_id)


def test_the_other_documents_say_which_format_they_have(week: Week) -> None:
    assert list(document(week.data, "run_metadata"))[:2] == ["schema_version", "key"]
    day = json.loads((week.data / "work_reports" / "toggl_days" / "2025-10-07.json").read_bytes())
    assert list(day)[:2] == ["schema_version", "day"]
    assert day["is_closed"] is True


def test_seconds_in_are_seconds_out_against_the_world_itself(week: Week, sandbox: RunningSandbox) -> None:
    rows = list(rows_of_week(sandbox))
    stopped = [row for row in rows if row["ending"] == STOPPED]
    expected: dict[int, int] = {}
    for row in stopped:
        user_id = sandbox.world.people[row["person"]].user_id
        expected[user_id] = expected.get(user_id, 0) + row["seconds"]
    raw = document(week.data, "raw_toggl_data")
    aggregated = document(week.data, "toggl_aggregated")
    enriched = document(week.data, "enriched_data")
    assert len(raw["entries"]) == len(rows)
    assert {one["user_id"]: one["statistics"]["total_duration_seconds"] for one in aggregated["people"]} == expected
    total = sum(expected.values())
    assert aggregated["statistics"]["total_duration_seconds"] == enriched["coverage"]["total_duration_seconds"] == total
    assert raw["reconciliation"] == {"our_seconds": total, "toggl_seconds": total, "unproven_days": []}


def test_the_readme_shows_the_hours_of_this_very_week(week: Week) -> None:
    people = TogglAggregated.model_validate(document(week.data, "toggl_aggregated")).people
    names, hours = distinct_names(people), shown_hours(people)
    rows = {names[one.user_id]: (*hours[one.user_id], len(one.items)) for one in people}
    readme = (ROOT / "README.md").read_text(encoding="utf-8").partition("2025-10-13 to")[0]
    shown = re.findall(r"^(\w+ \w+) +[\d.]+ +([\d.]+) +([\d.]+) +(\d+)$", readme, re.MULTILINE)
    assert len(shown) == 3
    assert [(on_items, other, items) for _, on_items, other, items in shown] == [tuple(map(str, rows[name])) for name, *_ in shown]


def test_who_has_no_time_is_named(week: Week) -> None:
    assert [person["name"] for person in document(week.data, "toggl_aggregated")["people_without_time"]] == ["Ben Carter"]
    assert "Ben Carter" in (folder_of(week.data) / "reports" / "team_summary.md").read_text()


def test_the_reports_name_the_run_and_the_data_they_were_made_from(week: Week) -> None:
    time, items = (document(week.data, name)["data_version"] for name in ("toggl_aggregated", "enriched_entities"))
    for path in (folder_of(week.data) / "reports").rglob("*.md"):
        stamp = read_stamp(path.read_text())
        assert stamp is not None
        expected = time if path.stem == "toggl_summary" else f"{time}.{items}"
        assert (stamp.key, stamp.run_id, stamp.data_version) == (WEEK, week.ran.run_id, expected)


def test_the_record_tells_the_whole_story(week: Week) -> None:
    record = record_of(week.data)
    assert (record.status, record.run_id, record.error) == ("completed", week.ran.run_id, None)
    assert record.stages_completed == ("collect", "enrich", "report")
    assert record.planned == RANGE_ASSETS
    assert {step.asset for step in record.steps} == set(RANGE_ASSETS)
    assert all(step.finished_at is not None and step.status == "completed" for step in record.steps)
    assert record.parameters.overrides == {"pace": 0, "retries.attempts": 1}
    assert (record.parameters.start_from, record.parameters.model) == ("toggl", None)
    assert record.parameters.output_dir == str(week.data)
    assert record.report_set.state == "complete"
    listed = {*(file.path for file in record.report_set.files), *record.report_set.data_files}
    assert listed == {f"reports/{name}" for name in report_files(*PEOPLE)}


def test_the_record_counts_the_requests_that_the_servers_counted(week: Week) -> None:
    usage = record_of(week.data).usage
    assert {"toggl": usage.toggl_requests, "fibery": usage.fibery_requests, "openai": usage.llm_requests} == week.spent
    assert week.spent["openai"] == 0
    # 377 entries are 8 pages of 50 and a total; who is in the workspace takes 3 more.
    assert week.spent["toggl"] == 8 + 1 + 3
    assert week.spent["fibery"] < len(document(week.data, "enriched_entities")["items"]) / 4


@pytest.mark.parametrize("name", RANGE_ASSETS)
def test_every_asset_is_materialized_once_with_its_version_and_figures(week: Week, name: str) -> None:
    [materialization] = [one for one in week.ran.materializations if one.asset_key.path == ["work_reports", name]]
    assert materialization.partition == WEEK
    assert (materialization.tags or {})["dagster/code_version"]
    version = week.ran.versions[name]
    assert len(version) == 16
    if name in DOCUMENTS:
        assert version == document(week.data, name)["data_version"]
    plotted = [value for value in materialization.metadata.values() if isinstance(value, dg.IntMetadataValue | dg.FloatMetadataValue)]
    has_preview = any(isinstance(value, dg.MarkdownMetadataValue) for value in materialization.metadata.values())
    assert plotted or has_preview
    assert has_preview == (name == "team_summary")


def test_a_preview_is_the_report_itself(week: Week) -> None:
    [materialization] = [one for one in week.ran.materializations if one.asset_key.path[-1] == "team_summary"]
    preview = materialization.metadata["preview"]
    assert isinstance(preview, dg.MarkdownMetadataValue)
    assert preview.value == (folder_of(week.data) / "reports" / "team_summary.md").read_text()


def test_every_downloaded_day_is_materialized_with_a_version_of_its_own(week: Week) -> None:
    days = [one for one in week.ran.materializations if one.asset_key.path[-1] == "toggl_days"]
    assert sorted(str(day.partition) for day in days) == [str(MONDAY + timedelta(days=offset)) for offset in range(7)]
    assert len({(day.tags or {})["dagster/data_version"] for day in days}) == 7


def test_personal_text_stays_out_of_the_event_log(week: Week) -> None:
    """Reports about single people are files; Dagster's log keeps figures about them only."""
    [materialization] = [one for one in week.ran.materializations if one.asset_key.path[-1] == "individual_reports"]
    told = json.dumps({name: str(value.value) for name, value in materialization.metadata.items()})
    assert "Mila" not in told


def test_no_token_is_anywhere_in_what_a_run_leaves_behind(week: Week, sandbox: RunningSandbox) -> None:
    secrets = [value.encode() for name, value in sandbox.environ(with_model=True).items() if name.endswith(("TOKEN", "KEY"))]
    left = files_of(week.data)
    left["the event log"] = "\n".join(map(repr, week.ran.instance.all_logs(week.ran.run_id))).encode()
    assert len(left["the event log"]) > 100_000
    assert sorted(name for name, content in left.items() if any(secret in content for secret in secrets)) == []


def test_the_plan_and_what_came_of_it_are_one_to_one(week: Week) -> None:
    plan: Any = document(week.data, "entities_to_enrich")
    items = document(week.data, "enriched_entities")["items"]
    planned = [(one["type"], item["public_id"]) for one in plan["types"] for item in one["items"]]
    assert planned == [(item["type"], item["public_id"]) for item in items]
    assert {item["status"] for item in items} == {"enriched", "not found"}
    assert all(item["reason"] for item in items if item["status"] != "enriched")


def test_the_data_folder_belongs_to_one_workspace_now(week: Week) -> None:
    owner = json.loads((Path(week.data) / ".volt" / "workspace.json").read_bytes())
    assert owner["toggl_workspace_id"] == 123456
