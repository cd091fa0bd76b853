"""The sentences of an individual report, from its facts alone: no judgement about the person, no filler."""

from __future__ import annotations

from volt_assets.work_reports.report.fact_models import ItemFacts, PersonFacts
from volt_assets.work_reports.report.figures import Hours, added, counted, percentage
from volt_assets.work_reports.report.item_facts import days_counted
from volt_assets.work_reports.report.markdown import Markdown, escape
from volt_assets.work_reports.report.plain_text import one_sentence
from volt_assets.work_reports.report.sentences import listing, mention, paragraph, quoted

_ENTRY_TEXTS = 3
_ENTRY_TEXT_LENGTH = 80


def person_sections(facts: PersonFacts) -> dict[str, str]:
    """Section name -> text; one section per item with facts or a text of its own."""
    return {
        "executive_summary": _executive_summary(facts),
        "key_deliverables": _key_deliverables(facts),
        "work_patterns": _work_patterns(facts),
        **{item_section(item): item_text(item) for item in facts.items},
    }


def item_section(item: ItemFacts) -> str:
    """The name of the section that says what was accomplished on the item."""
    return f"item:{item.name.type}#{item.name.public_id}"


def item_text(item: ItemFacts) -> Markdown:
    """What Fibery and the time entries say about the work on an item."""
    parts: list[str] = []
    if item.description:
        parts.append(escape(one_sentence(item.description), 400))
    for comment in item.comments:
        who = escape(comment.author or "A comment", 60)
        on = f" on {comment.day}" if comment.day else ""
        parts.append(f"{who}{on}: {quoted(comment.text, 240)}")
    own_name = item.name.name.strip().casefold() if item.status == "enriched" else ""
    texts = [name for name in item.names if name.strip() and name.strip().casefold() != own_name]
    if texts and not item.comments:
        quotes = [quoted(text, _ENTRY_TEXT_LENGTH) for text in texts]
        parts.append(f"Time entries: {listing(quotes, _ENTRY_TEXTS)}.")
    if not parts:
        parts.append("Neither Fibery nor the time entries say more than the name.")
    return paragraph(parts)


def _executive_summary(facts: PersonFacts) -> Markdown:
    noun = facts.scene.period.noun
    if facts.total.seconds == 0:
        waiting = (
            f" {counted(len(facts.scene.running), 'entry is', 'entries are')} still running and not counted." if facts.scene.running else ""
        )
        return Markdown(f"There is no finished time entry this {noun}.{waiting}")
    if not facts.items:
        first = facts.activities[0]
        return Markdown(f"None of the time names a work item; most of it, {first.hours.text}, is {quoted(first.text)}.")
    top = facts.items[:3]
    share = percentage(sum(item.hours.seconds for item in top), facts.total.seconds)
    named = listing([Markdown(f"{mention(item.name)} ({item.hours.text})") for item in top])
    verb = "All time on items" if len(facts.items) == len(top) else "Most of the time on items"
    return paragraph([f"{verb} went into {named}, {share} % of everything tracked.", _done_and_late(facts), _projects(facts)])


def _done_and_late(facts: PersonFacts) -> str:
    clauses = []
    if facts.finished:
        names = listing([mention(item.name) for item in facts.finished])
        clauses.append(f"{names} {'was' if len(facts.finished) == 1 else 'were'} finished")
    if facts.overdue:
        if len(facts.overdue) == 1:
            late_by = days_counted(facts.overdue[0].overdue_days)
            clauses.append(f"{mention(facts.overdue[0].name)} was overdue by {late_by} at the end of the {facts.scene.period.noun}")
        else:
            late = [Markdown(f"{mention(item.name)} (by {days_counted(item.overdue_days)})") for item in facts.overdue]
            clauses.append(f"{listing(late)} were overdue at the end of the {facts.scene.period.noun}")
    return f"{'; '.join(clauses)}." if clauses else ""


def _projects(facts: PersonFacts) -> str:
    hours: dict[str, Hours] = {}
    for item in facts.items:
        if item.project:
            hours[item.project] = added([hours[item.project], item.hours]) if item.project in hours else item.hours
    if len(hours) < 2:  # noqa: PLR2004 -- one project is seen in every line already
        return ""
    ordered = sorted(hours, key=lambda project: (-hours[project].seconds, project))
    return f"By project: {listing([Markdown(f'{escape(name, 60)} {hours[name].text}') for name in ordered], 4)}."


def _key_deliverables(facts: PersonFacts) -> Markdown:
    noun = facts.scene.period.noun
    finished = facts.finished
    going = 0 if facts.judged_by_dates else sum(item.name.icon == "🔄" for item in facts.items)
    if not finished:
        more = f" {counted(going, 'item is', 'items are')} in progress." if going else ""
        return Markdown(f"No item was finished this {noun}.{more}")
    late = [item for item in finished if item.days_late and item.days_late > 0]
    one = len(finished) == 1
    took = added([item.hours for item in finished]).text
    of = f"{len(finished)} of the {counted(len(facts.items), 'item')} with time"
    parts = [f"{of} was finished; it took {took}." if one else f"{of} were finished; they took {took}."]
    if late:
        named = listing([Markdown(f"{mention(item.name)} ({days_counted(item.days_late or 0)})") for item in late])
        parts.append(f"Finished after the planned end: {named}.")
    return paragraph(parts)


def _work_patterns(facts: PersonFacts) -> Markdown:
    pattern = facts.pattern
    if not pattern.days_with_time or pattern.busiest_hours is None:
        return Markdown(f"There is no time to describe this {facts.scene.period.noun}.")
    longest = f"; the longest was {pattern.busiest_day} with {pattern.busiest_hours.text}" if pattern.days_with_time > 1 else ""
    meetings = (
        f"Meetings took {pattern.meetings.text} ({pattern.meeting_percent} %)."
        if pattern.meetings.seconds
        else "No activity is a meeting by its name."
    )
    times = counted(pattern.switches, "time")
    switches = f"Work changed from one item or activity to another {times}, {pattern.switches_per_day} per day with time."
    return paragraph([f"Time was tracked on {counted(pattern.days_with_time, 'day')}{longest}.", meetings, switches])
