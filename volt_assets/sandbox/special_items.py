"""The items that the awkward descriptions of entry_texts.py point at, and those a report has to say something special about.

Numbers below 7001, those from 9101 on and the six-digit one belong to this module: 12 is a Task, a Bug and a Feature at
once, 31 a Work Version and an Old Work Version, 2 a Build and a Release, 18 a Task and its Sub-task. 13 is the coffee
machine whose number somebody types for the invoice export. 14 has 130 comments. 34 has no name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from volt_assets.sandbox.company_frame import CompanyFrame
from volt_assets.sandbox.item_maker import ItemPlan
from volt_assets.sandbox.people import SandboxPerson
from volt_assets.sandbox.toggl_catalogue import PROJECT_POSITION
from volt_assets.sandbox.work_calendar import WorkCalendar
from volt_assets.sandbox.work_items import ItemStory, Stretch

MANY_COMMENTS = 130


class _Special(NamedTuple):
    """An item: the positions of its assignees, the number of its feature (None: of no feature), its life."""

    people: tuple[int, ...]
    feature: int | None
    type: str
    plan: ItemPlan
    parent: tuple[str, str] | None = None
    """Type and number of what it hangs under besides the feature; told before."""


def _item(public_id: str, name: str, stage: str, *days: int | None, end: int | None = None, **other: object) -> ItemPlan:
    """A plan: `days` are the working days on which the item was created, started and completed."""
    created, started, completed = (*days, None, None, None)[:3]
    return ItemPlan(stage, created or 0, started, completed, end, public_id=public_id, name=name, **other)  # type: ignore[arg-type]  # of ItemPlan


# Features 0 and 6 are Harbor's, 1 and 7 Moneyball's, 2 and 8 Internal's, 3 and 9 Atlas's, 4 and 10 R&D's, 5 and 11 Ångström's.
_ITEMS: tuple[_Special, ...] = (
    # What the awkward descriptions name.
    _Special((8,), 0, "Scrum/Task", _item("12", "Fix login", "started", -6, -2, end=9)),
    _Special((0,), None, "Scrum/Task", _item("13", "Order a new coffee machine", "done", -6, -2, 6, end=9)),
    _Special((9,), 5, "Scrum/Task", _item("14", "Ship the beta", "started", -6, -2, end=9, comments=MANY_COMMENTS)),
    _Special((0,), 6, "Scrum/Task", _item("15", "Broken tags", "done", -4, 0, 2, end=3)),
    _Special((3, 0), 3, "Scrum/Task", _item("16", "設計レビュー", "done", -4, 0, 3, end=4)),
    _Special((1,), 9, "Scrum/Task", _item("17", "مراجعة", "done", -4, 1, 6, end=6)),
    _Special((7,), 0, "Scrum/Task", _item("18", "Spread out the nightly jobs", "started", -6, -2, end=2)),  # overdue
    _Special((6,), 2, "Scrum/Task", _item("19", "Look around the archive", "done", -3, 2, 4, end=4)),
    _Special((3,), 6, "Scrum/Task", _item("24", "Answer the security questionnaire", "review", -6, -1, end=7)),
    _Special((4,), 4, "Scrum/Task", _item("25", "Collect path rules", "done", -4, 0, 4, end=4)),
    _Special((9,), 6, "Scrum/Task", _item("26", "Right-to-left layout", "done", -3, 1, 7, end=8)),
    _Special((6,), 7, "Scrum/Task", _item("27", "First line of the letter", "done", -2, 1, 5, end=5)),
    _Special((7,), 9, "Scrum/Task", _item("28", "🚀 Launch 👩🏽‍💻", "started", -2, 2, end=8)),
    _Special((6,), 2, "Scrum/Task", _item("29", "Long story short", "done", -2, 1, 6, end=5)),
    _Special((4,), 7, "Scrum/Task", _item("1234", "Review", "done", -6, -1, 4, end=3)),
    _Special((1,), None, "Scrum/Task", _item("123456", "Old number", "done", -6, -1, 1, end=2)),
    _Special((2,), None, "Scrum/Task", _item("34", "", "open", -1, end=9)),
    _Special((1,), 1, "Scrum/Bug", _item("12", "Checkout rounds the wrong way", "done", -14, -10, -8, end=-7)),
    _Special((4,), 1, "Scrum/Bug", _item("20", "Search & replace loses the cursor", "started", -3, 0, end=9)),
    _Special((1, 7), 4, "Scrum/Bug", _item("22", "Spike on caching", "done", -3, 2, 6, end=7)),
    _Special((6,), 3, "Scrum/Bug", _item("23", "Build with C++17", "done", -3, 1, 3, end=4)),
    _Special(
        (),
        1,
        "Scrum/Sub-bug",
        _item("1112", "? Нет полей Stage, Next action, Owner, Alternate names", "started", -2, 0),
        ("Scrum/Bug", "20"),
    ),
    _Special((8,), 1, "Scrum/Build", _item("2", "Cut the release", "started", -2, 2, end=9)),
    _Special((0,), 2, "To-dos/To-do", _item("21", "Renew certificates", "done", -4, 1, 4, end=4)),
    _Special((0,), 6, "Scrum/Feature", _item("12", "Single sign-on", "open", -6, end=14)),
    _Special((3, 9), 3, "Design/Design Feature", _item("30", "Landing page", "started", -6, -1, end=12)),
    _Special((9,), 3, "Design/Work Version", _item("31", "Landing page draft", "review", -3, 1, end=9), ("Design/Design Feature", "30")),
    _Special(
        (0,), 3, "Design/Old Work Version", _item("31", "Landing page draft", "done", -9, -6, 0, end=1), ("Design/Design Feature", "30")
    ),
    _Special((), 0, "Scrum/Sub-task", _item("18", "Write down the time-table", "started", -2, 0), ("Scrum/Task", "18")),
    _Special((), 1, "Scrum/Sub-task", _item("20", "Keep the cursor in place", "started", -1, 1), ("Scrum/Bug", "20")),
    # What is assigned to the one who tracks nothing.
    _Special((10,), 6, "Scrum/Task", _item("9601", "Security audit", "started", -6, -1, end=4)),
    _Special((10,), 7, "Scrum/Bug", _item("9502", "Export forgets the header", "open", -6, end=8)),
    # Every type that has an enricher of its own, on somebody's timer.
    _Special((0,), 2, "To-dos/To-do", _item("9108", "Prepare the quarterly review", "started", -2, 0, end=8)),
    _Special((1,), 0, "Scrum/Sub-task", _item("9234", "Refresh tokens", "done", -3, 0, 2), ("Scrum/Task", "12")),
    _Special((1,), 0, "Scrum/Task", _item("9658", "Provision the second region", "done", -12, -6, 3, end=-9)),  # late
    _Special((2,), 1, "Product Management/Request", _item("9101", "Export for accountants", "done", -8, -1, 3, end=4)),
    _Special((2,), 3, "Product/Feature", _item("9102", "Price alerts", "started", -8, -2, end=9)),
    _Special((2,), 7, "Marketing/Campaign", _item("9110", "Autumn letter", "started", -8, 0)),
    _Special((3,), 9, "Design/Design Feature", _item("9103", "New map view", "started", -5, -1, end=8)),
    _Special(
        (3,),
        9,
        "Design/Old Work Version",
        _item("9111", "Map view, first draft", "done", -5, -1, 4, end=4),
        ("Design/Design Feature", "9103"),
    ),
    _Special(
        (9,), 9, "Design/Work Version", _item("9104", "Map view, second draft", "review", -5, 0, end=3), ("Design/Design Feature", "9103")
    ),
    _Special((5,), 1, "QA/Test report", _item("9105", "Checkout regression", "done", -2, 0, 4)),
    _Special((5,), 6, "Scrum/Test coverage", _item("9106", "Import coverage", "started", -2, 1, end=6)),
    _Special((6,), 6, "Scrum/Task", _item("9634", "Deploy the CRM", "open", -3, end=8, description="", comments=0)),  # not started
    _Special((7,), 0, "Scrum/Bug", _item("9521", "Alerts fire twice for one fault", "done", -3, -1, 0, end=1)),  # too early
    _Special((8,), 7, "Scrum/Hotfix", _item("9107", "Price list is empty", "done", -1, 0, 1, end=1)),
    _Special((8,), 2, "Ops/Incident", _item("9109", "Queue stands still", "done", -1, 0, 1)),
)
# (type, number) -> who has it on a timer, the last working day of that, and how much of it: 4 is most of every day.
_TIMERS: Mapping[tuple[str, str], tuple[int, int, int]] = {
    ("To-dos/To-do", "9108"): (0, 6, 1),
    ("Scrum/Sub-task", "9234"): (1, 4, 1),  # two days longer than Fibery says
    ("Scrum/Task", "9658"): (1, 3, 1),
    ("Product Management/Request", "9101"): (2, 3, 1),
    ("Product/Feature", "9102"): (2, 8, 1),
    ("Marketing/Campaign", "9110"): (2, 7, 1),
    ("Design/Design Feature", "9103"): (3, 8, 1),
    ("Design/Old Work Version", "9111"): (3, 4, 1),
    ("Design/Work Version", "9104"): (9, 8, 1),
    ("QA/Test report", "9105"): (5, 4, 1),
    ("Scrum/Test coverage", "9106"): (5, 8, 1),
    ("Scrum/Task", "9634"): (6, 4, 4),  # enough to be worth a notice: it is not started in Fibery
    ("Scrum/Bug", "9521"): (7, 4, 1),  # four days longer than Fibery says
    ("Scrum/Hotfix", "9107"): (8, 1, 1),
    ("Ops/Incident", "9109"): (8, 1, 1),
    ("Scrum/Task", "12"): (8, 9, 1),
    ("Scrum/Task", "28"): (7, 9, 1),
}


def add_special_items(
    story: ItemStory, users: Mapping[int, str], people: tuple[SandboxPerson, ...], frame: CompanyFrame
) -> list[list[Stretch]]:
    """Adds them; returns for each person the stretches of the special items they have on a timer."""
    calendar = story.maker.calendar
    stretches: list[list[Stretch]] = [[] for _ in people]
    for special in _ITEMS:
        positions = [position for position in special.people if position < len(people)]
        mine = tuple(users[user_id] for position in positions if (user_id := people[position].user_id) in users)
        plan = _within(calendar, replace(special.plan, assignees=mine, related=_related(story, special, frame)))
        row = story.maker.make(special.type, plan)
        timer = _TIMERS.get((special.type, str(special.plan.public_id)))
        if timer is not None and timer[0] < len(people):
            position, last_day, share = timer
            project = PROJECT_POSITION["Internal"] if special.feature is None else frame.features[special.feature].project
            stretches[position] += [Stretch(0, last_day, story.description_of(special.type, row, project), project)] * share
    return stretches


def _related(story: ItemStory, special: _Special, frame: CompanyFrame) -> dict[str, object]:
    store, calendar = story.maker.store, story.maker.calendar
    if special.feature is None:
        related: dict[str, object] = {"Project": frame.projects[PROJECT_POSITION["Internal"]], "Sprint": frame.sprint_on(0)}
    else:
        feature = frame.features[special.feature]
        related = {
            "Feature": feature.row["fibery/id"],
            "Linked Features": [feature.row["fibery/id"]],
            "Epic": feature.epic_id,
            "Project": feature.project_id,
            "Release": frame.releases[feature.project],
            "Sprint": frame.sprint_on(0),
            "Product Area": frame.areas[0],
            "Launch Date": calendar.day(12).isoformat(),
        }
    if special.parent is not None:
        parent = store.find(*special.parent)
        related[special.parent[0].partition("/")[2]] = parent and parent["fibery/id"]
    return related


def _within(calendar: WorkCalendar, plan: ItemPlan) -> ItemPlan:
    """In a short world what would be finished after its end is still under way."""
    is_later = plan.completed is not None and plan.completed >= calendar.working_days
    return replace(plan, stage="started", completed=None) if is_later else plan
