"""How far a feature is: n of m, its planned end, the team's hours on its children, what is done and what is left."""

from __future__ import annotations

from volt_assets.work_reports.models import EnrichedItem, ItemDates, ItemRef, Progress
from volt_assets.work_reports.report.fact_models import FeatureBlock, ItemName
from volt_assets.work_reports.report.figures import added, percentage
from volt_assets.work_reports.report.people import ItemKey
from volt_assets.work_reports.report.periods import day_of
from volt_assets.work_reports.report.phases import ICONS, phase_now
from volt_assets.work_reports.report.work import Circumstances

SOON_DAYS = 7


def ref_name(ref: ItemRef) -> ItemName:
    """A related item as a report names it, with the icon of its state."""
    icon = ICONS[phase_now(ref.state, ItemDates())] if ref.state else ""
    return ItemName(type=ref.type, public_id=ref.public_id, name=ref.name, url=ref.url, icon=icon)


def own_block(item: EnrichedItem, around: Circumstances) -> FeatureBlock | None:
    """The block of a feature that has time itself."""
    if item.progress is None:
        return None
    name = ItemName(type=item.type, public_id=item.public_id, name=item.name, url=item.url)
    is_done = phase_now(item.state, item.dates) == "done"
    return _block(name, item.dates.planned_end, item.progress, around, is_done=is_done)


def parent_block(item: EnrichedItem, around: Circumstances) -> FeatureBlock | None:
    """The block of the feature that the item, or a parent of it, is a child of."""
    if item.parent_progress is None or not item.parents:
        return None
    parent = _feature_of(item, item.parent_progress)
    name = ItemName(type=parent.type, public_id=parent.public_id, name=parent.name, url=parent.url)
    is_done = phase_now(parent.state, ItemDates()) == "done"
    return _block(name, parent.planned_end, item.parent_progress, around, is_done=is_done)


def for_one_person(block: FeatureBlock | None, user_id: int, around: Circumstances) -> FeatureBlock | None:
    """The block for the report of one person, without the hours of the team where they are of fewer people than a group has.

    Own hours alone stay: they are no secret. With one colleague beside oneself the difference would be that colleague's time.
    """
    if block is None:
        return None
    people = frozenset().union(*(around.people_on.get(key, frozenset()) for key in parts_of(block, around)))
    return block.model_copy(update={"hides_hours": not people <= {user_id} and len(people) < around.reports.minimum_group_size})


def parts_of(block: FeatureBlock, around: Circumstances) -> frozenset[ItemKey]:
    """The items that a feature's hours are those of: its children and what is below them."""
    children = (child.key for child in (*block.done_items, *block.left_items))
    return around.descendants.get(block.feature.key, frozenset()).union(children)


def _feature_of(item: EnrichedItem, progress: Progress) -> ItemRef:
    """The parent whose children the progress counts: the one that has the item, or the parent below, among them."""
    children = {(child.type, child.public_id) for child in progress.children}
    below = (item.type, item.public_id)
    for parent in item.parents:
        if below in children:
            return parent
        below = (parent.type, parent.public_id)
    features = [parent for parent in item.parents if "feature" in parent.type.rpartition("/")[2].lower()]
    return (features or list(item.parents))[0]


def _block(name: ItemName, planned_end: str | None, progress: Progress, around: Circumstances, *, is_done: bool) -> FeatureBlock:
    children = [ref_name(child) for child in progress.children]
    phases = [phase_now(child.state, ItemDates()) for child in progress.children]
    # Work on a sub-task of a child is work on the child, whether or not the child itself has time.
    below = around.descendants.get(name.key, frozenset())
    beside = [around.team_hours[child.key] for child in children if child.key not in below and child.key in around.team_hours]
    hours = [around.hours_below[name.key], *beside] if name.key in around.hours_below else beside
    end = day_of(planned_end)
    waits = not is_done and progress.done < progress.total
    days_over = (around.period.end - end).days if end is not None and waits else None
    return FeatureBlock(
        feature=name,
        done=progress.done,
        total=progress.total,
        percent=percentage(progress.done, progress.total),
        planned_end=around.period.day(end) if end else None,
        ends_on=end,
        is_done=is_done,
        ends_soon=days_over is not None and -SOON_DAYS <= days_over <= 0,
        overdue_days=max(0, days_over or 0),
        team_hours=added(hours),
        done_items=tuple(child for child, phase in zip(children, phases, strict=True) if phase == "done"),
        left_items=tuple(child for child, phase in zip(children, phases, strict=True) if phase != "done"),
        not_started=sum(phase == "not started" for phase in phases),
    )
