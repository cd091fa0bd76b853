"""What a run leaves in Dagster's instance and in its logs: figures and names of files, nobody's name and nothing that somebody wrote.

The one exception is the preview of the team's report.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from volt_assets.sandbox.server import SandboxOptions, running_sandbox
from volt_assets.sandbox.world import WorldOptions
from volt_assets_tests.forked_runs import machine
from volt_assets_tests.pipeline import WEEK
from volt_assets_tests.test_security import everything_in

DATES = ("--start-date", "2025-10-06", "--end-date", "2025-10-12")
SHORTEST_TEXT = 6


@dataclass(frozen=True)
class Left:
    """What lies in the instance and in the logs of a run, without the previews that may be there."""

    ranges: Path
    values: list[tuple[str, str]]
    previews: int


def without(preview: str, value: str) -> str:
    """The value without the preview, however often it was packed as JSON."""
    for _ in range(3):
        value = value.replace(preview, "")
        preview = json.dumps(preview)[1:-1]
    return value


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Left]:
    options = SandboxOptions(world=WorldOptions(people=3, weeks=1), pace=0)
    with machine(tmp_path_factory.mktemp("home")) as place, running_sandbox(options) as company:
        data = place.home / "data"
        # A list of people is what a run is asked for, and lies beside the data only.
        people = ("--users", "mila.petrovic@example.com,joao.figueiredo@example.com")
        ended = place.command("run", *DATES, *people, "--output-dir", str(data), company=company)
        assert ended.code in (0, 4), ended.err
        ranges = data / "work_reports"
        allowed = [path.read_text() for path in ranges.glob("*/reports/team_summary.md")]
        found, previews = [], 0
        for name, content in [*everything_in(place.home / "dagster_home"), *everything_in(data / ".volt" / "progress")]:
            if name.endswith((".db", ".db-wal", ".db-shm")):
                continue  # its values are looked at one by one
            value = content.decode(errors="replace")
            for preview in allowed:
                previews += len(value)
                value = without(preview, value)
                previews -= len(value)
            found.append((name, value))
        yield Left(ranges, found, previews)


def personal_words(folder: Path) -> set[str]:
    """Everything of a range that is somebody's: names, e-mails, slugs, texts of time entries, descriptions, comments."""
    read: Any = {name: json.loads((folder / f"{name}.json").read_bytes()) for name in ("toggl_aggregated", "enriched_entities")}
    found = set()
    for person in read["toggl_aggregated"]["people"]:
        found |= {person["slug"], *(activity["description"] for activity in person["activities"])}
        found |= {text for item in person["items"] for text in item["names"]} | {entry["description"] for entry in person["running"]}
    for person in [*read["toggl_aggregated"]["people"], *read["toggl_aggregated"]["people_without_time"]]:
        found |= {person["name"], person["email"] or ""}
    for item in read["enriched_entities"]["items"]:
        found |= {item["name"], item["description"], *(comment["text"] for comment in item["comments"])}
        found |= {comment["author"] or "" for comment in item["comments"]}
    return {text for text in found if len(text) >= SHORTEST_TEXT}


def test_no_text_of_a_person_is_in_the_instance_or_in_a_log(left: Left) -> None:
    words = set().union(*(personal_words(folder) for folder in left.ranges.glob("20*")))
    assert len(words) > 50
    written = {form for word in words for form in (word, json.dumps(word)[1:-1])}
    anything = re.compile("|".join(map(re.escape, sorted(written, key=len, reverse=True))))
    found = {(name.rpartition("/")[2], match[0]) for name, value in left.values for match in anything.finditer(value)}
    assert sorted(found) == []


def test_the_search_looks_where_something_is(left: Left) -> None:
    places = {name.rpartition(" ")[2] if " " in name else Path(name).suffix for name, _ in left.values}
    assert {"event_logs", "runs", "run_tags", ".jsonl"} <= places
    assert any(WEEK in value for _, value in left.values)
    assert left.previews > 4_000  # the team's report
