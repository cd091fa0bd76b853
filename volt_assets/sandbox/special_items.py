"""The items that the awkward descriptions of entry_texts.py point at, and those a report has to say something special about.

Numbers below 7001 belong to this module: 12 is a Task and a Bug at once, 31 a Work Version and an Old Work Version, 2 a
Build and a Release. 13 is the coffee machine whose number somebody types for the invoice export. 14 has 130 comments.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from volt_assets.sandbox.company_frame import CompanyFrame
from volt_assets.sandbox.fibery_store import Row
from volt_assets.sandbox.item_maker import ItemMaker, ItemPlan
from volt_assets.sandbox.people import SILENT, SandboxPerson
from volt_assets.sandbox.work_items import ItemStory, Stretch

MANY_COMMENTS = 130
# Position of the person, type, life: every type that has an enricher of its own is on somebody's timer in the first week.
_LIVES: tuple[tuple[int, str, ItemPlan], ...] = (
    (0, "To-dos/To-do", ItemPlan("started", -2, 0, planned_end=6, public_id="9108", name="Prepare the quarterly review")),
    (1, "Scrum/Sub-task", ItemPlan("done", -3, 0, 2, public_id="9234", name="Refresh tokens")),
    (1, "Scrum/Task", ItemPlan("done", -12, -6, 3, planned_end=-9, public_id="9658", name="Provision the second region")),  # late
    (2, "Product Management/Request", ItemPlan("done", -8, -1, 3, planned_end=4, public_id="9101", name="Export for accountants")),
    (2, "Product/Feature", ItemPlan("started", -8, -2, planned_end=9, public_id="9102", name="Price alerts")),
    (2, "Marketing/Campaign", ItemPlan("started", -8, 0, public_id="9110", name="Autumn letter")),
    (3, "Design/Design Feature", ItemPlan("started", -5, -1, planned_end=4, public_id="9103", name="New map view")),
    (3, "Design/Old Work Version", ItemPlan("started", -5, -1, planned_end=4, public_id="9111", name="Map view, first draft")),
    (5, "QA/Test report", ItemPlan("done", -2, 0, 4, public_id="9105", name="Checkout regression")),
    (5, "Scrum/Test coverage", ItemPlan("started", -2, 1, planned_end=6, public_id="9106", name="Import coverage")),
    (
        6,
        "Scrum/Task",
        ItemPlan("open", -3, planned_end=8, public_id="9634", name="Deploy the CRM", description="", comments=0),
    ),  # not started
    (7, "Scrum/Bug", ItemPlan("done", -3, -1, 0, planned_end=1, public_id="9521", name="Alerts fire twice for one fault")),  # too early
    (8, "Scrum/Hotfix", ItemPlan("done", -1, 0, 1, planned_end=1, public_id="9107", name="Price list is empty")),
    (8, "Ops/Incident", ItemPlan("done", -1, 0, 1, public_id="9109", name="Queue stands still")),
    (9, "Design/Work Version", ItemPlan("review", -5, 0, planned_end=3, public_id="9104", name="Map view, second draft")),
)
_OVERDUE = {"18": 2}  # working day on which it should have been finished
_TASK_NAMES = {
    "12": "Fix login",
    "13": "Order a new coffee machine",
    "14": "Ship the beta",
    "15": "Broken tags",
    "16": "設計レビュー",
    "17": "اتصال بالعميل",
    "18": "Spread out the nightly jobs",
    "19": "Look around the archive",
    "24": "Answer the security questionnaire",
    "25": "Collect path rules",
    "26": "Right-to-left layout",
    "27": "First line of the letter",
    "28": "Launch the beta page",
    "29": "Long story short",
    "1234": "Review",
}


def add_special_items(
    story: ItemStory, users: Mapping[int, str], people: tuple[SandboxPerson, ...], frame: CompanyFrame
) -> list[list[Stretch]]:
    """Adds them; returns for each person the stretches of the special items they track in the first week."""
    maker = story.maker
    owner = tuple(users[person.user_id] for person in people[:1] if person.user_id in users)
    feature = frame.features[0]
    inside = {"Feature": feature.row["fibery/id"], "Epic": feature.epic_id, "Project": feature.project_id, "Sprint": frame.sprint_on(0)}
    tasks = {}
    for public_id, name in _TASK_NAMES.items():
        plan = ItemPlan(
            "started",
            created=-6,
            started=-2,
            planned_end=_OVERDUE.get(public_id, 9),
            assignees=owner,
            public_id=public_id,
            name=name,
            comments=MANY_COMMENTS if public_id == "14" else None,
            related=inside,
        )
        tasks[public_id] = maker.make("Scrum/Task", plan)
    _bugs_and_others(maker, owner, inside, tasks, frame)
    _idle_items_of_the_silent(maker, users, people, inside)
    return _tracked_specials(story, people, users, tasks, feature.project)


def _bugs_and_others(
    maker: ItemMaker, owner: tuple[str, ...], inside: Mapping[str, object], tasks: Mapping[str, Row], frame: CompanyFrame
) -> None:
    def add(type_name: str, public_id: str, name: str, **related: object) -> Row:
        plan = ItemPlan(
            "started", created=-6, started=0, planned_end=9, assignees=owner, public_id=public_id, name=name, related={**inside, **related}
        )
        return maker.make(type_name, plan)

    add("Scrum/Bug", "12", "Checkout rounds the wrong way")
    add("Scrum/Bug", "20", "Search & replace loses the cursor")
    cache = add("Scrum/Bug", "22", "Spike on caching")
    add("Scrum/Bug", "23", "Build with C++17")
    add("Scrum/Sub-bug", "1112", "? Нет полей Stage, Next action, Owner, Alternate names", Bug=cache["fibery/id"])
    add("Scrum/Build", "2", "Cut the release", Release=frame.releases[1])
    add("To-dos/To-do", "21", "Renew certificates")
    add("Scrum/Feature", "12", "Single sign-on")
    page = add("Design/Design Feature", "30", "Landing page")
    add("Design/Work Version", "31", "Landing page draft", **{"Design Feature": page["fibery/id"]})
    add("Design/Old Work Version", "31", "Landing page draft", **{"Design Feature": page["fibery/id"]})
    add("Scrum/Sub-task", "18", "Write down the time-table", Task=tasks["18"]["fibery/id"])


def _idle_items_of_the_silent(
    maker: ItemMaker, users: Mapping[int, str], people: tuple[SandboxPerson, ...], inside: Mapping[str, object]
) -> None:
    for person in people[SILENT : SILENT + 1]:
        mine = (users[person.user_id],)
        under_way = ItemPlan("started", created=-6, started=-1, planned_end=4, assignees=mine, name="Security audit", related=inside)
        maker.make("Scrum/Task", under_way)
        maker.make(
            "Scrum/Bug", ItemPlan("open", created=-6, planned_end=8, assignees=mine, name="Export forgets the header", related=inside)
        )


def _tracked_specials(
    story: ItemStory, people: tuple[SandboxPerson, ...], users: Mapping[int, str], tasks: Mapping[str, Row], project: int
) -> list[list[Stretch]]:
    """The stretches of _LIVES: each of these items is on its person's timer all through the first week."""
    stretches: list[list[Stretch]] = [[] for _ in people]
    store = story.maker.store
    feature_id = story.frame.features[0].row["fibery/id"]
    page = store.find("Design/Design Feature", "30")
    inside = {
        "Feature": feature_id,
        "Linked Features": [feature_id],
        "Task": tasks["12"]["fibery/id"],
        "Design Feature": page and page["fibery/id"],
        "Product Area": story.frame.areas[0],
        "Launch Date": story.maker.calendar.day(12).isoformat(),
        "Project": story.frame.projects[project],
        "Sprint": story.frame.sprint_on(0),
    }
    for position, type_name, life in _LIVES:
        if position >= len(people):
            continue
        mine = users.get(people[position].user_id)
        row = story.maker.make(type_name, replace(life, assignees=(mine,) if mine else (), related=inside))
        stretch = Stretch(0, 4, story.description_of(type_name, row, project), project)
        # What is not started gets enough hours to be worth a notice.
        stretches[position] += [stretch] * (4 if life.stage == "open" else 1)
    return stretches
