"""Time that names no work item: merged by its text, and which of it is a meeting."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from volt_assets.work_reports.languages.language import gettext, gettext_noop
from volt_assets.work_reports.report.accounting import ActivityTime
from volt_assets.work_reports.report.fact_models import ActivityFacts
from volt_assets.work_reports.report.figures import Hours, added

NO_DESCRIPTION = gettext_noop("(no description)")


def activity_facts(activities: Sequence[ActivityTime]) -> tuple[ActivityFacts, ...]:
    """Activities of one or several people, merged by their text, most hours first."""
    parts: dict[tuple[str, str], list[Hours]] = {}
    entries: dict[tuple[str, str], list[int]] = {}
    people: dict[tuple[str, str], dict[str, None]] = {}
    for person, activity, part in activities:
        key = (activity.description.strip(), activity.reason)
        parts.setdefault(key, []).append(part)
        entries.setdefault(key, []).extend(activity.entries)
        people.setdefault(key, {})[person] = None
    hours = {key: added(each) for key, each in parts.items()}
    ordered = sorted(hours, key=lambda key: (-hours[key].seconds, key))
    remarks = {"bare id": gettext("number without a type"), "tags without id": gettext("tags without a number")}
    return tuple(
        ActivityFacts(
            text=key[0] or NO_DESCRIPTION,
            hours=hours[key],
            entries=len(entries[key]),
            people=tuple(people[key]),
            remark=remarks.get(key[1], ""),
            entry_ids=tuple(entries[key]),
        )
        for key in ordered
    )


def meeting_hours(activities: Iterable[ActivityTime], words: Sequence[str]) -> Hours:
    """The hours of the activities that are meetings by one of the words."""
    return added([hours for _, activity, hours in activities if is_meeting(activity.description, words)])


def is_meeting(text: str, words: Sequence[str]) -> bool:
    """Whether one of the words stands in the text as a word, in any case."""
    return any(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text, re.IGNORECASE) for word in words if word)
