"""The sentences of the two reports about everybody, from their fact table alone; people are named, never ranked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from volt_assets.work_reports.models import Sentence
from volt_assets.work_reports.report.activities import NO_DESCRIPTION
from volt_assets.work_reports.report.data_models import QualityRow
from volt_assets.work_reports.report.fact_models import AlignmentClass
from volt_assets.work_reports.report.fact_table import sentences_of, slot, told
from volt_assets.work_reports.report.figures import added
from volt_assets.work_reports.report.markdown import Markdown
from volt_assets.work_reports.report.sentences import bullets
from volt_assets.work_reports.report.shares import NO_PROJECT
from volt_assets.work_reports.report.team_models import ShareRow, TeamFacts, TogglFacts
from volt_assets.work_reports.report.team_table import TeamTable

# Above this share of the time, work without item numbers is worth a recommendation.
_MUCH_OTHER_PERCENT = 25
# As much as reads at a glance.
_SHARED_ITEMS, _MOST_PATTERNS = 3, 5


def team_sections(table: TeamTable, facts: TeamFacts) -> dict[str, tuple[Sentence, ...]]:
    """Section name -> sentences of the team summary."""
    return _sections(
        table,
        {
            "executive_summary": _executive_summary(table, facts),
            "key_accomplishments": _key_accomplishments(table, facts),
            "areas_of_focus": _areas_of_focus(table, facts),
            "cross_team_patterns": _cross_team_patterns(table, facts),
            "resource_allocation": _resource_allocation(table, facts),
            "recommendations": _recommendations(table, facts),
        },
    )


def toggl_sections(table: TeamTable, facts: TogglFacts) -> dict[str, tuple[Sentence, ...]]:
    """Section name -> sentences of the Toggl summary."""
    return _sections(table, {"executive_summary": _toggl_summary(table, facts)})


def _sections(table: TeamTable, texts: Mapping[str, str]) -> dict[str, tuple[Sentence, ...]]:
    by_id = table.book.by_id()
    return {name: sentences_of(name, text, by_id) for name, text in texts.items()}


def _toggl_summary(table: TeamTable, facts: TogglFacts) -> Markdown:
    if facts.total.seconds == 0:
        return told([f"Nobody has a finished time entry this {facts.scene.period.noun}."])
    parts = [f"By project, the time went into {table.listing([_share(table, row) for row in facts.projects], 'projects')}."]
    if facts.items:
        first = facts.items[0]
        time, people = slot(table.item_time(first)), table.people(first.people, 3, "more")
        parts.append(f"The item with the most time is {table.mention(first.name)} ({time}, {people}).")
    if facts.activities:
        largest = facts.activities[0]
        name, time = slot(table.activity(largest)), slot(table.activity_time(largest))
        parts.append(f"Of the time that names no item, “{name}” is the largest part ({time}).")
    if facts.quality:
        parts.append(f"The entries have some flaws: {table.listing(_flaws(table, facts.quality), 'flaws', 4)}.")
    return told(parts)


def _share(table: TeamTable, row: ShareRow) -> Markdown:
    name, hours, percent = (slot(fact) for fact in table.share(row))
    return Markdown(f"{name} ({hours}, {percent})")


def _flaws(table: TeamTable, rows: Sequence[QualityRow]) -> list[Markdown]:
    return [table.count(row.count, row.one, row.kind, row.kind) for row in rows]


def _executive_summary(table: TeamTable, facts: TeamFacts) -> Markdown:
    noun = facts.scene.period.noun
    if facts.total.seconds == 0:
        return told([f"Nobody has a finished time entry this {noun}, so there is no work to summarise."])
    parts = []
    named_projects = [row.share for row in facts.projects if row.share.label != NO_PROJECT]
    if named_projects:
        (first, hours, percent), *others = (table.share(row) for row in named_projects)
        after = table.listing([Markdown(f"{slot(name)} ({slot(time)})") for name, time, _ in others], "projects")
        followed = f", followed by {after}" if others else ""
        parts.append(f"{slot(first)} took the largest share of the work on items ({slot(hours)}, {slot(percent)} of all time){followed}.")
    if facts.features:
        blocks = [table.feature(each) for each in facts.features]
        named = [Markdown(f"{slot(feature)} ({slot(progress)} done)") for feature, progress in blocks]
        parts.append(
            f"The features with the most time are {table.listing(named, 'features')}."
            if len(named) > 1
            else f"The feature worked on is {named[0]}."
        )
    if facts.overdue:
        late = [Markdown(f"{table.mention(item.name)} (by {table.overdue_by(item)})") for item in facts.overdue]
        parts.append(f"Overdue at the end of the {noun}: {table.listing(late, 'items overdue')}.")
    return told(parts) or told(["None of the time names a work item."])


def _key_accomplishments(table: TeamTable, facts: TeamFacts) -> Markdown:
    if not facts.finished:
        return told([f"No item was finished this {facts.scene.period.noun}."])
    entries = [entry for item in facts.finished for entry in item.entries]
    took = slot(table.book.hours(added([item.hours for item in facts.finished]), "time on finished items", [], entries))
    complete = [table.mention(each.feature) for each in facts.features if each.total and each.done == each.total]
    nearly = [table.mention(each.feature) for each in facts.features if each.total - each.done == 1 and not each.is_done]
    number = table.count(len(facts.finished), "item was", "items were", "items finished", entries)
    parts = [f"{number} finished; {took} went into {'it' if len(facts.finished) == 1 else 'them'}."]
    if complete:
        parts.append(f"All children are done of {table.listing(complete, 'features')}.")
    if nearly:
        parts.append(f"One item is left in {table.listing(nearly, 'features')}.")
    return told(parts)


def _areas_of_focus(table: TeamTable, facts: TeamFacts) -> Markdown:
    if facts.total.seconds == 0:
        return told(["There is no time to divide."])
    if not facts.projects:
        total = slot(table.book.hours(facts.total, "tracked", [], table.entries))
        return told([f"All {total} went into activities that name no work item."])
    shares = [table.share(row.share) for row in facts.projects if row.share.label != NO_PROJECT]
    rows = table.listing([Markdown(f"{slot(name)} {slot(percent)}") for name, _, percent in shares], "projects", 3)
    number = table.count(len(shares), "project", "projects", "projects with time")
    other = [entry for activity in facts.activities for entry in activity.entry_ids]
    rest = slot(table.book.percent(facts.other_share.percent, "share of other work", [], other))
    with_time = f"{number} had time: {rows}." if shares else "No item belongs to a project."
    return told([with_time, f"Other activities took {rest}."])


def _cross_team_patterns(table: TeamTable, facts: TeamFacts) -> Markdown:
    shared = [item for item in facts.shared if item.hours.tenths][:_SHARED_ITEMS]
    lines = [f"{table.mention(item.name)}: {slot(table.item_time(item))} by {table.people(item.people)}" for item in shared]
    for activity in facts.activities:
        if len(activity.people) > 1 and activity.hours.tenths and activity.text != NO_DESCRIPTION and len(lines) < _MOST_PATTERNS:
            people = table.count(len(activity.people), "person", "people", "people of an activity", activity.entry_ids)
            lines.append(f"“{slot(table.activity(activity))}”: {slot(table.activity_time(activity))} of {people} together")
    together = [row for row in facts.projects if len(row.people) > 1 and row.share.label != NO_PROJECT]
    if together:
        named = [
            Markdown(f"{slot(table.share(row.share)[0])} ({table.count(len(row.people), '', '', 'people of a project')})")
            for row in together
        ]
        lines.append(f"Projects with several people: {table.listing(named, 'projects', 5)}")
    return bullets(lines) or told(["No item, activity or project had time of more than one person."])


def _resource_allocation(table: TeamTable, facts: TeamFacts) -> Markdown:
    if facts.total.seconds == 0:
        return told(["There is no time to allocate."])
    parts = []
    if facts.types:
        rows = [table.share(row) for row in facts.types]
        named = [Markdown(f"{slot(name)} {slot(hours)} ({slot(percent)})") for name, hours, percent in rows]
        parts.append(f"Time on items by type: {table.listing(named, 'types', 4)}.")
    if facts.meetings.seconds:
        time = slot(table.book.hours(facts.meetings, "time in meetings", []))
        parts.append(f"Meetings took {time}, {slot(table.book.percent(facts.meeting_percent, 'share of meetings', []))} of all time.")
    else:
        parts.append("No activity is a meeting by its name.")
    people = table.count(len([row for row in facts.members if row.total.seconds]), "person", "people", "people with time")
    parts.append(f"{people} tracked time on {table.count(facts.unique_items, 'item', 'items', 'items worked on')}.")
    return told(parts)


def _recommendations(table: TeamTable, facts: TeamFacts) -> Markdown:
    lines = [_into_line(table, facts)]
    if late := [item for item in facts.overdue if item.finished_on is None]:
        named = table.listing([table.mention(item.name) for item in late], "items overdue")
        lines.append(f"Agree on new planned ends for {named}.")
    if missing := [row for row in facts.alignment if row.kind == "missing in Toggl"]:
        number = table.count(missing[0].items, "assigned item", "assigned items", "items missing in Toggl")
        lines.append(f"Ask whether {number} in progress without time {'is' if missing[0].items == 1 else 'are'} really worked on.")
    lines += _housekeeping(table, facts)
    return bullets(lines) or told(["Nothing in this data asks for a change."])


def _into_line(table: TeamTable, facts: TeamFacts) -> str:
    """What of the alignment asks for an action, by class."""
    words: Mapping[AlignmentClass, tuple[str, str]] = {
        "Fibery not updated": ("whose dates differ", "whose dates differ") if facts.judged_by_dates else ("not updated", "not updated"),
        "wrong person": ("of another assignee", "of other assignees"),
        "wrong type": ("with a doubtful number or label", "with a doubtful number or label"),
        "not found": ("that Fibery does not have", "that Fibery does not have"),
    }
    named = []
    for row in facts.alignment:
        if row.kind in words and row.hours:
            about = [table.item(each.item) for each in facts.to_act_on if each.kind == row.kind]
            entries = list(dict.fromkeys(entry for fact in about for entry in fact.entries))
            one, many = words[row.kind]
            number = table.count(row.items, f"item {one}", f"items {many}", f"items of class {row.kind}", entries)
            named.append(Markdown(f"{number} ({slot(table.book.hours(row.hours, f'time of class {row.kind}', [], entries))})"))
    return f"Bring time and Fibery into line: {table.listing(named, 'classes', len(words))}." if named else ""


def _housekeeping(table: TeamTable, facts: TeamFacts) -> list[str]:
    lines = []
    if facts.unconfigured:
        named = [(table.book.name(row.label, "type of items"), row.hours) for row in facts.unconfigured]
        types = [Markdown(f"{slot(name)} ({slot(table.book.hours(hours, 'time', [name]))})") for name, hours in named]
        lines.append(f"Add to enrichment_config.yaml: {table.listing(types, 'types')}.")
    if facts.unmatched_people:
        people = table.people(facts.unmatched_people, 3, "more")
        lines.append(f"Give the Fibery e-mail of {people} under people in volt.yaml.")
    if facts.without_email:
        names = table.people(facts.without_email, 3, "more")
        lines.append(f"Have Toggl show an e-mail for {names} (Manage, Members): without one nobody can be found in Fibery or mapped.")
    flaws = [row for row in facts.quality if row.kind.startswith(("overlapping", "entries over"))]
    if flaws:
        lines.append(f"Correct {table.listing(_flaws(table, flaws), 'flaws')}.")
    if facts.other_share.percent >= _MUCH_OTHER_PERCENT and facts.activities:
        first = facts.activities[0]
        other = [entry for activity in facts.activities for entry in activity.entry_ids]
        time = slot(table.book.hours(facts.other, "time on other work", [], other))
        share = slot(table.book.percent(facts.other_share.percent, "share of other work", [], other))
        of_first = f"“{slot(table.activity(first))}” ({slot(table.activity_time(first))})"
        lines.append(f"{time} ({share}) name no work item: ask for item numbers, first for {of_first}.")
    return lines
