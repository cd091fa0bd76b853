"""The sentences of an individual report, from its fact table alone: no judgement about the person, no filler."""

from __future__ import annotations

from collections.abc import Sequence

from volt_assets.work_reports.languages.language import gettext, ngettext
from volt_assets.work_reports.models import Sentence
from volt_assets.work_reports.report.fact_models import ItemFacts, PersonFacts
from volt_assets.work_reports.report.fact_table import sentences_of, slot, told
from volt_assets.work_reports.report.figures import added, percentage
from volt_assets.work_reports.report.markdown import Markdown
from volt_assets.work_reports.report.person_table import PersonTable
from volt_assets.work_reports.report.sentences import listing, quoted

_ENTRY_TEXTS = 3
_ENTRY_TEXT_LENGTH = 80


def person_sections(table: PersonTable) -> dict[str, tuple[Sentence, ...]]:
    """Section name -> sentences; one section per item with facts or a text of its own."""
    texts = {
        "executive_summary": _executive_summary(table),
        "key_deliverables": _key_deliverables(table),
        "work_patterns": _work_patterns(table),
    }
    facts = table.book.by_id()
    sections = {name: sentences_of(name, text, facts) for name, text in texts.items()}
    for item in table.facts.items:
        name, about = item_section(item), table.item(item.name).id
        found = sentences_of(name, item_text(table, item), facts)
        # What is quoted of an item rests on the item, also where its name is not repeated.
        sections[name] = tuple(each.model_copy(update={"facts": tuple(dict.fromkeys((about, *each.facts)))}) for each in found)
    return sections


def item_section(item: ItemFacts) -> str:
    """The name of the section that says what was accomplished on the item."""
    return f"item:{item.name.type}#{item.name.public_id}"


def item_text(table: PersonTable, item: ItemFacts) -> Markdown:
    """What Fibery and the time entries say about the work on an item."""
    parts: list[str] = []
    if item.description:
        # Somebody's words: what they claim is no finding of this report.
        parts.append(gettext("The description says: %(text)s", text=quoted(item.description, 400)))
    for comment in item.comments:
        who = slot(table.author(comment.author)) if comment.author else gettext("A comment")
        if comment.day:
            day = slot(table.book.date(comment.day, comment.on, "commented on", [table.item(item.name)]))
            who = gettext("%(person)s on %(day)s", person=who, day=day)
        parts.append(f"{who}: {quoted(comment.text, 240)}")
    own_name = item.name.name.strip().casefold() if item.status == "enriched" else ""
    texts = [name for name in item.names if name.strip() and name.strip().casefold() != own_name]
    if texts and not item.comments:
        quotes = [quoted(text, _ENTRY_TEXT_LENGTH) for text in texts]
        parts.append(gettext("Time entries: %(texts)s.", texts=_listing(table, quotes, "texts of entries", _ENTRY_TEXTS)))
    if not parts:
        parts.append(gettext("Neither Fibery nor the time entries say more than the name."))
    return told(parts)


def _listing(table: PersonTable, parts: Sequence[Markdown], aspect: str, most: int = 3) -> Markdown:
    """A list in prose; how many are not named is a fact too."""
    return listing(parts, most, rest=lambda left: table.count(left, "more", "more", f"further {aspect}"))


def _executive_summary(table: PersonTable) -> Markdown:
    facts = table.facts
    if facts.total.seconds == 0:
        return told([gettext("There is no finished time entry %(this)s.", this=facts.scene.period.this), _still_running(table)])
    if not facts.items:
        first = facts.activities[0]
        hours = slot(table.book.hours(first.hours, "time", [table.activity(first.text)], first.entry_ids))
        text = slot(table.activity(first.text))
        return told([gettext("None of the time names a work item; most of it, %(hours)s, is “%(text)s”.", hours=hours, text=text)])
    top = facts.items[:3]
    entries = [entry for item in top for entry in item.entries]
    percent = percentage(sum(item.hours.seconds for item in top), facts.total.seconds)
    share = slot(table.book.percent(percent, "share of the items with the most time", [table.item(item.name) for item in top], entries))
    named = listing([Markdown(f"{table.mention(item.name)} ({table.time(item)})") for item in top])
    if len(facts.items) == len(top):
        went = gettext("All time on items went into %(items)s, %(share)s of everything tracked.", items=named, share=share)
    else:
        went = gettext("Most of the time on items went into %(items)s, %(share)s of everything tracked.", items=named, share=share)
    return told([went, _done_and_late(table), _projects(table)])


def _still_running(table: PersonTable) -> str:
    running = len(table.facts.scene.running)
    if not running:
        return ""
    number = table.count(running, "entry is", "entries are", "entries still running")
    return ngettext("%(number)s still running and not counted.", "%(number)s still running and not counted.", running, number=number)


def _done_and_late(table: PersonTable) -> str:
    facts, clauses = table.facts, []
    if facts.finished:
        names = _listing(table, [table.mention(item.name) for item in facts.finished], "items finished")
        clauses.append(ngettext("%(items)s was finished", "%(items)s were finished", len(facts.finished), items=names))
    if facts.overdue:
        clauses.append(_overdue(table))
    return f"{'; '.join(clauses)}." if clauses else ""


def _overdue(table: PersonTable) -> str:
    facts = table.facts
    at_end = facts.scene.period.at_end
    if len(facts.overdue) == 1:
        item = facts.overdue[0]
        return gettext(
            "%(item)s was overdue by %(days)s %(at_end)s", item=table.mention(item.name), days=table.overdue_by(item), at_end=at_end
        )
    late = [Markdown(f"{table.mention(item.name)} ({gettext('by %(days)s', days=table.overdue_by(item))})") for item in facts.overdue]
    return gettext("%(items)s were overdue %(at_end)s", items=_listing(table, late, "items overdue"), at_end=at_end)


def _projects(table: PersonTable) -> str:
    hours = table.by_project()
    if len(hours) < 2:  # noqa: PLR2004 -- one project is seen in every line already
        return ""
    rows = [table.project_hours(name, part) for name, part in hours.items()]
    named = _listing(table, [Markdown(f"{slot(project)} {slot(part)}") for project, part in rows], "projects", 4)
    return gettext("By project: %(projects)s.", projects=named)


def _key_deliverables(table: PersonTable) -> Markdown:
    facts: PersonFacts = table.facts
    finished = facts.finished
    going = 0 if facts.judged_by_dates else sum(item.name.icon == "🔄" for item in facts.items)
    if not finished:
        number = table.count(going, "item is", "items are", "items in progress")
        more = ngettext("%(number)s in progress.", "%(number)s in progress.", going, number=number) if going else ""
        return told([gettext("No item was finished %(this)s.", this=facts.scene.period.this), more])
    entries = [entry for item in finished for entry in item.entries]
    hours = table.book.hours(added([item.hours for item in finished]), "time on finished items", [], entries)
    took = slot(hours)
    parts = [
        ngettext(
            "%(number)s of the %(items)s with time was finished; it took %(hours)s.",
            "%(number)s of the %(items)s with time were finished; they took %(hours)s.",
            len(finished),
            number=table.count(len(finished), "", "", "finished"),
            items=table.items_worked_on(),
            hours=took,
        )
    ]
    late = [item for item in finished if item.days_late and item.days_late > 0]
    if late:
        named = _listing(table, [Markdown(f"{table.mention(item.name)} ({table.late_by(item)})") for item in late], "items finished late")
        parts.append(gettext("Finished after the planned end: %(items)s.", items=named))
    return told(parts)


def _work_patterns(table: PersonTable) -> Markdown:
    pattern, book = table.facts.pattern, table.book
    if not pattern.days_with_time or pattern.busiest_hours is None or pattern.busiest_day is None:
        return told([gettext("There is no time to describe %(this)s.", this=table.facts.scene.period.this)])
    longest = ""
    if pattern.days_with_time > 1:
        day = book.date(pattern.busiest_day, pattern.busiest_on, "longest day")
        hours = book.hours(pattern.busiest_hours, "time on the longest day", [], table.entries)
        longest = gettext("; the longest was %(day)s with %(hours)s", day=slot(day), hours=slot(hours))
    if pattern.meetings.seconds:
        time = book.hours(pattern.meetings, "time in meetings", [], table.entries)
        share = book.percent(pattern.meeting_percent, "share of meetings", [], table.entries)
        meetings = gettext("Meetings took %(hours)s (%(share)s).", hours=slot(time), share=slot(share))
    else:
        meetings = gettext("No activity is a meeting by its name.")
    times = table.count(pattern.switches, "time", "times", "changes of work")
    per_day = slot(book.number(pattern.switches_per_day, "changes of work per day"))
    switches = gettext(
        "Work changed from one item or activity to another %(times)s, %(per_day)s per day with time.", times=times, per_day=per_day
    )
    days = table.count(pattern.days_with_time, "day", "days", "days with time")
    return told([gettext("Time was tracked on %(days)s%(longest)s.", days=days, longest=longest), meetings, switches])
