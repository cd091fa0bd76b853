"""A team's week made by hand: three people, items in every state, and small makers for variations of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any

from volt_assets.work_reports.models import (
    Activity,
    AssignedItem,
    Assignee,
    Comment,
    EnrichedEntities,
    EnrichedItem,
    EntryFinding,
    ItemDates,
    ItemRef,
    ItemState,
    Origin,
    Person,
    Progress,
    Reconciliation,
    RunningEntry,
    SchemaWarning,
    Statistics,
    TeamStatistics,
    TogglAggregated,
    TrackedItem,
    TrackedPerson,
    stamped,
)

MONDAY, SUNDAY = date(2025, 10, 6), date(2025, 10, 12)
ORIGIN = Origin(key="2025-10-06_2025-10-12", run_id="0b6f6d4a-run", code_version="0.1.0")
DATA_AS_OF = datetime(2025, 10, 13, 6, 0, tzinfo=UTC)
GENERATED_AT = datetime(2025, 10, 13, 6, 2, tzinfo=UTC)
STATES = {
    "To Do": ItemState(name="To Do", is_final=False, type="Not started"),
    "In progress": ItemState(name="In progress", is_final=False, type="Started"),
    "In review": ItemState(name="In review", is_final=False, type="Started"),
    "Done": ItemState(name="Done", is_final=True, type="Finished"),
}
URL = "https://acme.fibery.io"


def days(*hours: float) -> dict[str, int]:
    """Hours from Monday on -> seconds by day."""
    return {f"2025-10-{6 + index:02d}": round(part * 3600) for index, part in enumerate(hours) if part}


def tracked(type_: str, public_id: str, by_day: dict[str, int], *names: str, project: str | None = "Harbor", **more: Any) -> TrackedItem:
    space, _, kind = type_.partition("/")
    values: dict[str, Any] = {
        "label": f"[{space}] [{kind}]",
        "resolution": "alias",
        "entries": tuple(range(1, len(by_day) + 1)),
        **more,
    }
    return TrackedItem(
        type=type_,
        public_id=public_id,
        project=project,
        names=names,
        duration_seconds=sum(by_day.values()),
        seconds_by_day=by_day,
        **values,
    )


def activity(text: str, by_day: dict[str, int], reason: Any = "no reference", **more: Any) -> Activity:
    entries = tuple(range(100, 100 + len(by_day)))
    return Activity(description=text, reason=reason, duration_seconds=sum(by_day.values()), seconds_by_day=by_day, entries=entries, **more)


def person(
    user_id: int,
    name: str,
    slug: str,
    items: Sequence[TrackedItem] = (),
    activities: Sequence[Activity] = (),
    *,
    before: float | None = None,
    **more: Any,
) -> TrackedPerson:
    matched, unmatched = sum(item.duration_seconds for item in items), sum(each.duration_seconds for each in activities)
    by_day: Counter[str] = Counter()
    for seconds_by_day in [*(item.seconds_by_day for item in items), *(each.seconds_by_day for each in activities)]:
        by_day.update(seconds_by_day)
    matched_entries, unmatched_entries = sum(len(item.entries) for item in items), sum(len(each.entries) for each in activities)
    values: dict[str, Any] = {"email": f"{slug}@example.com", "zone": "Europe/Belgrade", "switches": 14, **more}
    return TrackedPerson(
        user_id=user_id,
        name=name,
        slug=slug,
        statistics=Statistics(
            total_duration_seconds=matched + unmatched,
            matched_duration_seconds=matched,
            unmatched_duration_seconds=unmatched,
            total_entries=matched_entries + unmatched_entries,
            matched_entries=matched_entries,
            unmatched_entries=unmatched_entries,
        ),
        previous_statistics=None if before is None else Statistics(total_duration_seconds=round(before * 3600)),
        seconds_by_day=dict(by_day),
        items=tuple(sorted(items, key=lambda item: (-item.duration_seconds, item.type, item.public_id))),
        activities=tuple(sorted(activities, key=lambda each: (-each.duration_seconds, each.description))),
        **values,
    )


def aggregated(people: Sequence[TrackedPerson], *, before: float | None = None, **more: Any) -> TogglAggregated:
    by_day: Counter[str] = Counter()
    by_project: Counter[str] = Counter()
    by_type: Counter[str] = Counter()
    for each in people:
        by_day.update(each.seconds_by_day)
        for item in each.items:
            by_project[item.project or ""] += item.duration_seconds
            by_type[item.type] += item.duration_seconds
        for other in each.activities:
            by_project[other.project or ""] += other.duration_seconds
            by_type[""] += other.duration_seconds
    sums = {name: sum(getattr(each.statistics, name) for each in people) for name in Statistics.model_fields}
    total = sums["total_duration_seconds"]
    values: dict[str, Any] = {
        "start_date": MONDAY,
        "end_date": SUNDAY,
        "timezone": "Europe/Belgrade",
        "toggl_workspace_id": 123456,
        "reconciliation": Reconciliation(our_seconds=total, toggl_seconds=total),
        **more,
    }
    return stamped(
        TogglAggregated,
        ORIGIN,
        data_as_of=DATA_AS_OF,
        statistics=TeamStatistics(
            **sums,
            people_with_time=sum(each.statistics.total_duration_seconds > 0 for each in people),
            unique_items=len({(item.type, item.public_id) for each in people for item in each.items}),
            running_entries=sum(len(each.running) for each in people),
        ),
        previous_statistics=None if before is None else TeamStatistics(total_duration_seconds=round(before * 3600)),
        seconds_by_day=dict(by_day),
        seconds_by_project=dict(by_project),
        seconds_by_type=dict(by_type),
        people=tuple(people),
        **values,
    )


def ref(type_: str, public_id: str, name: str, state: str | None = None, planned_end: str | None = None) -> ItemRef:
    return ItemRef(
        type=type_,
        public_id=public_id,
        name=name,
        url=f"{URL}/{type_.replace(' ', '_')}/{public_id}",
        state=STATES[state] if state else None,
        planned_end=planned_end,
    )


def item(type_: str, public_id: str, name: str, state: str | None = "In progress", status: Any = "enriched", **more: Any) -> EnrichedItem:
    found = status == "enriched"
    return EnrichedItem(
        type=type_,
        database=type_.partition("/")[0],
        public_id=public_id,
        name=name,
        url=f"{URL}/{type_.replace(' ', '_')}/{public_id}" if found else None,
        status=status,
        state=STATES[state] if state and found else None,
        **more,
    )


def enriched(items: Iterable[EnrichedItem], **more: Any) -> EnrichedEntities:
    values: dict[str, Any] = {"start_date": MONDAY, "end_date": SUNDAY, "fetched_at": DATA_AS_OF, "fibery_workspace": "acme", **more}
    return stamped(EnrichedEntities, ORIGIN, data_as_of=DATA_AS_OF, items=tuple(items), **values)


HARBOR = ref("Scrum/Feature", "1575", "Infrastructure for Harbor", planned_end="2025-10-15")
HARBOR_PROGRESS = Progress(
    done=4,
    total=7,
    children=(
        ref("Scrum/Task", "7658", "Provision the cloud account", "Done"),
        ref("Scrum/Task", "7693", "Choose the region", "Done"),
        ref("Scrum/Task", "7695", "Order the certificates", "Done"),
        ref("Scrum/Task", "7701", "Backups", "Done"),
        ref("Scrum/Task", "7812", "Load test", "In progress"),
        ref("Scrum/Task", "7634", "Deploy the CRM for Harbor", "To Do"),
        ref("Scrum/Task", "7830", "Hand-over", "To Do"),
    ),
)
JOHN, JANE = Assignee(name="John Doe", email="john_doe@example.com"), Assignee(name="Jane Smith", email="jane_smith@example.com")


def week_items() -> tuple[EnrichedItem, ...]:
    return (
        item(
            "Scrum/Task",
            "7658",
            "Provision the cloud account",
            "Done",
            dates=ItemDates(
                started="2025-09-29", planned_start="2025-09-20", completed="2025-10-09T15:20:00+02:00", planned_end="2025-09-23"
            ),
            completed_in_period=True,
            description="## Goal\nThe account for Harbor has a network with **two zones**, security groups, roles and the "
            "production machines.\n\n* documented\n* reviewed",
            comments=(
                Comment(
                    id="c1",
                    author="Jane Smith",
                    created_at="2025-10-08T10:00:00Z",
                    text="Roles are reviewed, only the audit trail is left.",
                ),
                Comment(
                    id="c2",
                    author="John Doe",
                    created_at="2025-10-09T15:00:00Z",
                    text="Audit trail is on. The set-up is documented in the wiki.",
                ),
            ),
            assignees=(JOHN, JANE),
            fields={"Story Points": 8, "Sprint": "41", "Epic": "Harbor go-live"},
            parents=(HARBOR,),
            parent_progress=HARBOR_PROGRESS,
            linked=(ref("Product Management/Request", "311", "Harbor wants its own account"),),
        ),
        item(
            "Scrum/Bug",
            "7521",
            "Alerts fire twice",
            "In review",
            dates=ItemDates(started="2025-10-07", planned_end="2025-10-09"),
            is_overdue=True,
            overdue_days=3,
            description="Every alert reaches the channel twice because two rules match the same index.",
            comments=(
                Comment(id="c3", author="John Doe", created_at="2025-10-10", text="One rule is removed and a test guards the routing."),
            ),
            assignees=(JOHN,),
            fields={"Severity": "high", "Root Cause": "two rules with the same filter"},
        ),
        item(
            "Scrum/Task",
            "7634",
            "Deploy the CRM for Harbor",
            "To Do",
            missing_context=True,
            assignees=(JOHN,),
            parents=(HARBOR,),
            parent_progress=HARBOR_PROGRESS,
        ),
        item(
            "Scrum/Sub-task",
            "9234",
            "Refresh tokens",
            "Done",
            dates=ItemDates(started="2025-10-06", completed="2025-10-08"),
            completed_in_period=True,
            description="Token refresh is part of the sign-in flow.",
            parents=(ref("Scrum/Task", "7640", "User management", "In progress"), ref("Scrum/Feature", "1601", "Authentication")),
            parent_progress=Progress(
                done=2,
                total=5,
                children=(
                    ref("Scrum/Task", "7640", "User management", "In progress"),
                    ref("Scrum/Task", "7600", "Sign-in page", "Done"),
                    ref("Scrum/Task", "7601", "Sessions", "Done"),
                    ref("Scrum/Task", "7602", "Password rules", "To Do"),
                    ref("Scrum/Task", "7603", "Audit of sign-ins", "To Do"),
                ),
            ),
        ),
        item("Design/Design Feature", "88", "Empty states", "In progress", description="Screens without data say what to do next."),
        item("Scrum/Task", "7999", "Fix exports", status="not found", reason="no item has this number"),
        item("Scrum/Task", "8100", "Rotate the keys", status="failed", reason="Fibery gave no answer in time"),
        item("QA/Test report", "12", "Regression of release 5", status="type not configured", configured=False),
        item(
            "Scrum/Feature",
            "1498",
            "Alerts for Moneyball",
            "In progress",
            progress=Progress(
                done=5,
                total=6,
                children=(
                    *(ref("Scrum/Bug", str(7510 + index), f"Alert rule {index}", "Done") for index in range(5)),
                    ref("Scrum/Bug", "7521", "Alerts fire twice", "In review"),
                ),
            ),
            dates=ItemDates(planned_end="2025-11-03"),
            assignees=(JANE,),
            description="Alerts reach the right people once.",
        ),
        item(
            "Scrum/Task", "7700", "Clean the data lake", "In progress", assignees=(JANE,), description="Old partitions go to cold storage."
        ),
    )


def week_people() -> list[TrackedPerson]:
    john = person(
        11,
        "John Doe",
        "john_doe",
        [
            tracked("Scrum/Task", "7658", days(4.26, 3.98, 3.5, 3.7, 2.27), "Provision the cloud account"),
            tracked("Scrum/Bug", "7521", days(1.2, 1.7, 1.6, 2.0, 1.51), "Alerts fire twice", project="Moneyball"),
            tracked("Scrum/Task", "7634", days(0, 0, 1.5, 1.5, 2.4), "deploy CRM", "CRM env variables"),
            tracked("Scrum/Sub-task", "9234", days(2.2, 1.04), "Refresh tokens", project="Internal"),
            tracked("Design/Design Feature", "88", days(0, 0.3, 0, 0, 1.0), "Empty states"),
            tracked("Scrum/Task", "7999", days(0, 0.5), "Fix exports", project=None),
        ],
        [
            activity("Team stand-up", days(0.4, 0.4, 0.4, 0.4, 0.4)),
            activity("Code review", days(0, 0.4, 0.5, 0.5)),
            activity("Research", days(0, 0, 0.25), "bare id", public_id="5678"),
        ],
        before=36.5,
        findings=(EntryFinding(kind="overlapping", entry_id=5, user_id=11, day="2025-10-07", duration_seconds=900, overlaps_entry_id=6),),
    )
    jane = person(
        12,
        "Jane Smith",
        "jane_smith",
        [
            tracked("Scrum/Task", "7658", days(2.0, 1.5), "review roles"),
            tracked("Scrum/Feature", "1498", days(5.1, 5.2, 4.0, 3.3), "Alerts for Moneyball", project="Moneyball"),
            tracked("Scrum/Task", "8100", days(0, 0, 2.51, 0.7), "Rotate the keys", project="Internal"),
            tracked("QA/Test report", "12", days(0, 0, 0, 3.02, 5.0), "Regression of release 5"),
        ],
        [activity("Team stand-up", days(0.4, 0.4, 0.4, 0.4, 0.4)), activity("Interview with a candidate", days(0, 0, 0, 0, 1.1))],
        before=36.0,
    )
    max_ = person(
        13,
        "Max Mustermann",
        "max_mustermann",
        [tracked("Scrum/Task", "7700", days(6.0, 5.9, 6.04), "Clean the data lake", project="Internal")],
        [activity("Team stand-up", days(0.4, 0.4, 0.4)), activity("", days(0.5, 0.8))],
        before=25.0,
        running=(RunningEntry(entry_id=99, description="Cold storage", started_at=datetime(2025, 10, 12, 17, 40, tzinfo=UTC)),),
        findings=(EntryFinding(kind="no description", entry_id=7, user_id=13, day="2025-10-06", duration_seconds=1800),),
    )
    return [jane, john, max_]


def week() -> tuple[TogglAggregated, EnrichedEntities]:
    data = aggregated(week_people(), before=97.5, people_without_time=(Person(user_id=14, name="Ann Absent", email="ann@example.org"),))
    items = enriched(
        week_items(),
        assigned=(
            AssignedItem(user_id=11, item=ref("Scrum/Task", "7710", "API integration", "To Do"), planned_start="2025-10-13"),
            AssignedItem(user_id=11, item=ref("Scrum/Task", "7805", "Security audit", "In progress"), started="2025-10-01"),
            AssignedItem(user_id=12, item=ref("Scrum/Task", "7812", "Load test", "In progress"), started="2025-10-02"),
        ),
        warnings=(SchemaWarning(type="Scrum/Bug", field="Steps to Reproduce", message="the workspace has no such field"),),
    )
    return data, items
