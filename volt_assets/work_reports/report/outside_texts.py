"""Every text of a range that somebody outside wrote and that a report may print, with the place where it stands.

Belongs here: where texts from outside are. Does not: judging them (suspicious_texts.py). Numbers, days, ids and addresses that are
built of ids are no texts; those that were written into a text field are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from volt_assets.work_reports.languages.language import gettext
from volt_assets.work_reports.models import EnrichedEntities, EnrichedItem, ItemRef, Person, TogglAggregated, TrackedPerson
from volt_assets.work_reports.report.suspicious_texts import OutsideText
from volt_assets.work_reports.report.workspace_view import WorkspaceView


def outside_texts(
    aggregated: TogglAggregated, enriched: EnrichedEntities, called: Mapping[int, str], workspace: WorkspaceView
) -> Iterator[OutsideText]:
    """Texts of people and their entries, of items with time and assigned ones, of projects, clients and types.

    `called` are the names of everybody in the report, by user id.
    """
    for person in aggregated.people:
        yield from _of_account(person, called[person.user_id])
        yield from _of_entries(person, called[person.user_id])
    for each in (*aggregated.people_without_time, *enriched.unmatched_people):
        yield from _of_account(each, called.get(each.user_id, each.name))
    yield from _of_sums(aggregated)
    for item in enriched.items:
        yield from _of_item(item)
    for assigned in enriched.assigned:
        yield from _of_refs((assigned.item,))
    yield from _of_workspace(enriched, workspace)


def _of_account(person: Person | TrackedPerson, name: str) -> Iterator[OutsideText]:
    places = ((gettext("name in Toggl"), person.name), (gettext("e-mail in Toggl"), person.email), (gettext("zone in Toggl"), person.zone))
    yield from (OutsideText(place, text, name) for place, text in places if text)


def _of_entries(person: TrackedPerson, name: str) -> Iterator[OutsideText]:
    texts = [text for item in person.items for text in (*item.names, item.label, item.project, item.type)]
    texts += [text for activity in person.activities for text in (activity.description, activity.project)]
    texts += [entry.description for entry in person.running]
    yield from (OutsideText(gettext("time entry"), text, name) for text in texts if text)


def _of_sums(aggregated: TogglAggregated) -> Iterator[OutsideText]:
    yield from (OutsideText(gettext("project in Toggl"), name) for name in aggregated.seconds_by_project if name)
    for one in aggregated.billing:
        client, project, currency = gettext("client in Toggl"), gettext("project in Toggl"), gettext("currency in Toggl")
        places = ((client, one.client), (project, one.project), (currency, one.currency))
        yield from (OutsideText(place, text) for place, text in places if text)


def _of_item(item: EnrichedItem) -> Iterator[OutsideText]:
    number = f"{item.type} #{item.public_id}"
    places = [(gettext("name of %(item)s", item=number), item.name)]
    places.append((gettext("description of %(item)s", item=number), item.description))
    places.append((gettext("state of %(item)s", item=number), item.state.name if item.state else ""))
    places.append((gettext("answer about %(item)s", item=number), item.reason or ""))
    places += [(gettext("field of %(item)s", item=number), text) for text in _strings(item.fields)]
    places += [(gettext("comment of %(item)s", item=number), comment.text) for comment in item.comments]
    places += [(gettext("author of a comment of %(item)s", item=number), comment.author or "") for comment in item.comments]
    places += [(gettext("assignee of %(item)s", item=number), text or "") for one in item.assignees for text in (one.name, one.email)]
    yield from (OutsideText(place, text) for place, text in places if text)
    for progress in (item.progress, item.parent_progress):
        yield from _of_refs(progress.children if progress else ())
    yield from _of_refs((*item.parents, *item.linked))


def _of_refs(refs: Iterable[ItemRef]) -> Iterator[OutsideText]:
    for one in refs:
        number = f"{one.type} #{one.public_id}"
        yield OutsideText(gettext("name of %(item)s", item=number), one.name)
        if one.state is not None:
            yield OutsideText(gettext("state of %(item)s", item=number), one.state.name)


def _of_workspace(enriched: EnrichedEntities, workspace: WorkspaceView) -> Iterator[OutsideText]:
    """Types, the names of their fields, and what Fibery said of them."""
    names = [item.type for item in enriched.items] + [each.item.type for each in enriched.assigned]
    names += [text for one in enriched.warnings for text in (one.type, one.field, one.message) if text]
    for kind in workspace.schema.types.values() if workspace.schema else ():
        names += [kind.name, *kind.fields]
    if change := workspace.change:
        names += [*change.types_added, *change.types_removed]
        for one in change.types_changed:
            names += [one.type, *one.fields_added, *one.fields_removed, *one.fields_changed]
    yield from (OutsideText(gettext("type in Fibery"), name) for name in dict.fromkeys(names))


def _strings(value: Any) -> Iterator[str]:
    """The texts in a value, and the names in it."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, each in value.items():
            yield str(name)
            yield from _strings(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _strings(each)
