"""Which ranges are run again by themselves, when, and how often."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from volt_assets.schedule_settings import ScheduleSettings
from volt_assets.work_reports.models.run_metadata import RunError, RunMetadata, RunParameters
from volt_assets.work_reports.unfinished_ranges import FOR_A_PERSON, judge

ENDED = datetime(2025, 10, 13, 6, tzinfo=UTC)
KEYS = ScheduleSettings(again_most=3, again_minutes=30)


def record(status: str, *, error: str | None = None, resets_at: datetime | None = None, ended: datetime | None = ENDED) -> RunMetadata:
    values: dict[str, Any] = {
        "key": "2025-10-06_2025-10-12",
        "code_version": "0",
        "run_id": "1",
        "status": status,
        "parameters": RunParameters(
            start_date=date(2025, 10, 6), end_date=date(2025, 10, 12), start_from="toggl", output_dir="/data", launcher="schedule"
        ),
        "planned": (),
        "versions": {},
        "created_at": ENDED - timedelta(minutes=1),
        "finished_at": ended,
        "error": RunError(type=error, message="it broke", step="raw_toggl_data", resets_at=resets_at) if error else None,
    }
    return RunMetadata.model_validate(values)


@pytest.mark.parametrize(("tried", "minutes"), [(0, 30), (1, 60), (2, 120)])
@pytest.mark.parametrize("status", ["failed", "incomplete"])
def test_a_range_that_ended_badly_is_run_again_after_a_while_that_doubles(status: str, tried: int, minutes: int) -> None:
    ended = record(status, error="ServerError")
    assert not judge(ended, tried, KEYS, ENDED + timedelta(minutes=minutes - 1)).again
    assert judge(ended, tried, KEYS, ENDED + timedelta(minutes=minutes)).again


def test_a_quota_is_waited_for_as_long_as_it_takes() -> None:
    resets_at = ENDED + timedelta(hours=1)
    waiting = record("waiting", error="QuotaExhaustedError", resets_at=resets_at)
    early = judge(waiting, 0, KEYS, resets_at)
    assert (early.again, early.why) == (False, "is run again at 2025-10-13 07:01 UTC")
    assert judge(waiting, 2, KEYS, resets_at + timedelta(minutes=1)).again


def test_it_ends_after_so_many_times() -> None:
    verdict = judge(record("failed", error="ServerError"), 3, KEYS, ENDED + timedelta(days=9))
    assert (verdict.again, verdict.why) == (False, "was run again 3 times already: somebody has to look at it")
    assert not judge(record("failed"), 0, ScheduleSettings(again_most=0), ENDED + timedelta(days=9)).again


@pytest.mark.parametrize("error", sorted(FOR_A_PERSON))
def test_what_a_person_has_to_mend_is_not_tried_again(error: str) -> None:
    verdict = judge(record("failed", error=error), 0, KEYS, ENDED + timedelta(days=1))
    assert (verdict.again, verdict.why) == (False, "it broke: somebody has to mend that")


@pytest.mark.parametrize("status", ["completed", "canceled", "in_progress"])
def test_other_ends_are_nobodys_business(status: str) -> None:
    assert not judge(record(status), 0, KEYS, ENDED + timedelta(days=1)).again


def test_a_run_without_an_end_is_left_alone() -> None:
    assert not judge(record("failed", error="ServerError", ended=None), 0, KEYS, ENDED + timedelta(days=1)).again
