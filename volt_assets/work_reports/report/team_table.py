"""The fact table of the two reports about everybody: members, items, projects, features, types, activities."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from volt_assets.work_reports.languages.language import ngettext_noop
from volt_assets.work_reports.models import Fact
from volt_assets.work_reports.report.fact_models import ActivityFacts, FeatureBlock, ItemName
from volt_assets.work_reports.report.fact_table import FactBook, slot
from volt_assets.work_reports.report.markdown import Markdown
from volt_assets.work_reports.report.sentences import listing
from volt_assets.work_reports.report.shares import NO_PROJECT
from volt_assets.work_reports.report.team_models import ShareRow, TeamFacts, TeamItem, TogglFacts

# What a sentence of a team report is likely to name; a year of a company would fill the table with what nobody says.
_MOST_ITEMS, MOST_ROWS = 40, 25


# What ends a list that does not name everything: `and 4 others`.
_OTHERS, _MORE = ngettext_noop("others", "others")[1], ngettext_noop("more", "more")[1]


class TeamTable:
    """The facts about everybody, made in the order of the report, and more on demand of a writer."""

    def __init__(self, facts: TeamFacts | TogglFacts) -> None:
        """Make what every writer may need; of long lists the first rows."""
        self.facts = facts
        self.book = FactBook()
        self._by_key = {item.name.key: item for item in facts.items}
        self._members = {row.name: row for row in facts.members}
        self.entries = tuple(dict.fromkeys(entry for row in facts.members for entry in row.entries))
        self._totals()
        for member in facts.members[:_MOST_ITEMS]:
            person = self.person(member.name)
            self.book.hours(member.total, "tracked", [person], member.entries)
            if isinstance(facts, TeamFacts):  # Toggl alone knows nothing of states
                self.book.count(member.finished, "item", "items", "items finished", [person], member.entries)
        for item in self._worth_naming():
            self.of_item(item)
        for shares in (self._projects(), facts.types):
            for row in shares[:MOST_ROWS]:
                self.share(row)
        for activity in facts.activities[:MOST_ROWS]:
            self.activity_time(activity)
        if isinstance(facts, TeamFacts):
            self._of_team(facts)

    def person(self, name: str) -> Fact:
        """Somebody of the report."""
        row = self._members.get(name)
        return self.book.person(name, row.user_id if row else None, row.entries if row else ())

    def people(self, names: Sequence[str], most: int = 4, many: str = _OTHERS) -> Markdown:
        """The places of some names; how many are not named is a fact too."""
        return self.listing([slot(self.person(name)) for name in names], "people", most, many)

    def item(self, name: ItemName) -> Fact:
        """An item with time, or a feature above one."""
        own = self._by_key.get(name.key)
        return self.book.item(name, own.entries if own else ())

    def is_known(self, name: ItemName) -> bool:
        """Whether the item, or feature, is among the facts already."""
        return self.book.knows_item(name)

    def mention(self, name: ItemName) -> Markdown:
        """The place of an item's number and name."""
        return slot(self.item(name))

    def item_time(self, item: TeamItem) -> Fact:
        """Everybody's hours on an item."""
        about = [self.item(item.name), *(self.person(part.name) for part in item.parts)]
        return self.book.hours(item.hours, "time", about, item.entries)

    def of_item(self, item: TeamItem) -> None:
        """An item's hours, its people and their parts, its dates."""
        fact = self.item(item.name)
        self.item_time(item)
        if len(item.parts) > 1:
            for part in item.parts[:MOST_ROWS]:
                self.book.hours(part.hours, "part of the time", [fact, self.person(part.name)], part.entries)
        if not isinstance(self.facts, TeamFacts):
            return  # Toggl alone knows neither states nor plans
        if item.finished_on:
            self.book.date(item.finished_on, item.finished_day, "finished on", [fact])
        if item.overdue_days:
            self.overdue_by(item)

    def overdue_by(self, item: TeamItem) -> Markdown:
        """The place of the days an item is overdue."""
        return slot(self.book.days(item.overdue_days, "overdue by", [self.item(item.name)]))

    def share(self, row: ShareRow) -> tuple[Fact, Fact, Fact]:
        """A project or a type of items: its name, hours and percent."""
        items = [item for item in self.facts.items if row.label in (item.project or NO_PROJECT, item.name.type)]
        entries = [entry for item in items for entry in item.entries]
        is_type = any(row.label == item.name.type for item in items)
        fact = self.book.name(row.label, "type of items", entries) if is_type else self.book.project(row.label, entries)
        # The team summary divides the time on items by type, the Toggl summary all time.
        aspect = "share of the time on items" if is_type and isinstance(self.facts, TeamFacts) else "share"
        return fact, self.book.hours(row.hours, "time", [fact], entries), self.book.percent(row.percent, aspect, [fact], entries)

    def activity(self, activity: ActivityFacts) -> Fact:
        """Something that names no item."""
        return self.book.name(activity.text, "activity", activity.entry_ids)

    def activity_time(self, activity: ActivityFacts) -> Fact:
        """Everybody's hours on it."""
        about = [self.activity(activity), *(self.person(name) for name in activity.people[:MOST_ROWS])]
        return self.book.hours(activity.hours, "time", about, activity.entry_ids)

    def feature(self, block: FeatureBlock) -> tuple[Fact, Fact]:
        """A feature and how many of its children are done."""
        fact = self.item(block.feature)
        return fact, self.book.progress(block.done, block.total, fact)

    def count(self, number: int, one: str, many: str, aspect: str, entries: Sequence[int] = ()) -> Markdown:
        """The place of a number about the whole report."""
        return slot(self.book.count(number, one, many, aspect, [], entries or self.entries))

    def listing(self, parts: Sequence[Markdown], aspect: str, most: int = 3, many: str = _MORE) -> Markdown:
        """A list in prose; how many are not named is a fact too."""
        return listing(parts, most, rest=lambda left: self.count(left, many, many, f"further {aspect}"))

    def _projects(self) -> tuple[ShareRow, ...]:
        facts = self.facts
        return facts.projects if isinstance(facts, TogglFacts) else tuple(row.share for row in facts.projects)

    def _worth_naming(self) -> Iterable[TeamItem]:
        facts = self.facts
        special = (*facts.finished, *facts.overdue, *facts.shared) if isinstance(facts, TeamFacts) else ()
        chosen = {item.name.key: item for item in (*special[:_MOST_ITEMS], *facts.items[:MOST_ROWS])}
        return chosen.values()

    def _totals(self) -> None:
        facts, book = self.facts, self.book
        on_items = [entry for item in facts.items for entry in item.entries]
        other = [entry for activity in facts.activities for entry in activity.entry_ids]
        book.hours(facts.total, "tracked", [], self.entries)
        book.hours(facts.on_items, "time on items", [], on_items)
        book.percent(facts.on_items_percent, "share on items", [], on_items)
        book.hours(facts.other, "time on other work", [], other)
        if facts.total.seconds:
            book.percent(facts.other_percent, "share of other work", [], other)
        if facts.change:
            book.change(facts.change, "change")
        self.count(facts.unique_items, "item", "items", "items worked on", on_items)
        self.count(len([row for row in facts.members if row.total.seconds]), "person", "people", "people with time")

    def _of_team(self, facts: TeamFacts) -> None:
        self.count(len(facts.finished), "item", "items", "items finished")
        self.count(len(facts.overdue), "item", "items", "items overdue")
        for block in facts.features[:MOST_ROWS]:
            fact, _ = self.feature(block)
            self.book.percent(block.percent, "share done", [fact])
            self.book.hours(block.team_hours, "time of the team", [fact])
            if block.planned_end:
                self.book.date(block.planned_end, block.ends_on, "planned end", [fact])
        if facts.meetings.seconds:
            self.book.hours(facts.meetings, "time in meetings", [])
            self.book.percent(facts.meeting_percent, "share of meetings", [])
