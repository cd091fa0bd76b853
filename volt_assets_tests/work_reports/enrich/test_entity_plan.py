from __future__ import annotations

from datetime import date

from volt_assets.settings import EnrichmentSettings, TypeSettings
from volt_assets.work_reports.enrich.entity_plan import plan_entities
from volt_assets.work_reports.models import (
    Person,
    Reconciliation,
    Statistics,
    TeamStatistics,
    TogglAggregated,
    TrackedItem,
    TrackedPerson,
    stamped,
)
from volt_assets_tests.work_reports.enrich.plans import NOW, ORIGIN


def tracked(type_name: str, public_id: str, seconds: int, names: tuple[str, ...] = (), label: str = "[x]") -> TrackedItem:
    return TrackedItem(
        type=type_name, public_id=public_id, label=label, resolution="alias", names=names, duration_seconds=seconds, entries=(1,)
    )


def person(user_id: int, *items: TrackedItem) -> TrackedPerson:
    email = f"p{user_id}@example.com"
    return TrackedPerson(
        user_id=user_id, name=f"P{user_id}", slug=f"p{user_id}", email=email, zone="UTC", statistics=Statistics(), items=items
    )


def aggregated(*people: TrackedPerson) -> TogglAggregated:
    return stamped(
        TogglAggregated,
        ORIGIN,
        data_as_of=NOW,
        start_date=date(2025, 10, 6),
        end_date=date(2025, 10, 12),
        timezone="UTC",
        toggl_workspace_id=1,
        reconciliation=Reconciliation(our_seconds=0, toggl_seconds=0),
        statistics=TeamStatistics(),
        seconds_by_day={},
        seconds_by_project={},
        seconds_by_type={},
        people=people,
        people_without_time=(Person(user_id=9, name="P9", email="p9@example.com"),),
    )


def test_an_item_of_several_people_is_planned_once_with_their_time_together() -> None:
    week = aggregated(
        person(1, tracked("Scrum/Task", "7", 60, ("Login", "login fix")), tracked("Scrum/Bug", "7", 30)),
        person(2, tracked("Scrum/Task", "7", 100, ("Fix login", "Login"), label="[Scrum] [Task]"), tracked("Scrum/Task", "10", 500)),
    )
    enrichment = EnrichmentSettings(
        enrichment_activities={"Scrum/Task": TypeSettings(activity="enrich_scrum_task", max_concurrent=2, fields=("Sprint",))}
    )
    plan = plan_entities(week, enrichment, ORIGIN)
    bugs, tasks = plan.types
    assert [(one.public_id, one.duration_seconds) for one in tasks.items] == [("10", 500), ("7", 160)]
    shared = tasks.items[1]
    assert (shared.names, shared.label, shared.user_ids) == (("Login", "Fix login", "login fix"), "[Scrum] [Task]", (1, 2))
    assert (tasks.activity, tasks.configured, tasks.max_concurrent, tasks.fields) == ("enrich_scrum_task", True, 2, ("Sprint",))
    assert (bugs.type, bugs.activity, bugs.configured) == ("Scrum/Bug", None, False)
    assert [one.user_id for one in plan.people] == [1, 2, 9]


def test_a_type_without_its_own_entry_takes_the_default_one() -> None:
    enrichment = EnrichmentSettings(enrichment_activities={"default": TypeSettings(activity="default_enrich_entity")})
    (ops,) = plan_entities(aggregated(person(1, tracked("Ops/Incident", "1", 5))), enrichment, ORIGIN).types
    assert (ops.activity, ops.configured) == ("default_enrich_entity", False)


def test_the_plan_does_not_depend_on_the_order_of_people() -> None:
    people = [person(1, tracked("A/B", "2", 5, ("x",))), person(2, tracked("A/B", "2", 5, ("y",)), tracked("A/A", "1", 5))]
    forth, back = (plan_entities(aggregated(*order), EnrichmentSettings(), ORIGIN) for order in (people, people[::-1]))
    assert forth.types == back.types


def test_an_empty_week_plans_nothing() -> None:
    assert plan_entities(aggregated(), EnrichmentSettings(), ORIGIN).types == ()
