"""How figures look in every report: hours with one decimal, parts that add up, percentages, changes, icons.

Belongs here: rounding and notation. Does not: where a figure comes from (the modules of facts), dates (periods.py).
A tenth of an hour is 360 seconds; rounding is integer arithmetic throughout, so no figure depends on binary fractions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from volt_assets.work_reports.languages.language import gettext, spoken, style
from volt_assets.work_reports.models import Frozen

DONE, IN_PROGRESS, PLANNED, ATTENTION, UNKNOWN, FAILED = "✅", "🔄", "⏳", "⚠️", "❓", "❌"
NOTHING = "–"  # noqa: RUF001 -- the dash for nothing
SECONDS_PER_TENTH = 360


class Hours(Frozen):
    """A duration and the tenths of an hour that are shown for it (its floor or its ceiling, see `split`)."""

    seconds: int
    tenths: int

    def __str__(self) -> str:
        """The number alone, e.g. `1,234.5`."""
        return style().fixed(self.tenths, 10, 1)

    @property
    def text(self) -> str:
        """With the unit, e.g. `38.6 h`."""
        return gettext("%(hours)s h", hours=self)

    @property
    def cell(self) -> str:
        """For a table: the number, or a dash for no time at all."""
        return str(self) if self.seconds or self.tenths else NOTHING


def nearest(seconds: int) -> Hours:
    """The nearest tenth of an hour, halves up; for figures that are no part of a shown total."""
    return Hours(seconds=seconds, tenths=_nearest_tenths(seconds))


def split(parts: Sequence[int], total_tenths: int | None = None, owed: Sequence[int] | None = None) -> list[Hours]:
    """Seconds -> hours whose shown tenths add up to `total_tenths` (default: the nearest to the sum). Largest remainder first.

    `owed` are seconds that come on top of a part's remainder when it is decided which parts are raised; a part without a
    remainder never is while another has one.
    """
    target = _nearest_tenths(sum(parts)) if total_tenths is None else total_tenths
    missing = target - sum(part // SECONDS_PER_TENTH for part in parts)
    bonus = owed or [0] * len(parts)
    by_remainder = sorted(
        range(len(parts)),
        key=lambda index: (parts[index] % SECONDS_PER_TENTH == 0, -(parts[index] % SECONDS_PER_TENTH) - bonus[index], index),
    )
    raised = set(by_remainder[: max(missing, 0)])
    return [Hours(seconds=part, tenths=part // SECONDS_PER_TENTH + (index in raised)) for index, part in enumerate(parts)]


def split_beside(parts: Sequence[int], decided: Mapping[int, int], total_tenths: int) -> list[Hours]:
    """Seconds -> hours that add up to `total_tenths`; `decided` are the tenths of the parts that are shown elsewhere already.

    When those leave more, or less, than a tenth to raise for each of the others, the largest of the others takes the difference.
    """
    free = [index for index, seconds in enumerate(parts) if seconds and index not in decided]
    target = total_tenths - sum(decided.values())
    tenths = {index: part.tenths for index, part in zip(free, split([parts[index] for index in free], target), strict=True)}
    while free and (off := target - sum(tenths.values())) != 0:
        largest = max(free, key=lambda index: (tenths[index], -index))
        tenths[largest] += 1 if off > 0 else -1
    tenths |= decided
    return [Hours(seconds=seconds, tenths=tenths.get(index, 0)) for index, seconds in enumerate(parts)]


def split_two_ways(first: Sequence[int], second: Sequence[int], totals: tuple[int, int] | None = None) -> tuple[list[Hours], list[Hours]]:
    """Two rows of a table, rounded so that each row adds up to its total and each column to the nearest figure possible.

    `totals` are the tenths shown at the end of the rows; by default both and their sum are nearest to the truth. The
    column sums `first[i] + second[i]` are what to show under the rows.
    """
    if totals is None:
        whole, part = _nearest_tenths(sum(first) + sum(second)), _nearest_tenths(sum(first))
        totals = (part, whole - part)
    columns = split([one + other for one, other in zip(first, second, strict=True)], sum(totals))
    raises = [
        column.tenths - one // SECONDS_PER_TENTH - other // SECONDS_PER_TENTH
        for column, one, other in zip(columns, first, second, strict=True)
    ]
    free = [index for index, up in enumerate(raises) if up == 1 and first[index] % SECONDS_PER_TENTH and second[index] % SECONDS_PER_TENTH]
    forced = {index for index, up in enumerate(raises) if up > 1 or (up == 1 and index not in free and first[index] % SECONDS_PER_TENTH)}
    wanted = totals[0] - sum(one // SECONDS_PER_TENTH for one in first) - len(forced)
    if not 0 <= wanted <= len(free):
        return split(first, totals[0]), split(second, totals[1])
    free.sort(key=lambda index: (second[index] % SECONDS_PER_TENTH - first[index] % SECONDS_PER_TENTH, index))
    raised = forced | set(free[:wanted])
    upper = [Hours(seconds=one, tenths=one // SECONDS_PER_TENTH + (index in raised)) for index, one in enumerate(first)]
    lower = [Hours(seconds=other, tenths=columns[index].tenths - upper[index].tenths) for index, other in enumerate(second)]
    return upper, lower


def added(parts: Sequence[Hours]) -> Hours:
    """The sum as shown: its tenths are those of the parts added up."""
    return Hours(seconds=sum(part.seconds for part in parts), tenths=sum(part.tenths for part in parts))


def percentage(part: int, whole: int) -> int:
    """One part of a whole in whole percent, halves up; 0 of nothing is 0.

    Every share in a report is this one, so that one quantity has one figure; the rows of a table need not add up to 100.
    """
    return (part * 200 + whole) // (whole * 2) if whole else 0


def change(now: Hours, before: Hours) -> str:
    """The difference of two figures as shown, with its sign, e.g. `+2.1`, `±0.0`; below zero with a true minus sign."""
    tenths = now.tenths - before.tenths
    if tenths == 0:
        return f"±{Hours(seconds=0, tenths=0)}"
    return f"{'+' if tenths > 0 else '−'}{Hours(seconds=0, tenths=abs(tenths))}"  # noqa: RUF001 -- a true minus sign is the notation


def signed(seconds: int) -> str:
    """Seconds that came on top, or went, in hours with their sign."""
    return change(nearest(max(seconds, 0)), nearest(max(-seconds, 0)))


def counted(number: int, one: str, many: str | None = None) -> str:
    """`1 item`, `2 items`, `1,200 entries`, in the language of the report; the words are those of English."""
    shown = style().integer(number)
    words = spoken().translations.ngettext(one, many or f"{one}s", number)
    # A language may put the number elsewhere than in front of the words.
    return words % {"number": shown} if "%" in words else f"{shown} {words}"


def _nearest_tenths(seconds: int) -> int:
    return (2 * seconds + SECONDS_PER_TENTH) // (2 * SECONDS_PER_TENTH)
