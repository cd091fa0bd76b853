"""Runs as rows and as objects."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from volt_assets.cli.run_listing import RUN_COLUMNS, duration_seconds, run_object, run_rows, run_table_title

START = datetime(2025, 10, 13, 6, tzinfo=UTC)
FINISHED = {
    "run_id": "r1",
    "key": "2025-10-06_2025-10-12",
    "status": "completed",
    "started_at": START,
    "finished_at": START + timedelta(seconds=222),
    "launcher": "volt-agent",
}


def test_rows_fit_their_columns_and_the_zone() -> None:
    going = {"run_id": "r2", "key": "2025-10-06_2025-10-12_platform", "status": "in_progress", "started_at": "2025-10-13T06:00:00Z"}
    zone = ZoneInfo("Europe/Belgrade")

    rows = run_rows([going, FINISHED], now=START + timedelta(minutes=61), zone=zone)

    assert rows == [
        ["r2", "2025-10-06_2025-10-12_platform", "in progress", "2025-10-13 08:00", "1h 01m", None],
        ["r1", "2025-10-06_2025-10-12", "completed", "2025-10-13 08:00", "3m 42s", "volt-agent"],
    ]
    assert {len(row) for row in rows} == {len(RUN_COLUMNS)}
    assert run_table_title(zone) == "Runs (times in Europe/Belgrade)"


@pytest.mark.parametrize(
    ("run", "seconds"),
    [
        ({"duration_seconds": 1.5, "started_at": START}, 1.5),
        ({"started_at": START, "finished_at": "2025-10-13T06:00:02"}, 2.0),
        ({"status": "in_progress", "started_at": START}, 60.0),
        ({"status": "failed", "started_at": START}, None),
        ({"started_at": "yesterday", "finished_at": START}, None),
        ({}, None),
    ],
)
def test_durations_are_recorded_computed_or_unknown(run: dict[str, object], seconds: float | None) -> None:
    assert duration_seconds(run, now=START + timedelta(minutes=1)) == seconds


def test_an_object_has_every_field_and_times_in_utc() -> None:
    local = {**FINISHED, "started_at": START.astimezone(ZoneInfo("Europe/Belgrade"))}

    assert run_object(local, now=START) == {
        "run_id": "r1",
        "key": "2025-10-06_2025-10-12",
        "status": "completed",
        "started_at": "2025-10-13T06:00:00+00:00",
        "finished_at": "2025-10-13T06:03:42+00:00",
        "duration_seconds": 222.0,
        "launcher": "volt-agent",
        "data_dir": None,
        "error": None,
    }


def test_the_metadata_of_the_run_adds_and_never_overrides() -> None:
    metadata = {"run_id": "r1", "status": "in_progress", "versions": {"volt": "0.1.0"}, "error": {"message": "gone"}}

    known = run_object({**FINISHED, "status": "failed"}, metadata, now=START)

    assert (known["status"], known["versions"], known["error"]) == ("failed", {"volt": "0.1.0"}, {"message": "gone"})


def test_the_metadata_of_a_later_run_adds_nothing() -> None:
    assert "versions" not in run_object(FINISHED, {"run_id": "r9", "versions": {}}, now=START)
