"""What the charts of the team's view show: the rows of its tables."""

from __future__ import annotations

from collections.abc import Sequence

from volt_assets.work_reports.languages.language import gettext
from volt_assets.work_reports.report.html.charts import Bar, Chart, by_unit
from volt_assets.work_reports.report.periods import column_unit
from volt_assets.work_reports.report.views.team_view_models import GroupRow, TeamView
from volt_assets.work_reports.report.views.view_lines import group_label


def team_view_charts(view: TeamView) -> tuple[Chart, ...]:
    """The charts with more than one bar."""
    hours = (gettext("hours"),)
    title, label, described = by_unit(column_unit(view.scene.period))
    trend = tuple(Bar(label=row.label, parts=(row.hours,)) for row in view.trend if row.hours is not None)
    found = (
        Chart(name="time_by_day", title=title, label=label, described=described, series=hours, bars=_bars(view.columns), form="columns"),
        Chart(
            name="time_by_project",
            title=gettext("Time by project"),
            label=gettext("project"),
            described=gettext("Hours by project"),
            series=hours,
            bars=_bars(view.projects),
            form="rows",
        ),
        Chart(
            name="time_by_type",
            title=gettext("Time by type of item"),
            label=gettext("type"),
            described=gettext("Hours by type"),
            series=hours,
            bars=_bars(view.types),
            form="rows",
        ),
        Chart(name="trend", title=gettext("Trend"), label=view.trend_heading, series=hours, bars=trend, form="rows", adds_up=False),
    )
    return tuple(chart for chart in found if len(chart.bars) > 1)


def _bars(rows: Sequence[GroupRow]) -> tuple[Bar, ...]:
    return tuple(Bar(label=group_label(row), parts=(row.hours,), percent=row.percent) for row in rows)
