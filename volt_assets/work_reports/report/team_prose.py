"""The sentences of the two reports about everybody, from their fact table alone; people are named, never ranked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from volt_assets.work_reports.languages.language import gettext, ngettext, ngettext_noop
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
        return told([gettext("Nobody has a finished time entry %(this)s.", this=facts.scene.period.this)])
    named = table.listing([_share(table, row) for row in facts.projects], "projects")
    parts = [gettext("By project, the time went into %(projects)s.", projects=named)]
    if facts.items:
        first = facts.items[0]
        time, people = slot(table.item_time(first)), table.people(first.people, 3, "more")
        item = table.mention(first.name)
        parts.append(gettext("The item with the most time is %(item)s (%(hours)s, %(people)s).", item=item, hours=time, people=people))
    if facts.activities:
        largest = facts.activities[0]
        name, time = slot(table.activity(largest)), slot(table.activity_time(largest))
        parts.append(gettext("Of the time that names no item, “%(text)s” is the largest part (%(hours)s).", text=name, hours=time))
    if facts.quality:
        flaws = table.listing(_flaws(table, facts.quality), "flaws", 4)
        parts.append(gettext("The entries have some flaws: %(flaws)s.", flaws=flaws))
    return told(parts)


def _share(table: TeamTable, row: ShareRow) -> Markdown:
    name, hours, percent = (slot(fact) for fact in table.share(row))
    return Markdown(f"{name} ({hours}, {percent})")


def _flaws(table: TeamTable, rows: Sequence[QualityRow]) -> list[Markdown]:
    return [table.count(row.count, row.one, row.kind, row.kind) for row in rows]


def _executive_summary(table: TeamTable, facts: TeamFacts) -> Markdown:
    period = facts.scene.period
    if facts.total.seconds == 0:
        nothing = gettext("Nobody has a finished time entry %(this)s, so there is no work to summarise.", this=period.this)
        return told([nothing])
    parts = []
    named_projects = [row.share for row in facts.projects if row.share.label != NO_PROJECT]
    if named_projects:
        parts.append(_largest_project(table, facts, named_projects))
    if facts.features:
        blocks = [table.feature(each) for each in facts.features]
        named = [Markdown(f"{slot(feature)} ({gettext('%(progress)s done', progress=slot(progress))})") for feature, progress in blocks]
        parts.append(
            gettext("The features with the most time are %(features)s.", features=table.listing(named, "features"))
            if len(named) > 1
            else gettext("The feature worked on is %(feature)s.", feature=named[0])
        )
    if facts.overdue:
        late = [Markdown(f"{table.mention(item.name)} ({gettext('by %(days)s', days=table.overdue_by(item))})") for item in facts.overdue]
        parts.append(gettext("Overdue %(at_end)s: %(items)s.", at_end=period.at_end, items=table.listing(late, "items overdue")))
    return told(parts) or told([gettext("None of the time names a work item.")])


def _largest_project(table: TeamTable, facts: TeamFacts, named_projects: Sequence[ShareRow]) -> str:
    (first, hours, percent), *others = (table.share(row) for row in named_projects)
    after = table.listing([Markdown(f"{slot(name)} ({slot(time)})") for name, time, _ in others], "projects")
    followed = gettext(", followed by %(projects)s", projects=after) if others else ""
    share = gettext("(%(hours)s, %(percent)s of all time)%(followed)s", hours=slot(hours), percent=slot(percent), followed=followed)
    unnamed = _no_project(facts)
    if unnamed is not None and unnamed.hours.seconds > named_projects[0].hours.seconds:
        return gettext(
            "Of the projects %(project)s took most of the work on items %(share)s; items of no project took %(rest)s.",
            project=slot(first),
            share=share,
            rest=slot(table.share(unnamed)[1]),
        )
    return gettext("%(project)s took the largest share of the work on items %(share)s.", project=slot(first), share=share)


def _no_project(facts: TeamFacts) -> ShareRow | None:
    return next((row.share for row in facts.projects if row.share.label == NO_PROJECT), None)


def _of_today(table: TeamTable, facts: TeamFacts, progress: str) -> str:
    """Long after the period progress is that of the day it was fetched, and says so."""
    if facts.judged_by_dates:
        fetched = facts.scene.fetched_at
        day = slot(table.book.date(facts.scene.period.day(fetched), fetched and fetched.date(), "states fetched on"))
        return gettext("On %(day)s, %(progress)s", day=day, progress=progress)
    return progress[0].upper() + progress[1:]


def _key_accomplishments(table: TeamTable, facts: TeamFacts) -> Markdown:
    if not facts.finished:
        return told([gettext("No item was finished %(this)s.", this=facts.scene.period.this)])
    entries = [entry for item in facts.finished for entry in item.entries]
    took = slot(table.book.hours(added([item.hours for item in facts.finished]), "time on finished items", [], entries))
    complete = [table.mention(each.feature) for each in facts.features if each.total and each.done == each.total]
    nearly = [table.mention(each.feature) for each in facts.features if each.total - each.done == 1 and not each.is_done]
    number = table.count(len(facts.finished), "item", "items", "items finished", entries)
    parts = [
        ngettext(
            "%(items)s was finished; %(hours)s went into it.",
            "%(items)s were finished; %(hours)s went into them.",
            len(facts.finished),
            items=number,
            hours=took,
        )
    ]
    if complete:
        named = table.listing(complete, "features")
        parts.append(_of_today(table, facts, gettext("all children are done of %(features)s.", features=named)))
    if nearly:
        named = table.listing(nearly, "features")
        parts.append(_of_today(table, facts, gettext("one item is left in %(features)s.", features=named)))
    return told(parts)


def _areas_of_focus(table: TeamTable, facts: TeamFacts) -> Markdown:
    if facts.total.seconds == 0:
        return told([gettext("There is no time to divide.")])
    if not facts.projects:
        total = slot(table.book.hours(facts.total, "tracked", [], table.entries))
        return told([gettext("All %(hours)s went into activities that name no work item.", hours=total)])
    shares = [table.share(row.share) for row in facts.projects if row.share.label != NO_PROJECT]
    rows = table.listing([Markdown(f"{slot(name)} {slot(percent)}") for name, _, percent in shares], "projects", 3)
    number = table.count(len(shares), "project", "projects", "projects with time")
    other = [entry for activity in facts.activities for entry in activity.entry_ids]
    rest = slot(table.book.percent(facts.other_share.percent, "share of other work", [], other))
    with_time = gettext("No item belongs to a project.")
    if shares:
        with_time = ngettext(
            "%(number)s had time: %(projects)s.", "%(number)s had time: %(projects)s.", len(shares), number=number, projects=rows
        )
    unnamed = _no_project(facts) if shares else None
    if unnamed is None:
        return told([with_time, gettext("Other activities took %(rest)s.", rest=rest)])
    unnamed_share = slot(table.share(unnamed)[2])
    return told([with_time, gettext("Items of no project took %(share)s, other activities %(rest)s.", share=unnamed_share, rest=rest)])


def _cross_team_patterns(table: TeamTable, facts: TeamFacts) -> Markdown:
    shared = [item for item in facts.shared if item.hours.tenths][:_SHARED_ITEMS]
    lines = [
        gettext(
            "%(item)s: %(hours)s by %(people)s",
            item=table.mention(item.name),
            hours=slot(table.item_time(item)),
            people=table.people(item.people),
        )
        for item in shared
    ]
    for activity in facts.activities:
        if len(activity.people) > 1 and activity.hours.tenths and activity.text != NO_DESCRIPTION and len(lines) < _MOST_PATTERNS:
            together = len(activity.people)
            lines.append(
                ngettext(
                    "“%(text)s”: %(hours)s of %(people)s together",
                    "“%(text)s”: %(hours)s of %(people)s together",
                    together,
                    text=slot(table.activity(activity)),
                    hours=slot(table.activity_time(activity)),
                    people=table.count(together, "person", "people", "people of an activity", activity.entry_ids),
                )
            )
    if shared_projects := [row for row in facts.projects if len(row.people) > 1 and row.share.label != NO_PROJECT]:
        named = [
            Markdown(f"{slot(table.share(row.share)[0])} ({table.count(len(row.people), '', '', 'people of a project')})")
            for row in shared_projects
        ]
        lines.append(gettext("Projects with several people: %(projects)s", projects=table.listing(named, "projects", 5)))
    return bullets(lines) or told([gettext("No item, activity or project had time of more than one person.")])


def _resource_allocation(table: TeamTable, facts: TeamFacts) -> Markdown:
    if facts.total.seconds == 0:
        return told([gettext("There is no time to allocate.")])
    parts = []
    if facts.types:
        rows = [table.share(row) for row in facts.types]
        named = [Markdown(f"{slot(name)} {slot(hours)} ({slot(percent)})") for name, hours, percent in rows]
        parts.append(gettext("Time on items by type: %(types)s.", types=table.listing(named, "types", 4)))
    if facts.meetings.seconds:
        time = slot(table.book.hours(facts.meetings, "time in meetings", []))
        share = slot(table.book.percent(facts.meeting_percent, "share of meetings", []))
        parts.append(gettext("Meetings took %(hours)s, %(share)s of all time.", hours=time, share=share))
    else:
        parts.append(gettext("No activity is a meeting by its name."))
    number = len([row for row in facts.members if row.total.seconds])
    parts.append(
        ngettext(
            "%(people)s tracked time on %(items)s.",
            "%(people)s tracked time on %(items)s.",
            number,
            people=table.count(number, "person", "people", "people with time"),
            items=table.count(facts.unique_items, "item", "items", "items worked on"),
        )
    )
    return told(parts)


def _recommendations(table: TeamTable, facts: TeamFacts) -> Markdown:
    lines = [_into_line(table, facts)]
    if late := [item for item in facts.overdue if item.finished_on is None]:
        named = table.listing([table.mention(item.name) for item in late], "items overdue")
        lines.append(gettext("Agree on new planned ends for %(items)s.", items=named))
    if missing := [row for row in facts.alignment if row.kind == "missing in Toggl"]:
        lines.append(
            ngettext(
                "Ask whether %(items)s in progress without time is really worked on.",
                "Ask whether %(items)s in progress without time are really worked on.",
                missing[0].items,
                items=table.count(missing[0].items, "assigned item", "assigned items", "items missing in Toggl"),
            )
        )
    lines += _housekeeping(table, facts)
    return bullets(lines) or told([gettext("Nothing in this data asks for a change.")])


def _into_line(table: TeamTable, facts: TeamFacts) -> str:
    """What of the alignment asks for an action, by class."""
    differing = ngettext_noop("item whose dates differ", "items whose dates differ")
    words: Mapping[AlignmentClass, tuple[str, str]] = {
        "Fibery not updated": differing if facts.judged_by_dates else ngettext_noop("item not updated", "items not updated"),
        "wrong person": ngettext_noop("item of another assignee", "items of other assignees"),
        "wrong type": ngettext_noop("item with a doubtful number or label", "items with a doubtful number or label"),
        "not found": ngettext_noop("item that Fibery does not have", "items that Fibery does not have"),
    }
    named = []
    for row in facts.alignment:
        if row.kind in words and row.hours:
            about = [table.item(each.item) for each in facts.to_act_on if each.kind == row.kind]
            entries = list(dict.fromkeys(entry for fact in about for entry in fact.entries))
            one, many = words[row.kind]
            number = table.count(row.items, one, many, f"items of class {row.kind}", entries)
            named.append(Markdown(f"{number} ({slot(table.book.hours(row.hours, f'time of class {row.kind}', [], entries))})"))
    if not named:
        return ""
    return gettext("Bring time and Fibery into line: %(items)s.", items=table.listing(named, "classes", len(words)))


def _housekeeping(table: TeamTable, facts: TeamFacts) -> list[str]:
    lines = []
    if facts.unconfigured:
        named = [(table.book.name(row.label, "type of items"), row.hours) for row in facts.unconfigured]
        types = [Markdown(f"{slot(name)} ({slot(table.book.hours(hours, 'time', [name]))})") for name, hours in named]
        lines.append(gettext("Add to enrichment_config.yaml: %(types)s.", types=table.listing(types, "types")))
    if facts.unmatched_people:
        people = table.people(facts.unmatched_people, 3, "more")
        lines.append(gettext("Give the Fibery e-mail of %(people)s under people in volt.yaml.", people=people))
    if facts.without_email:
        names = table.people(facts.without_email, 3, "more")
        lines.append(
            gettext(
                "Have Toggl show an e-mail for %(people)s (Manage, Members): without one nobody can be found in Fibery or mapped.",
                people=names,
            )
        )
    flaws = [row for row in facts.quality if row.kind.startswith(("overlapping", "entries over"))]
    if flaws:
        lines.append(gettext("Correct %(flaws)s.", flaws=table.listing(_flaws(table, flaws), "flaws")))
    if facts.other_share.percent >= _MUCH_OTHER_PERCENT and facts.activities:
        first = facts.activities[0]
        other = [entry for activity in facts.activities for entry in activity.entry_ids]
        time = slot(table.book.hours(facts.other, "time on other work", [], other))
        share = slot(table.book.percent(facts.other_share.percent, "share of other work", [], other))
        quoted = gettext("“%(text)s”", text=slot(table.activity(first)))
        of_first = f"{quoted} ({slot(table.activity_time(first))})"
        lines.append(
            gettext(
                "%(hours)s (%(share)s) name no work item: ask for item numbers, first for %(activity)s.",
                hours=time,
                share=share,
                activity=of_first,
            )
        )
    return lines
