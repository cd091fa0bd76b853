"""The second stage as Dagster runs it: what it costs, and what an item that fails does to a run."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from volt_assets.resilience.dead_letters import DeadLetters
from volt_assets.sandbox.server import RunningSandbox
from volt_assets.work_reports.data_folder import DataFolder
from volt_assets_tests.checkout import ROOT
from volt_assets_tests.pipeline import WEEK, Ran, document, folder_of, record_of, run_job
from volt_assets_tests.work_reports.enrich.plans import now

# The first two ask for the items and for the children of features; the third is the rest of an item with 130 comments.
NO_MORE_COMMENTS = "fibery:503:3..999:/api/commands"


def enrich() -> Ran:
    return run_job(assets=["entities_to_enrich", "enriched_entities"])


def letters(data: Path) -> list[str]:
    return [letter.key for letter in DeadLetters(DataFolder(str(data)).dead_letters, now=now).letters()]


def forget_items(data: Path) -> None:
    for name in ("items", "results"):
        shutil.rmtree(data / ".volt" / name)


@pytest.fixture
def tolerant(stored_week: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder, with a configuration in which a task may fail and the run goes on."""
    shipped = (ROOT / "config" / "enrichment_config.yaml").read_text(encoding="utf-8")
    folder = tmp_path / "config"
    folder.mkdir()
    changed = shipped.replace("    activity: enrich_scrum_task\n", "    activity: enrich_scrum_task\n    on_failure: dead_letter\n")
    (folder / "enrichment_config.yaml").write_text(changed, encoding="utf-8")
    monkeypatch.setenv("VOLT_CONFIG", str(folder))
    return stored_week


def test_an_unchanged_range_is_enriched_by_one_request_to_the_same_content(stored_week: Path, sandbox: RunningSandbox) -> None:
    before, asked = document(stored_week, "enriched_entities"), sandbox.requests.total("fibery")
    assert enrich().is_success
    after = document(stored_week, "enriched_entities")
    assert sandbox.requests.total("fibery") - asked == record_of(stored_week).usage.fibery_requests == 1
    assert after["data_version"] == before["data_version"]
    times = {"run_id": "", "data_as_of": "", "fetched_at": ""}
    assert json.dumps({**after, **times}) == json.dumps({**before, **times})


def test_labels_that_people_make_up_share_one_step(stored_week: Path) -> None:
    path = folder_of(stored_week) / "toggl_aggregated.json"
    aggregated = json.loads(path.read_bytes())
    one = aggregated["people"][0]["items"][0]
    made_up = [{**one, "type": f"Made/Up {number}", "public_id": "1", "label": f"[Made] [Up {number}]"} for number in range(9)]
    aggregated["people"][0]["items"] += made_up
    path.write_text(json.dumps(aggregated), encoding="utf-8")
    ran = enrich()
    assert ran.is_success, ran.failures
    planned = document(stored_week, "entities_to_enrich")["types"]
    steps = {event.step_key for event in ran.result.all_events if event.is_step_success and "[" in str(event.step_key)}
    assert len(steps) == sum(kind["configured"] for kind in planned) + 1 < len(planned)
    items = document(stored_week, "enriched_entities")["items"]
    assert [(item["type"], item["status"]) for item in items if item["type"].startswith("Made/")] == [
        (f"Made/Up {number}", "not found") for number in range(9)
    ]
    assert {item["type"] for item in items} == {kind["type"] for kind in planned}


def test_an_item_that_fails_ends_the_run_by_default(stored_week: Path, sandbox: RunningSandbox) -> None:
    forget_items(stored_week)
    with sandbox.faults.during(NO_MORE_COMMENTS):
        ran = enrich()
    assert not ran.is_success
    record = record_of(stored_week)
    assert (record.status, record.error and record.error.type) == ("failed", "ServerError")
    assert record.usage.fibery_requests > 2
    assert letters(stored_week) == []


def test_an_item_that_may_fail_is_reported_and_kept_until_it_succeeds(tolerant: Path, sandbox: RunningSandbox) -> None:
    forget_items(tolerant)
    with sandbox.faults.during(NO_MORE_COMMENTS):
        ran = enrich()
    assert ran.is_success, ran.failures
    record = record_of(tolerant)
    assert (record.status, record.statistics["dead_lettered_items"]) == ("incomplete", 1)
    (failed,) = (item for item in document(tolerant, "enriched_entities")["items"] if item["status"] == "failed")
    assert failed["reason"].startswith("Fibery did not answer in full")
    assert letters(tolerant) == [f"{WEEK}: {failed['type']} #{failed['public_id']}"]
    assert enrich().is_success
    assert (record_of(tolerant).status, letters(tolerant)) == ("completed", [])
