"""What work items hang on: projects, epics, releases, sprints, features, product areas, and the users of Fibery."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from volt_assets.sandbox.fibery_store import FiberyStore, Row
from volt_assets.sandbox.item_fields import Stage, days_range
from volt_assets.sandbox.item_maker import ItemMaker, ItemPlan
from volt_assets.sandbox.people import SandboxPerson
from volt_assets.sandbox.schema import USER
from volt_assets.sandbox.toggl_catalogue import PROJECTS
from volt_assets.sandbox.work_calendar import WorkCalendar

SPRINT_BEFORE = 2
"""Sprint #3 is the one the world begins with."""
_STAGES: tuple[Stage, ...] = (
    *("started", "started", "review", "started", "review", "started"),
    *("started", "started", "open", "started", "done", "open"),
)
_FEATURE_NAMES = (
    *(
        "Infrastructure for the second region",
        "Checkout and search",
        "Office and archive",
        "Public pages",
        "Faster caching",
        "Beta programme",
    ),
    *("Security and import", "Autumn campaign", "Knowledge base", "Map view", "Query planner", "Partner access"),
)
MANAGER_EMAIL = "nora.lindqvist@example.com"


@dataclass(frozen=True)
class FeatureFrame:
    """A feature and what its children inherit."""

    row: Row
    project: int
    """Position in PROJECTS."""
    project_id: str
    epic_id: str


@dataclass(frozen=True)
class CompanyFrame:
    """Ids (fibery/id) by position; `features` in the order they were made."""

    projects: tuple[str, ...]
    releases: tuple[str, ...]
    sprints: tuple[str, ...]
    areas: tuple[str, ...]
    features: tuple[FeatureFrame, ...]

    def sprint_on(self, working_day: int) -> str:
        """The two-week sprint of a working day."""
        return self.sprints[max(0, min(len(self.sprints) - 1, working_day // 10 + SPRINT_BEFORE))]


def add_users(store: FiberyStore, people: Sequence[SandboxPerson], created_at: str) -> dict[int, str]:
    """Toggl user id -> Fibery user id, of those Fibery knows; a product manager who uses no Toggl is there too."""
    users: dict[int, str] = {}
    for number, person in enumerate(people, start=1):
        if person.fibery_email is not None:
            values = {"user/name": person.name, "user/email": person.fibery_email, "user/role": person.role}
            users[person.user_id] = str(store.add(USER, str(number), created_at, values)["fibery/id"])
    store.add(USER, "0", created_at, {"user/name": "Nora Lindqvist", "user/email": MANAGER_EMAIL, "user/role": "product"})
    return users


def build_frame(maker: ItemMaker, calendar: WorkCalendar, features: int) -> CompanyFrame:
    """Everything above the single item."""
    store, before = maker.store, calendar.moment(-40, 8)
    projects, epics, releases = [], [], []
    for number, project in enumerate(PROJECTS, start=1):
        values = {"Project management/name": project.name, "Project management/Toggl Project Id": project.id}
        projects.append(
            str(store.add("Project management/Project", str(number), before, {**values, "Project management/Health 🚦": "🟢"})["fibery/id"])
        )
        epic = ItemPlan(
            "started",
            created=-30,
            public_id=str(number),
            name=f"{project.name} go-live",
            related={"Project": projects[-1], "Planned dates": days_range(calendar.day(-30), calendar.day(60))},
        )
        epics.append(str(maker.make("Scrum/Epic", epic)["fibery/id"]))
        release = ItemPlan("open", created=-20, public_id=str(number), name=f"{project.name} 2025.{number}", planned_end=15 + number)
        releases.append(str(maker.make("Scrum/Release", release)["fibery/id"]))
    areas = [
        str(maker.make("Product/Product Area", ItemPlan("open", created=-40, name=name))["fibery/id"])
        for name in ("Growth", "Platform", "Care & trust")
    ]
    frames = tuple(_feature(maker, number, projects, epics, releases) for number in range(features))
    return CompanyFrame(tuple(projects), tuple(releases), _sprints(maker, calendar), tuple(areas), frames)


def _sprints(maker: ItemMaker, calendar: WorkCalendar) -> tuple[str, ...]:
    ids = []
    for number in range(1, calendar.weeks // 2 + SPRINT_BEFORE + 3):
        first = calendar.first_monday + timedelta(days=14 * (number - 1 - SPRINT_BEFORE))
        dates = days_range(first, first + timedelta(days=13))
        plan = ItemPlan("open", created=-30, public_id=str(number), name=f"Sprint {number}", related={"Planned dates": dates})
        ids.append(str(maker.make("Scrum/Sprint", plan)["fibery/id"]))
    return tuple(ids)


def _feature(maker: ItemMaker, number: int, projects: list[str], epics: list[str], releases: list[str]) -> FeatureFrame:
    project = number % (len(PROJECTS) - 1)  # the archived project gets nothing new
    working_days = maker.calendar.working_days
    # The first ones are under way when the world begins; no later one begins after its end.
    started = number - len(_STAGES) if number < len(_STAGES) else -8 + 2 * (number % (4 + working_days // 2))
    stage = _STAGES[number % len(_STAGES)]
    plan = ItemPlan(
        stage,
        created=started - 5,
        name=_FEATURE_NAMES[number] if number < len(_FEATURE_NAMES) else None,
        started=None if stage == "open" else started,
        completed=min(started + 5, working_days - 1) if stage == "done" else None,
        planned_end=3 if number == 0 else started + 10 + number % 7,  # the first one is overdue from the first week on
        related={
            "Epic": epics[project],
            "Release": releases[project],
            "Project": projects[project],
            "Planned Release Date": maker.calendar.day(started + 20).isoformat(),
            "Actual Release Date": maker.calendar.day(started + 14).isoformat() if stage == "done" else None,
        },
    )
    return FeatureFrame(maker.make("Scrum/Feature", plan), project, projects[project], epics[project])
