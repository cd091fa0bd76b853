"""The periods before this one, as far as they are stored, and this one: hours of the team or of one person."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from volt_assets.work_reports.languages.language import gettext
from volt_assets.work_reports.models import EarlierPeriod, Frozen
from volt_assets.work_reports.report.figures import Hours, nearest, split
from volt_assets.work_reports.report.periods import Noun, Period

_PERIODS_LOOKED_FOR = 8
_FROM: Mapping[Noun, Callable[[], str]] = {
    "day": lambda: gettext("day from"),
    "week": lambda: gettext("week from"),
    "month": lambda: gettext("month from"),
    "period": lambda: gettext("period from"),
}


class TrendPoint(Frozen):
    """One period."""

    first_day: str
    """ISO date."""
    last_day: str
    label: str
    """The first day as shown, e.g. `6 Oct`."""
    total: Hours
    on_items: Hours
    is_current: bool = False


class Trend(Frozen):
    """The points, the oldest first; the last one is the period of the report."""

    points: tuple[TrendPoint, ...]
    noun: Noun
    """What one point is: day, week, month or period."""

    @property
    def heading(self) -> str:
        """What the labels are: `week from`."""
        return _FROM[self.noun]()

    @property
    def since(self) -> str:
        """The first day that is known."""
        return self.points[0].label

    @property
    def is_short(self) -> bool:
        """Whether there are fewer periods than are looked for."""
        return len(self.points) <= _PERIODS_LOOKED_FOR

    @property
    def is_known(self) -> bool:
        """Whether there is anything to compare with."""
        return len(self.points) > 1


def trend(
    earlier: Sequence[EarlierPeriod], period: Period, total: Hours, on_items: Hours, before: Hours | None, user_id: int | None = None
) -> Trend:
    """Of everybody, or of one person. `before` is what the comparison with the period just before is printed with."""
    points = [_point(one, period, user_id) for one in earlier]
    if points and before is not None and before.seconds == points[-1].total.seconds:
        points[-1] = points[-1].model_copy(update={"total": before, "on_items": split_of(before, points[-1].on_items)})
    now = TrendPoint(
        first_day=period.start.isoformat(),
        last_day=period.end.isoformat(),
        label=period.day(period.start),
        total=total,
        on_items=on_items,
        is_current=True,
    )
    return Trend(points=(*points, now), noun=period.noun)


def split_of(total: Hours, part: Hours) -> Hours:
    """A part that is never shown as more than its whole."""
    return split([part.seconds, total.seconds - part.seconds], total.tenths)[0]


def _point(one: EarlierPeriod, period: Period, user_id: int | None) -> TrendPoint:
    seconds, on_items = one.total_duration_seconds, one.matched_duration_seconds
    if user_id is not None:
        seconds, on_items = one.seconds_by_person.get(user_id, 0), one.matched_seconds_by_person.get(user_id, 0)
    total = nearest(seconds)
    return TrendPoint(
        first_day=one.start_date.isoformat(),
        last_day=one.end_date.isoformat(),
        label=period.day(one.start_date),
        total=total,
        on_items=split_of(total, nearest(on_items)),
    )
