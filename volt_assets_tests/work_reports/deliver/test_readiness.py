"""When a range may go out, and to whom its morning has come."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from volt_assets.delivery_settings import Delivery
from volt_assets.work_reports.deliver.readiness import is_for, is_morning, next_morning, why_held
from volt_assets.work_reports.range_key import RangeKey
from volt_assets.work_reports.stages import MUST_HOLD
from volt_assets_tests.conftest import Week
from volt_assets_tests.pipeline import record_of

BERLIN = ZoneInfo("Europe/Berlin")


def lead(**keys: object) -> Delivery:
    return Delivery.model_validate({"audience": "lead", "channel": "email", "to": ["a@example.com"], **keys})


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2025-10-20T05:59:59+00:00", False),
        ("2025-10-20T06:00:00+00:00", True),
        ("2025-10-20T08:59:59+00:00", True),
        ("2025-10-20T09:00:00+00:00", False),
        # Winter time: an hour later by the clock of Greenwich.
        ("2025-10-27T06:30:00+00:00", False),
        ("2025-10-27T07:00:00+00:00", True),
    ],
)
def test_the_morning_is_that_of_the_recipients_clock(moment: str, *, expected: bool) -> None:
    assert is_morning(datetime.fromisoformat(moment), time(8), BERLIN) is expected


def test_a_morning_may_begin_before_midnight_and_on_a_night_that_loses_an_hour() -> None:
    assert is_morning(datetime(2025, 10, 20, 0, 30, tzinfo=UTC), time(23), ZoneInfo("UTC"))
    # 02:30 does not exist on this day in Berlin.
    assert is_morning(datetime(2025, 3, 30, 1, 30, tzinfo=UTC), time(2, 30), BERLIN)
    assert next_morning(datetime(2025, 10, 20, 6, 30, tzinfo=UTC), time(8), BERLIN) == datetime(2025, 10, 21, 8, tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("period", "start", "end", "expected"),
    [
        ("week", date(2025, 10, 6), date(2025, 10, 12), True),
        ("week", date(2025, 10, 7), date(2025, 10, 13), False),
        ("month", date(2025, 2, 1), date(2025, 2, 28), True),
        ("month", date(2025, 1, 1), date(2025, 2, 28), False),
        ("any", date(2025, 10, 7), date(2025, 10, 8), True),
    ],
)
def test_a_delivery_is_about_one_kind_of_period(period: str, start: date, end: date, *, expected: bool) -> None:
    assert is_for(lead(period=period), RangeKey(start, end)) is expected
    assert not is_for(lead(period=period), RangeKey(start, end, "platform"))


def test_a_finished_week_may_go_out_and_nothing_else(week: Week) -> None:
    record = record_of(week.data)
    assert set(record.verdicts) == set(MUST_HOLD)
    assert why_held(record, lead()) is None
    assert why_held(None, lead()) == "no run of the range is on record"
    assert why_held(record.model_copy(update={"status": "in_progress"}), lead()) == "the latest run is in progress"
    failed = record.model_copy(update={"verdicts": {**record.verdicts, "tables_add_up": False}})
    assert why_held(failed, lead()) == "a check failed: tables_add_up"
    unchecked = record.model_copy(update={"verdicts": {}})
    assert (why_held(unchecked, lead()) or "").startswith("not checked yet: every_entry_accounted_for")
    outdated = record.model_copy(update={"report_set": record.report_set.model_copy(update={"state": "outdated"})})
    assert why_held(outdated, lead()) == "the reports are outdated"
    incomplete = record.model_copy(update={"status": "incomplete"})
    assert "if_incomplete" in (why_held(incomplete, lead()) or "")
    assert why_held(incomplete, lead(if_incomplete=True)) is None
