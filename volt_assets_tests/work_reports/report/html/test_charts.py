from __future__ import annotations

from datetime import date

import pytest

from volt_assets.settings import ReportSettings
from volt_assets.work_reports.report.fact_models import Grid
from volt_assets.work_reports.report.figures import Hours, added, nearest
from volt_assets.work_reports.report.html.charts import Bar, Chart, person_charts, team_charts, time_by_day, trend_chart
from volt_assets.work_reports.report.periods import Period
from volt_assets.work_reports.report.person_facts import person_facts
from volt_assets.work_reports.report.team_facts import team_facts
from volt_assets.work_reports.report.toggl_facts import toggl_facts
from volt_assets.work_reports.report.trend import Trend, TrendPoint
from volt_assets_tests.work_reports.report.report_set import report_set
from volt_assets_tests.work_reports.report.sample_week import aggregated, enriched, week


def hours(*values: float) -> tuple[Hours, ...]:
    return tuple(nearest(round(value * 3600)) for value in values)


def test_every_chart_of_parts_adds_up_to_the_total() -> None:
    data, items = week()
    facts = team_facts(report_set(data, items).data, items, ReportSettings())
    charts = {chart.name: chart for chart in team_charts(facts, toggl_facts(data))}
    assert list(charts) == ["time_by_day", "time_by_project", "time_by_type", "time_by_person"]
    for chart in charts.values():
        assert chart.total == facts.total
        assert added(chart.totals) == facts.total
    for person in data.people:
        of_person = person_facts(person, data, items, ReportSettings())
        assert {chart.total for chart in person_charts(of_person)} == {of_person.total}


def test_the_trend_shows_every_stored_period_and_this_one() -> None:
    now, before = hours(38, 30), hours(40, 31)
    points = [
        TrendPoint(first_day=f"2025-{day}", last_day=f"2025-{day}", label=day, total=total, on_items=on_items)
        for day, (total, on_items) in (("09-29", before), ("10-06", now))
    ]
    chart = trend_chart(Trend(points=tuple(points), noun="week"))
    assert [(bar.label, bar.total) for bar in chart.bars] == [("09-29", before[0]), ("10-06", now[0])]
    assert trend_chart(Trend(points=(points[1],), noun="week")).bars == ()


def test_without_time_there_is_no_chart() -> None:
    data, items = aggregated([]), enriched(())
    assert team_charts(team_facts(report_set(data, items).data, items, ReportSettings()), toggl_facts(data)) == ()


def test_a_long_list_is_drawn_in_part_and_nothing_is_lost() -> None:
    bars = [Bar(label=f"p{number}", parts=hours(20 - number), percent=1) for number in range(15)]
    other = Bar(label="other activities", parts=hours(7), is_other=True)
    chart = Chart(name="c", title="C", label="project", series=("hours",), bars=(*bars, other), form="rows", can_be_cut=True)
    assert [bar.label for bar in chart.drawn] == [*(f"p{number}" for number in range(8)), "7 more", "other activities"]
    assert added([bar.total for bar in chart.drawn]) == chart.total
    assert chart.drawn[8].percent is None
    assert "7 more 63.0 h; other activities 7.0 h." in chart.description


@pytest.mark.parametrize(
    ("end", "count", "title", "form"),
    [
        (date(2025, 10, 14), 14, "Time by day", "columns"),
        (date(2025, 10, 31), 5, "Time by week", "columns"),
        (date(2028, 9, 30), 36, "Time by month", "rows"),
    ],
)
def test_columns_become_rows_when_there_are_too_many(end: date, count: int, title: str, form: str) -> None:
    grid = Grid(columns=tuple(f"c{number}" for number in range(count)), items=hours(*[1.0] * count), other=hours(*[0.5] * count))
    chart = time_by_day(grid, Period(start=date(2025, 10, 1), end=end))
    assert (chart.title, chart.form, len(chart.drawn)) == (title, form, count)
