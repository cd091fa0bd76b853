"""The shapes of the team's view: tables of groups, features, finished items, a trend. No field is about a person."""

from __future__ import annotations

from volt_assets.work_reports.models import Frozen
from volt_assets.work_reports.report.fact_models import ItemName
from volt_assets.work_reports.report.figures import Hours
from volt_assets.work_reports.report.further_reports import FurtherReport


class GroupRow(Frozen):
    """One row of a table of groups; the rows of a table add up to the total."""

    label: str
    """Empty for rows that are shown as one; days are named all the same."""
    folded: int
    """How many rows are shown as one; 0 for a row of its own."""
    hours: Hours
    percent: int


class FeatureRow(Frozen):
    """A feature that somebody worked on."""

    feature: ItemName
    done: int
    total: int
    percent: int
    planned_end: str | None
    hours: Hours | None
    """On its parts; None where too few people share them."""


class DoneItem(Frozen):
    """An item that was finished in the period."""

    name: ItemName
    finished_on: str | None


class TrendRow(Frozen):
    """One period; `hours` is None where too few people had time in it."""

    label: str
    hours: Hours | None


class TeamView(FurtherReport):
    """`views/team.json`: the period of a group without its people."""

    minimum_group_size: int
    held_back: str | None
    """Why no figure is shown at all: `too few people`, or `chosen people` for an ad-hoc list."""
    people: int | None
    """With time."""
    total: Hours | None
    change: str | None
    items: int
    finished: tuple[DoneItem, ...]
    overdue: int
    kinds: tuple[GroupRow, ...]
    """Time on items and other work."""
    projects: tuple[GroupRow, ...]
    types: tuple[GroupRow, ...]
    columns: tuple[GroupRow, ...]
    """Days, weeks or months."""
    features: tuple[FeatureRow, ...]
    trend: tuple[TrendRow, ...]
    trend_heading: str
    """As shown: `week from`."""
