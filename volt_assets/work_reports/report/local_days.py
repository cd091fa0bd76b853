"""Items as the report's zone sees them: Fibery writes moments in UTC, and near midnight the day is another one."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from volt_assets.work_reports.models import AssignedItem, EnrichedItem, ItemDates, ItemRef

_DAY_LENGTH = len("2025-10-06")


def local_item(item: EnrichedItem, zone: ZoneInfo) -> EnrichedItem:
    """The item with its dates, those of its comments and of the items above it as moments in `zone`."""
    dates = ItemDates(**{name: _local(value, zone) for name, value in item.dates})
    comments = tuple(comment.model_copy(update={"created_at": _local(comment.created_at, zone)}) for comment in item.comments)
    parents = tuple(_local_ref(parent, zone) for parent in item.parents)
    return item.model_copy(update={"dates": dates, "comments": comments, "parents": parents})


def local_assigned(each: AssignedItem, zone: ZoneInfo) -> AssignedItem:
    """The assigned item with its dates as moments in `zone`."""
    dates = {name: _local(getattr(each, name), zone) for name in ("started", "completed", "planned_start")}
    return each.model_copy(update={**dates, "item": _local_ref(each.item, zone)})


def _local_ref(ref: ItemRef, zone: ZoneInfo) -> ItemRef:
    return ref.model_copy(update={"planned_end": _local(ref.planned_end, zone)})


def _local(text: str | None, zone: ZoneInfo) -> str | None:
    """A moment in `zone` (without an offset it is UTC); a day, or what is no date, as it is."""
    if text is None or len(text) == _DAY_LENGTH:
        return text
    try:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(zone).isoformat()
    except (ValueError, OverflowError):  # no date, or one at the end of time
        return text
