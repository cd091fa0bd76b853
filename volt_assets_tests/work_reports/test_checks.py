"""Every check passes on what a run has stored, and fails when that is no longer true."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from dagster._core.execution.context.invocation import DirectAssetCheckExecutionContext

from volt_assets.errors import UsageError
from volt_assets.work_reports.checks import ALL_CHECKS
from volt_assets.work_reports.stages import MUST_HOLD
from volt_assets_tests.conftest import Week
from volt_assets_tests.pipeline import WEEK, ClockedVolt, folder_of, record_of

CHECKS = {key.name: check for check in ALL_CHECKS for key in check.check_keys}
Spoil = Callable[[Any], None]


def judge(name: str, key: str = WEEK) -> dg.AssetCheckResult:
    with dg.build_op_context(partition_key=key, resources={"volt": ClockedVolt()}) as context:
        result = CHECKS[name](DirectAssetCheckExecutionContext(context))
    assert isinstance(result, dg.AssetCheckResult)
    return result


def spoil(data: Path, name: str, change: Spoil) -> None:
    path = folder_of(data) / f"{name}.json"
    content = json.loads(path.read_bytes())
    change(content)
    path.write_text(json.dumps(content))


def test_all_of_them_pass_on_a_real_week(week: Week) -> None:
    assert week.ran.checks == dict.fromkeys(CHECKS, True)


def test_what_must_hold_before_a_report_is_given_out_are_checks_and_the_record_keeps_their_verdicts(stored_week: Path) -> None:
    assets = {key.name: key.asset_key.path[-1] for check in ALL_CHECKS for key in check.check_keys}
    assert {name: assets[name] for name in MUST_HOLD} == MUST_HOLD
    assert record_of(stored_week).verdicts == dict.fromkeys(MUST_HOLD, True)
    whole = (folder_of(stored_week) / "enriched_data.json").read_bytes()
    spoil(stored_week, "enriched_data", lambda data: data["coverage"].update(unmatched_duration_seconds=0))
    assert not judge("coverage_adds_up").passed
    assert record_of(stored_week).verdicts["coverage_adds_up"] is False
    (folder_of(stored_week) / "enriched_data.json").write_bytes(whole)
    assert judge("coverage_adds_up").passed
    assert record_of(stored_week).verdicts == dict.fromkeys(MUST_HOLD, True)


def test_an_unproven_total_is_a_warning_that_shows_the_difference(stored_week: Path) -> None:
    spoil(stored_week, "raw_toggl_data", lambda raw: raw["reconciliation"].update(toggl_seconds=raw["reconciliation"]["our_seconds"] + 60))
    result = judge("reconciled_with_toggl")
    assert (result.passed, result.severity) == (False, dg.AssetCheckSeverity.WARN)
    ours, theirs = result.metadata["our_seconds"].value, result.metadata["toggl_seconds"].value
    assert int(str(theirs)) - int(str(ours)) == 60


def _lose_an_entry(aggregated: Any) -> None:
    aggregated["people"][0]["items"][0]["entries"].pop()


def _count_an_entry_twice(aggregated: Any) -> None:
    person = aggregated["people"][0]
    person["activities"][0]["entries"].append(person["items"][0]["entries"][0])


def _lose_a_second(aggregated: Any) -> None:
    aggregated["people"][0]["items"][0]["duration_seconds"] -= 1


def _tell_another_total(aggregated: Any) -> None:
    aggregated["statistics"]["total_duration_seconds"] += 1


@pytest.mark.parametrize("change", [_lose_an_entry, _count_an_entry_twice, _lose_a_second, _tell_another_total])
def test_an_entry_or_a_second_that_is_lost_or_counted_twice_is_an_error(stored_week: Path, change: Spoil) -> None:
    spoil(stored_week, "toggl_aggregated", change)
    result = judge("every_entry_accounted_for")
    assert (result.passed, result.severity) == (False, dg.AssetCheckSeverity.ERROR)


def _lose_an_item(enriched: Any) -> None:
    enriched["items"].pop()


def _explain_nothing(enriched: Any) -> None:
    next(item for item in enriched["items"] if item["status"] != "enriched")["reason"] = None


@pytest.mark.parametrize("change", [_lose_an_item, _explain_nothing])
def test_an_item_that_is_missing_or_silent_is_an_error(stored_week: Path, change: Spoil) -> None:
    spoil(stored_week, "enriched_entities", change)
    result = judge("every_item_enriched_or_explained")
    assert (result.passed, result.severity) == (False, dg.AssetCheckSeverity.ERROR)


def test_a_person_without_a_report_and_a_report_without_a_person_are_errors(stored_week: Path) -> None:
    folder = folder_of(stored_week) / "reports" / "individual"
    assert judge("every_person_has_a_report").passed
    (folder / "my_notes.md").write_text("of somebody else")
    assert judge("every_person_has_a_report").passed
    (folder / "nobody.md").write_bytes((folder / "tane_rangi.md").read_bytes())
    assert not judge("every_person_has_a_report").passed
    (folder / "nobody.md").unlink()
    (folder / "tane_rangi.md").unlink()
    result = judge("every_person_has_a_report")
    assert (result.passed, result.severity) == (False, dg.AssetCheckSeverity.ERROR)
    assert result.metadata["people"].value == 10
    assert result.metadata["reports"].value == 9


def test_coverage_that_does_not_add_up_is_an_error(stored_week: Path) -> None:
    spoil(stored_week, "enriched_data", lambda data: data["coverage"].update(unmatched_duration_seconds=0))
    result = judge("coverage_adds_up")
    assert (result.passed, result.severity) == (False, dg.AssetCheckSeverity.ERROR)


def test_a_half_remade_set_is_recognised_and_the_record_says_so(stored_week: Path) -> None:
    report = folder_of(stored_week) / "reports" / "team_summary.md"
    text = report.read_text()
    stamp = text[text.rindex("data=") + 5 :][:16]
    report.write_text(text.replace(f"data={stamp}", "data=0123456789abcdef"))
    result = judge("report_set_is_whole")
    assert (result.passed, result.metadata["state"].value) == (False, "half remade")
    assert json.loads((folder_of(stored_week) / "run_metadata.json").read_bytes())["report_set"]["state"] == "half remade"


def _judge_an_item_twice(document: Any) -> None:
    document["people"][0]["rows"].append(document["people"][0]["rows"][0])


def _judge_less_time(document: Any) -> None:
    document["people"][0]["rows"][0]["hours"]["seconds"] -= 1


@pytest.mark.parametrize("change", [_judge_an_item_twice, _judge_less_time])
def test_an_item_that_is_judged_twice_or_in_part_is_an_error(stored_week: Path, change: Spoil) -> None:
    spoil(stored_week, "reports/work_alignment", change)
    assert not judge("every_item_is_judged").passed


def test_a_table_that_lost_a_row_is_an_error(stored_week: Path) -> None:
    table = folder_of(stored_week) / "reports" / "tables" / "activities.csv"
    assert judge("tables_add_up").passed
    table.write_bytes(table.read_bytes().rstrip().rpartition(b"\r\n")[0] + b"\r\n")
    assert not judge("tables_add_up").passed


def test_a_link_to_a_file_that_is_gone_is_named(stored_week: Path) -> None:
    reports = folder_of(stored_week) / "reports"
    (reports / "individual" / "tane_rangi.md").unlink()
    (reports / "tables" / "trend.csv").unlink()
    result = judge("links_lead_somewhere")
    assert not result.passed
    broken = str(result.metadata["broken"].value)
    assert "team_summary.md: a file of a person" in broken
    assert "tane" not in broken
    assert "tables.md: tables/trend.csv" in broken


@pytest.mark.parametrize("name", sorted(CHECKS))
def test_no_check_reads_outside_the_data_folder(stored_week: Path, name: str) -> None:
    with pytest.raises(UsageError, match="is not a range key"):
        judge(name, f"../{stored_week.name}/work_reports/{WEEK}")


@pytest.mark.parametrize("name", sorted(set(CHECKS) - {"report_set_is_whole"}))
def test_a_check_loads_nothing_but_its_own_range(name: str) -> None:
    """An asset as an input would load every partition there is."""
    loaded = [definition for definition in CHECKS[name].op.input_defs if not definition.dagster_type.is_nothing]
    assert loaded == []
