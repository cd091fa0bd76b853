"""The everyday work items: for each person two lanes of items worked on one after the other, and features' remaining children.

The stretches that come out tell entries.py who worked on what when, so time and states agree unless a lane says
otherwise on purpose: some items are never started in Fibery although hours go in, some are finished too early or late.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import NamedTuple

from volt_assets.sandbox.company_frame import CompanyFrame, FeatureFrame
from volt_assets.sandbox.entry_texts import formula_text, through_timer_url
from volt_assets.sandbox.fibery_store import Row
from volt_assets.sandbox.item_fields import Stage, days_range
from volt_assets.sandbox.item_maker import ItemMaker, ItemPlan
from volt_assets.sandbox.people import Role, SandboxPerson
from volt_assets.sandbox.toggl_catalogue import PROJECTS

LANES = 2
_KINDS: dict[Role, tuple[str, ...]] = {
    "engineer": ("Scrum/Task",) * 8
    + ("Scrum/Bug",) * 4
    + ("Scrum/Sub-task",) * 3
    + ("Scrum/Sub-bug", "Scrum/Hotfix", "Scrum/Build", "Scrum/Chore", "Ops/Incident"),
    "lead": ("Scrum/Feature", "Scrum/Feature", "Product Management/Request", "Scrum/Task", "To-dos/To-do", "Scrum/Build"),
    "product": ("Product/Feature", "Product/Feature", "Product Management/Request", "Scrum/Feature", "To-dos/To-do", "Marketing/Campaign"),
    "designer": ("Design/Design Feature", "Design/Work Version", "Design/Work Version", "Design/Old Work Version", "Scrum/Task"),
    "tester": ("QA/Test report", "QA/Test report", "Scrum/Test coverage", "Scrum/Bug", "Scrum/Bug", "Scrum/Sub-bug"),
}
_PARENT_KINDS = ("Scrum/Task", "Scrum/Bug", "Design/Design Feature")


class Stretch(NamedTuple):
    """Working days on which somebody's timer carries `description`."""

    first_day: int
    last_day: int
    description: str
    project: int


@dataclass
class ItemStory:
    """Tells the items of everybody; parents are taken from the items told last."""

    maker: ItemMaker
    frame: CompanyFrame
    users: dict[int, str]
    """Toggl user id -> Fibery user id."""
    owners: tuple[str, ...]
    """The Fibery users items may belong to."""
    rng: Random
    _latest: dict[str, Row] = field(default_factory=dict)

    def lanes_of(self, person: SandboxPerson, days: int) -> list[Stretch]:
        """All stretches of one person in a world of so many working days."""
        stretches = []
        for _ in range(LANES):
            day = -int(self.rng.random() * 4)
            while day < days:
                last = day + 1 + int(self.rng.random() * 6)
                stretches.append(self._stretch(person, day, last, days))
                day = last + 1
        return stretches

    def remaining_children(self) -> None:
        """Children that nobody tracks: open ones, and one that is under way without time."""
        for number, feature in enumerate(self.frame.features):
            for rest in range(1 + number % 3):
                owner = self.owners[-1 - (number + rest) % len(self.owners)] if self.owners else None
                is_under_way = rest == 2  # noqa: PLR2004 -- the third, which every third feature has
                plan = ItemPlan(
                    "started" if is_under_way else "open",
                    created=-9,
                    started=-3 + number % 5 if is_under_way else None,
                    planned_end=6 + number % 20,
                    assignees=(owner,) if owner else (),
                    related=self._inherited(feature, 0),
                )
                self.maker.make("Scrum/Task", plan)

    def _stretch(self, person: SandboxPerson, first: int, last: int, days: int) -> Stretch:
        kinds = _KINDS[person.role]
        type_name = kinds[int(self.rng.random() * len(kinds))]
        feature = self.frame.features[int(self.rng.random() * len(self.frame.features))]
        is_feature = type_name == "Scrum/Feature"
        row = feature.row if is_feature else self._item(type_name, self._plan(person, first, last, days), feature, first)
        return Stretch(first, last, self.description_of(type_name, row, feature.project), feature.project)

    def description_of(self, type_name: str, row: Row, project: int) -> str:
        """What Toggl gets when somebody starts the item's timer from Fibery."""
        title = next(own.name for own in self.maker.store.types[type_name].fields.values() if own.is_title)
        text = formula_text(type_name, str(row[title]), str(row["fibery/public-id"]), PROJECTS[project].name)
        return through_timer_url(type_name, text)

    def _plan(self, person: SandboxPerson, first: int, last: int, days: int) -> ItemPlan:
        chance = self.rng.random()
        mine = self.users.get(person.user_id)
        someone = self.owners[int(self.rng.random() * len(self.owners))] if self.owners else None
        # 1 in 12 belongs to somebody else than the person who works on it.
        owner = someone if self.rng.random() < 1 / 12 or mine is None else mine
        slip = int(self.rng.random() * 6) - 3
        stage: Stage = "done"
        completed: int | None = last
        if last >= days:
            stage, completed = ("review" if chance < 1 / 4 else "started"), None
        elif chance < 1 / 16:
            stage, completed = "open", None
        elif chance < 1 / 8:
            completed = max(first, last - 1)
        return ItemPlan(
            stage,
            created=first - 4,
            started=None if stage == "open" else first,
            completed=completed,
            planned_end=last + slip,
            assignees=(owner,) if owner else (),
        )

    def _item(self, type_name: str, plan: ItemPlan, feature: FeatureFrame, first: int) -> Row:
        related = dict(self._inherited(feature, first))
        spec = self.maker.store.types[type_name]
        for kind in _PARENT_KINDS if self.rng.random() < 1 / 2 else reversed(_PARENT_KINDS):
            display, parent = kind.partition("/")[2], self._latest.get(kind)
            if spec.field_named(display) is not None and parent is not None:
                related[display] = parent["fibery/id"]
                break
        if type_name == "Product Management/Request":
            related["Linked Features"] = [feature.row["fibery/id"]]
        row = self.maker.make(type_name, _with_related(plan, related))
        if type_name in _PARENT_KINDS:
            self._latest[type_name] = row
        return row

    def _inherited(self, feature: FeatureFrame, working_day: int) -> dict[str, object]:
        calendar = self.maker.calendar
        return {
            "Feature": feature.row["fibery/id"],
            "Epic": feature.epic_id,
            "Project": feature.project_id,
            "Project ": PROJECTS[feature.project].name,
            "Sprint": self.frame.sprint_on(working_day),
            "Release": self.frame.releases[feature.project],
            "Launch Date": calendar.day(working_day + 20).isoformat(),
            "Window": {"start": calendar.moment(working_day, 1), "end": calendar.moment(working_day, 4)},
            "Planned dates": days_range(calendar.day(working_day), calendar.day(working_day + 10)),
            "Product Area": self.frame.areas[working_day % len(self.frame.areas)],
        }


def _with_related(plan: ItemPlan, related: dict[str, object]) -> ItemPlan:
    return ItemPlan(plan.stage, plan.created, plan.started, plan.completed, plan.planned_end, plan.assignees, related=related)
