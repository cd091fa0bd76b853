"""The trend: as many periods as are stored, the last column the report's own figures."""

from __future__ import annotations

from datetime import date, timedelta

from volt_assets.work_reports.models import EarlierPeriod
from volt_assets_tests.work_reports.report.report_set import report_set
from volt_assets_tests.work_reports.report.sample_week import MONDAY, week

HOUR = 3600


def earlier(weeks: int) -> EarlierPeriod:
    start: date = MONDAY - timedelta(days=7 * weeks)
    return EarlierPeriod(
        start_date=start,
        end_date=start + timedelta(days=6),
        total_duration_seconds=round(97.5 * HOUR) if weeks == 1 else (90 + weeks) * HOUR,
        matched_duration_seconds=80 * HOUR,
        unique_items=9,
        people_with_time=3,
        seconds_by_person={11: round(36.5 * HOUR)},
        matched_seconds_by_person={11: 30 * HOUR},
    )


def test_every_stored_period_is_a_column_and_this_one_the_last() -> None:
    data, items = week()
    reports = report_set(data.model_copy(update={"earlier_periods": tuple(earlier(weeks) for weeks in range(8, 0, -1))}), items)
    lines = reports.team.splitlines()
    heading = next(index for index, line in enumerate(lines) if line.startswith("| week from"))
    assert lines[heading] == "| week from | 11 Aug | 18 Aug | 25 Aug | 1 Sep | 8 Sep | 15 Sep | 22 Sep | 29 Sep | **6 Oct** |"
    assert lines[heading + 2].endswith("| 80.0 | 80.0 | 86.4 |")
    total = next(line for line in lines if line.startswith("**") and "tracked" in line)
    assert lines[heading + 3].endswith(f"| 97.5 | **{total.removeprefix('**').split(' h')[0]}** |")
    assert "Stored without a gap" not in reports.team
    assert "| 30.0 | 36.1 |" in reports.of("john_doe")


def test_a_short_history_says_since_when() -> None:
    data, items = week()
    reports = report_set(data.model_copy(update={"earlier_periods": (earlier(2), earlier(1))}), items)
    assert "Stored without a gap since 22 Sep." in reports.team
    assert "week from" not in report_set(data, items).of("john_doe")


def test_without_history_the_team_report_says_so() -> None:
    data, items = week()
    data = data.model_copy(update={"previous_statistics": None})
    assert "Not known: the week before is not stored." in report_set(data, items).team
