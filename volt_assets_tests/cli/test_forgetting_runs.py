"""Nothing of somebody who was forgotten is left, in the data folder or in what Dagster keeps."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from volt_assets.cli.forgetting_runs import forget_lost_materializations
from volt_assets.sandbox.server import SandboxOptions, running_sandbox
from volt_assets.sandbox.world import WorldOptions
from volt_assets_tests.forked_runs import Machine, machine
from volt_assets_tests.pipeline import WEEK, document
from volt_assets_tests.test_security import everything_in

DATES = ("--start-date", "2025-10-06", "--end-date", "2025-10-12")
SHORTEST_TEXT = 6


def words_of(data: Path, name: str) -> set[str]:
    """What only this person is called and only they wrote, as it stands in files."""
    aggregated: Any = document(data, "toggl_aggregated")
    person = next(one for one in aggregated["people"] if one["name"] == name)
    texts: dict[bool, set[str]] = {True: set(), False: set()}
    for path in (data / "work_reports" / "toggl_days").glob("*.json"):
        for entry in json.loads(path.read_bytes())["entries"]:
            texts[entry["user_id"] == person["user_id"]].add(entry["description"])
    comments = [one for item in document(data, "enriched_entities")["items"] for one in item["comments"]]
    for one in comments:
        texts[one["author"] == name].add(one["text"])
    # A text that is part of somebody else's cannot be told from theirs.
    own = {text for text in texts[True] if len(text) >= SHORTEST_TEXT and not any(text in other for other in texts[False])}
    words = {name, person["email"], person["slug"], str(person["user_id"]), *own}
    return {form for word in words for form in (word, json.dumps(word)[1:-1])}


def found_in(place: Machine, words: set[str]) -> Iterator[tuple[str, str]]:
    for path, content in everything_in(place.home):
        if not Path(path).name.startswith("output_"):  # what the terminal showed
            text = content.decode(errors="replace")
            yield from ((path, word) for word in words if word in text)


def test_nothing_of_a_forgotten_person_is_left(tmp_path: Path) -> None:
    options = SandboxOptions(world=WorldOptions(people=2, weeks=1), pace=0)
    with machine(tmp_path) as place, running_sandbox(options) as company:
        data = place.home / "data"
        assert place.command("run", *DATES, "--output-dir", str(data), company=company).code in (0, 4)
        name = next(one["name"] for one in document(data, "toggl_aggregated")["people"] if one["name"].startswith("Mila"))
        words = words_of(data, name)
        before = {Path(path).suffix or Path(path).name for path, _ in found_in(place, words)}
        assert {".md", ".json", ".jsonl", ".db asset_keys", ".db event_logs"} <= before
        ledger = next((data / ".volt" / "llm_calls").glob("*.jsonl"))
        calls = [json.loads(line) for line in ledger.read_bytes().splitlines()]
        email = next(word for word in words if word.startswith("mila.") and "@" in word)
        # A process that was killed while it wrote leaves what it had begun with.
        begun = data / "work_reports" / "toggl_days" / ".2025-10-07.json.x1.tmp"
        begun.write_text(json.dumps({"entries": [{"email": email}]})[:-2])

        ended = place.command("forget", "--subject", email, "--yes", company=company, VOLT_DATA_DIR=str(data))

        assert ended.code == 0, ended.err
        assert sorted(found_in(place, words)) == []
        kept = [json.loads(line) for line in ledger.read_bytes().splitlines()]
        spent = ("call", "outcome", "input_tokens", "output_tokens", "cost_usd")
        assert [[one.get(key) for key in spent] for one in kept] == [[one.get(key) for key in spent] for one in calls]
        assert "forgotten" in {one["subject"] for one in kept}
        assert not (data / ".volt" / "made_from" / WEEK).exists()


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.local_temp(str(tmp_path)) as made:
        yield made


def test_the_latest_that_is_left_takes_the_place_of_a_preview_whose_run_is_gone(instance: dg.DagsterInstance) -> None:
    weeks = dg.StaticPartitionsDefinition(["a", "b"])

    @dg.asset(partitions_def=weeks)
    def summary(context: dg.AssetExecutionContext) -> dg.MaterializeResult[None]:
        return dg.MaterializeResult(metadata={"preview": f"of {context.partition_key}"})

    runs = [dg.materialize([summary], partition_key=key, instance=instance).run_id for key in ("a", "b")]

    def shown() -> str | None:
        record = instance.get_asset_records([summary.key])[0].asset_entry.last_materialization_record
        found = record.asset_materialization if record else None
        return str(found.metadata["preview"].value) if found else None

    instance.delete_run(runs[1])
    forget_lost_materializations(instance)
    assert shown() == "of a"
    assert instance.get_materialized_partitions(summary.key) == {"a"}
    instance.delete_run(runs[0])
    forget_lost_materializations(instance)
    assert list(instance.get_asset_records()) == []
