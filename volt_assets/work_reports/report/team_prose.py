"""The sentences of the two reports about everybody, from their facts alone; people are named, never ranked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from volt_assets.work_reports.report.activities import NO_DESCRIPTION
from volt_assets.work_reports.report.fact_models import AlignmentClass
from volt_assets.work_reports.report.figures import added, counted
from volt_assets.work_reports.report.item_facts import days_counted
from volt_assets.work_reports.report.markdown import Markdown, escape, title
from volt_assets.work_reports.report.sentences import bullets, listing, mention, paragraph, quoted
from volt_assets.work_reports.report.shares import NO_PROJECT
from volt_assets.work_reports.report.team_models import ProjectRow, TeamFacts, TogglFacts

# Above this share of the time, work without item numbers is worth a recommendation.
_MUCH_OTHER_PERCENT = 25
# As much as reads at a glance.
_SHARED_ITEMS, _MOST_PATTERNS = 3, 5


def team_sections(facts: TeamFacts) -> dict[str, str]:
    """Section name -> text of the team summary."""
    return {
        "executive_summary": _executive_summary(facts),
        "key_accomplishments": _key_accomplishments(facts),
        "areas_of_focus": _areas_of_focus(facts),
        "cross_team_patterns": _cross_team_patterns(facts),
        "resource_allocation": _resource_allocation(facts),
        "recommendations": _recommendations(facts),
    }


def toggl_sections(facts: TogglFacts) -> dict[str, str]:
    """Section name -> text of the Toggl summary."""
    noun = facts.scene.period.noun
    if facts.total.seconds == 0:
        return {"executive_summary": Markdown(f"Nobody has a finished time entry this {noun}.")}
    projects = [Markdown(f"{escape(row.label, 60)} ({row.hours.text}, {row.percent} %)") for row in facts.projects]
    parts = [f"By project, the time went into {listing(projects)}."]
    if facts.items:
        first = facts.items[0]
        parts.append(
            f"The item with the most time is {mention(first.name)} ({first.hours.text}, {listing([title(name) for name in first.people])})."
        )
    if facts.activities:
        largest = facts.activities[0]
        parts.append(f"Of the time that names no item, {quoted(largest.text)} is the largest part ({largest.hours.text}).")
    if facts.quality:
        found = listing([counted(row.count, row.one, row.kind) for row in facts.quality], 4)
        parts.append(f"The entries have some flaws: {found}.")
    return {"executive_summary": paragraph(parts)}


def _executive_summary(facts: TeamFacts) -> Markdown:
    noun = facts.scene.period.noun
    if facts.total.seconds == 0:
        return Markdown(f"Nobody has a finished time entry this {noun}, so there is no work to summarise.")
    parts = []
    named_projects = [row for row in facts.projects if row.share.label != NO_PROJECT]
    if named_projects:
        parts.append(_largest_project(facts, named_projects))
    if facts.features:
        named = [Markdown(f"{mention(each.feature)} ({each.done} of {each.total} done)") for each in facts.features]
        parts.append(
            f"The features with the most time are {listing(named)}." if len(named) > 1 else f"The feature worked on is {named[0]}."
        )
    if facts.overdue:
        late = listing([Markdown(f"{mention(item.name)} (by {days_counted(item.overdue_days)})") for item in facts.overdue])
        parts.append(f"Overdue at the end of the {noun}: {late}.")
    return paragraph(parts) or Markdown("None of the time names a work item.")


def _largest_project(facts: TeamFacts, named_projects: Sequence[ProjectRow]) -> str:
    first, *others = named_projects
    after = listing([Markdown(f"{escape(row.share.label, 60)} ({row.share.hours.text})") for row in others])
    followed = f", followed by {after}" if others else ""
    share = f"({first.share.hours.text}, {first.share.percent} % of all time){followed}"
    unnamed = next((row.share for row in facts.projects if row.share.label == NO_PROJECT), None)
    if unnamed is not None and unnamed.hours.seconds > first.share.hours.seconds:
        return (
            f"Of the projects {title(first.share.label)} took most of the work on items {share}; "
            f"items of no project took {unnamed.hours.text}."
        )
    return f"{title(first.share.label)} took the largest share of the work on items {share}."


def _key_accomplishments(facts: TeamFacts) -> Markdown:
    noun = facts.scene.period.noun
    if not facts.finished:
        return Markdown(f"No item was finished this {noun}.")
    took = added([item.hours for item in facts.finished]).text
    complete = [each.feature for each in facts.features if each.total and each.done == each.total]
    nearly = [each.feature for each in facts.features if each.total - each.done == 1 and not each.is_done]
    parts = [
        (
            f"{counted(len(facts.finished), 'item was', 'items were')} finished; {took} went into "
            f"{'it' if len(facts.finished) == 1 else 'them'}."
        )
    ]
    if complete:
        parts.append(_of_today(facts, f"all children are done of {listing([mention(name) for name in complete])}."))
    if nearly:
        parts.append(_of_today(facts, f"one item is left in {listing([mention(name) for name in nearly])}."))
    return paragraph(parts)


def _of_today(facts: TeamFacts, progress: str) -> str:
    """Long after the period progress is that of the day it was fetched, and says so."""
    if facts.judged_by_dates:
        return f"On {facts.scene.period.day(facts.scene.fetched_at)}, {progress}"
    return progress[0].upper() + progress[1:]


def _areas_of_focus(facts: TeamFacts) -> Markdown:
    if facts.total.seconds == 0:
        return Markdown("There is no time to divide.")
    if not facts.projects:
        return Markdown(f"All {facts.total.text} went into activities that name no work item.")
    named_projects = [row for row in facts.projects if row.share.label != NO_PROJECT]
    rows = listing([Markdown(f"{escape(row.share.label, 60)} {row.share.percent} %") for row in named_projects], 3)
    with_time = f"{counted(len(named_projects), 'project')} had time: {rows}." if named_projects else "No item belongs to a project."
    unnamed = next((row.share for row in facts.projects if row.share.label == NO_PROJECT and named_projects), None)
    if unnamed is None:
        return Markdown(f"{with_time} Other activities took {facts.other_share.percent} %.")
    return Markdown(f"{with_time} Items of no project took {unnamed.percent} %, other activities {facts.other_share.percent} %.")


def _cross_team_patterns(facts: TeamFacts) -> Markdown:
    lines = [
        f"{mention(item.name)}: {item.hours.text} by {listing([title(name) for name in item.people], 4, 'others')}"
        for item in [item for item in facts.shared if item.hours.tenths][:_SHARED_ITEMS]
    ]
    for activity in facts.activities:
        if len(activity.people) > 1 and activity.hours.tenths and activity.text != NO_DESCRIPTION and len(lines) < _MOST_PATTERNS:
            lines.append(f"{quoted(activity.text)}: {activity.hours.text} of {counted(len(activity.people), 'person', 'people')} together")
    together = [row for row in facts.projects if len(row.people) > 1 and row.share.label != NO_PROJECT]
    if together:
        named = listing([Markdown(f"{escape(row.share.label, 60)} ({len(row.people)})") for row in together], 5)
        lines.append(f"Projects with several people: {named}")
    return bullets(lines) or Markdown("No item, activity or project had time of more than one person.")


def _resource_allocation(facts: TeamFacts) -> Markdown:
    if facts.total.seconds == 0:
        return Markdown("There is no time to allocate.")
    parts = []
    if facts.types:
        named = [Markdown(f"{escape(row.label, 60)} {row.hours.text} ({row.percent} %)") for row in facts.types]
        parts.append(f"Time on items by type: {listing(named, 4)}.")
    meetings = (
        f"Meetings took {facts.meetings.text}, {facts.meeting_percent} % of all time."
        if facts.meetings.seconds
        else "No activity is a meeting by its name."
    )
    parts.append(meetings)
    people = len([row for row in facts.members if row.total.seconds])
    parts.append(f"{counted(people, 'person', 'people')} tracked time on {counted(facts.unique_items, 'item')}.")
    return paragraph(parts)


def _recommendations(facts: TeamFacts) -> Markdown:
    lines = [_into_line(facts)]
    if late := [item for item in facts.overdue if item.finished_on is None]:
        lines.append(f"Agree on new planned ends for {listing([mention(item.name) for item in late])}.")
    if missing := [row for row in facts.alignment if row.kind == "missing in Toggl"]:
        lines.append(
            f"Ask whether {counted(missing[0].items, 'assigned item')} in progress without time "
            f"{'is' if missing[0].items == 1 else 'are'} really worked on."
        )
    lines += _housekeeping(facts)
    return bullets(lines) or Markdown("Nothing in this data asks for a change.")


def _into_line(facts: TeamFacts) -> str:
    """What of the alignment asks for an action, by class."""
    words: Mapping[AlignmentClass, tuple[str, str]] = {
        "Fibery not updated": ("whose dates differ", "whose dates differ") if facts.judged_by_dates else ("not updated", "not updated"),
        "wrong person": ("of another assignee", "of other assignees"),
        "wrong type": ("with a doubtful number or label", "with a doubtful number or label"),
        "not found": ("that Fibery does not have", "that Fibery does not have"),
    }
    named = [
        Markdown(f"{counted(row.items, f'item {words[row.kind][0]}', f'items {words[row.kind][1]}')} ({row.hours.text})")
        for row in facts.alignment
        if row.kind in words and row.hours
    ]
    return f"Bring time and Fibery into line: {listing(named, len(words))}." if named else ""


def _housekeeping(facts: TeamFacts) -> list[str]:
    lines = []
    if facts.unconfigured:
        types = listing([Markdown(f"{escape(row.label, 60)} ({row.hours.text})") for row in facts.unconfigured])
        lines.append(f"Add to enrichment_config.yaml: {types}.")
    if facts.unmatched_people:
        lines.append(f"Give the Fibery e-mail of {listing([title(name) for name in facts.unmatched_people])} under people in volt.yaml.")
    if facts.without_email:
        names = listing([title(name) for name in facts.without_email])
        lines.append(f"Have Toggl show an e-mail for {names} (Manage, Members): without one nobody can be found in Fibery or mapped.")
    flaws = [counted(row.count, row.one, row.kind) for row in facts.quality if row.kind.startswith(("overlapping", "entries over"))]
    if flaws:
        lines.append(f"Correct {listing(flaws)}.")
    if facts.other_share.percent >= _MUCH_OTHER_PERCENT and facts.activities:
        first = facts.activities[0]
        lines.append(
            f"{facts.other.text} ({facts.other_share.percent} %) name no work item: "
            f"ask for item numbers, first for {quoted(first.text)} ({first.hours.text})."
        )
    return lines
