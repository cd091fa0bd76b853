"""The fact table of an individual report: what its sentences may say of the person, the items and the rest of the time."""

from __future__ import annotations

from volt_assets.work_reports.models import Fact
from volt_assets.work_reports.report.fact_models import FeatureBlock, ItemFacts, ItemName, PersonFacts
from volt_assets.work_reports.report.fact_table import FactBook, slot
from volt_assets.work_reports.report.figures import Hours, added
from volt_assets.work_reports.report.markdown import Markdown


class PersonTable:
    """The facts of one person, made in the order of the report, and more on demand of a writer."""

    def __init__(self, facts: PersonFacts) -> None:
        """Make what every writer may need: totals, items with their figures, projects, activities, patterns."""
        self.facts = facts
        self.book = FactBook()
        self.entries = tuple(
            dict.fromkeys(
                [
                    *(entry for item in facts.items for entry in item.entries),
                    *(entry for activity in facts.activities for entry in activity.entry_ids),
                ]
            )
        )
        self.person = self.book.person(facts.name, facts.user_id, self.entries)
        self._by_key = {item.name.key: item for item in facts.items}
        self._totals()
        for item in facts.items:
            self._of_item(item)
        for project, hours in self.by_project().items():
            self.project_hours(project, hours)
        for activity in facts.activities:
            self.activity(activity.text)
            self.book.hours(activity.hours, "time", [self.activity(activity.text)], activity.entry_ids)
        self._pattern()

    def item(self, name: ItemName) -> Fact:
        """An item of the person, or one related to it."""
        own = self._by_key.get(name.key)
        return self.book.item(name, own.entries if own else ())

    def mention(self, name: ItemName) -> Markdown:
        """The place of an item's number and name."""
        return slot(self.item(name))

    def time(self, item: ItemFacts) -> Markdown:
        """The place of the person's hours on an item."""
        return slot(self.book.hours(item.hours, "time", [self.item(item.name), self.person], item.entries))

    def activity(self, text: str) -> Fact:
        """Something that names no item."""
        entries = next((each.entry_ids for each in self.facts.activities if each.text == text), ())
        return self.book.name(text, "activity", entries)

    def tracked(self) -> Fact:
        """All hours of the person."""
        return self.book.hours(self.facts.total, "tracked", [], self.entries)

    def count(self, number: int, one: str, many: str, aspect: str) -> Markdown:
        """The place of a number about the whole report."""
        return slot(self.book.count(number, one, many, aspect, [self.person], self.entries))

    def items_worked_on(self) -> Markdown:
        """The place of the number of items with time."""
        return self.count(len(self.facts.items), "item", "items", "items worked on")

    def by_project(self) -> dict[str, Hours]:
        """Project -> the hours of its items, most first."""
        hours: dict[str, Hours] = {}
        for item in self.facts.items:
            if item.project:
                hours[item.project] = added([hours[item.project], item.hours]) if item.project in hours else item.hours
        return {project: hours[project] for project in sorted(hours, key=lambda name: (-hours[name].seconds, name))}

    def project_hours(self, project: str, hours: Hours) -> tuple[Fact, Fact]:
        """A project and the person's hours on its items."""
        entries = tuple(entry for item in self.facts.items if item.project == project for entry in item.entries)
        fact = self.book.project(project, entries)
        return fact, self.book.hours(hours, "time", [fact, self.person], entries)

    def _totals(self) -> None:
        facts, book = self.facts, self.book
        on_items = tuple(entry for item in facts.items for entry in item.entries)
        other = tuple(entry for activity in facts.activities for entry in activity.entry_ids)
        self.tracked()
        book.hours(facts.on_items, "time on items", [], on_items)
        book.percent(facts.on_items_percent, "share on items", [], on_items)
        book.hours(facts.other, "time on other work", [], other)
        if facts.total.seconds:
            book.percent(facts.other_percent, "share of other work", [], other)
        if facts.change:
            book.change(facts.change, "change")
        self.items_worked_on()
        self.count(len(facts.finished), "item", "items", "items finished")
        self.count(len(facts.overdue), "item", "items", "items overdue")

    def _of_item(self, item: ItemFacts) -> None:
        book, fact, day = self.book, self.item(item.name), self.facts.scene.period.day
        self.time(item)
        if item.status == "enriched":
            book.state(item.state, fact)
        for aspect, found in (
            ("started on", item.days.started),
            ("finished on", item.days.finished),
            ("planned end", item.days.planned_end),
        ):
            if found is not None:
                book.date(day(found), found, aspect, [fact])
        if item.overdue_days:
            self.overdue_by(item)
        if item.days_late:
            self.late_by(item)
        for comment in item.comments:
            if comment.author:
                self.author(comment.author)
        for block in (item.part_of, item.progress):
            if block is not None:
                self._feature(block)

    def overdue_by(self, item: ItemFacts) -> Markdown:
        """The place of the days an item is overdue."""
        return slot(self.book.days(item.overdue_days, "overdue by", [self.item(item.name)]))

    def late_by(self, item: ItemFacts) -> Markdown:
        """The place of the days between the planned and the real end of a finished item."""
        days = item.days_late or 0
        return slot(self.book.days(abs(days), "late by" if days > 0 else "early by", [self.item(item.name)]))

    def author(self, name: str) -> Fact:
        """Somebody who wrote a comment: the person of the report, or somebody else."""
        return self.person if name == self.facts.name else self.book.person(name)

    def _feature(self, block: FeatureBlock) -> None:
        fact = self.item(block.feature)
        self.book.progress(block.done, block.total, fact)
        self.book.percent(block.percent, "share done", [fact])
        if not block.hides_hours:
            self.book.hours(block.team_hours, "time of the team", [fact])
        if block.planned_end:
            self.book.date(block.planned_end, block.ends_on, "planned end", [fact])

    def _pattern(self) -> None:
        pattern, book = self.facts.pattern, self.book
        if not pattern.days_with_time or pattern.busiest_hours is None:
            return
        self.count(pattern.days_with_time, "day", "days", "days with time")
        if pattern.busiest_day:
            book.date(pattern.busiest_day, pattern.busiest_on, "longest day")
            book.hours(pattern.busiest_hours, "time on the longest day", [], self.entries)
        if pattern.meetings.seconds:
            book.hours(pattern.meetings, "time in meetings", [], self.entries)
            book.percent(pattern.meeting_percent, "share of meetings", [], self.entries)
        self.count(pattern.switches, "time", "times", "changes of work")
        book.number(pattern.switches_per_day, "changes of work per day")
