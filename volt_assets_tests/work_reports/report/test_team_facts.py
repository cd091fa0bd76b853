from __future__ import annotations

from collections.abc import Mapping, Sequence

from volt_assets.settings import ReportSettings
from volt_assets.work_reports.models import AssignedItem, EnrichedEntities, Person, TogglAggregated
from volt_assets.work_reports.report.alignment import CLASS_ICONS
from volt_assets.work_reports.report.team_facts import team_facts
from volt_assets.work_reports.report.team_models import TeamFacts
from volt_assets_tests.work_reports.report.report_set import ReportSet, report_set
from volt_assets_tests.work_reports.report.sample_week import aggregated, days, enriched, item, person, ref, tracked

ANN = Person(user_id=14, name="Ann Absent", email="ann@example.org")


def facts_of(data: TogglAggregated, items: EnrichedEntities, people: Mapping[str, str] | None = None) -> TeamFacts:
    return team_facts(report_set(data, items).data, items, ReportSettings(), people)


def assigned_to(user_id: int, *numbers: str, state: str = "In progress") -> list[AssignedItem]:
    started = "2025-10-01" if state == "In progress" else None
    return [AssignedItem(user_id=user_id, item=ref("Scrum/Task", number, f"Task {number}", state), started=started) for number in numbers]


def with_ann_absent(assigned: Sequence[AssignedItem]) -> ReportSet:
    mine = person(11, "John Doe", "john_doe", [tracked("Scrum/Task", "1", days(6.0), "Fix it")])
    data = aggregated([mine], people_without_time=(ANN,))
    return report_set(data, enriched([item("Scrum/Task", "1", "Fix it")], assigned=tuple(assigned)))


def test_what_is_assigned_to_people_without_time_is_judged_and_named() -> None:
    assigned = [*assigned_to(14, "7805"), *assigned_to(14, "7710", state="To Do"), *assigned_to(11, "7812")]
    reports = with_ann_absent(assigned)
    assert [(each.user_id, each.item.public_id) for each in reports.data.assigned_without_time] == [(14, "7805"), (14, "7710")]
    facts = team_facts(reports.data, enriched([item("Scrum/Task", "1", "Fix it")], assigned=tuple(assigned)), ReportSettings())
    classes = {row.kind: (row.items, row.people) for row in facts.alignment}
    assert classes["missing in Toggl"] == (2, ("Ann Absent", "John Doe"))
    assert classes["open"] == (1, ("Ann Absent",))
    assert [(one.name, [row.item.number for row in one.assigned]) for one in facts.without_time] == [("Ann Absent", ["#7805", "#7710"])]
    assert list(classes) == [kind for kind in CLASS_ICONS if kind in classes]
    assert (
        "- Ann Absent: 🔄 Task [#7805 Task 7805](https://acme.fibery.io/Scrum/Task/7805) (in progress since 1 Oct) and ⏳ Task"
        in reports.team
    )
    assert "7812" in reports.of("john_doe")
    assert "7805" not in reports.of("john_doe")


def test_a_long_list_of_assigned_items_says_how_many_more_and_where_they_are() -> None:
    team = with_ann_absent(assigned_to(14, *(str(number) for number in range(7800, 7810)))).team
    line = next(line for line in team.splitlines() if line.startswith("- Ann Absent: "))
    assert "#7802 Task 7802" in line
    assert "#7803" not in line
    assert line.endswith("and 7 more, listed in enriched_data.json")


def test_advice_to_people_whom_fibery_does_not_know_is_possible_to_follow() -> None:
    people = [
        person(1, "Mia Mapped", "mia_mapped", email="mia@example.com"),
        person(2, "Noa Nomail", "noa_nomail", email=None),
    ]
    unknown = tuple(Person(user_id=one.user_id, name=one.name, email=one.email) for one in people)
    reports = report_set(aggregated(people), enriched((), unmatched_people=unknown))
    assert "- Give the Fibery e-mail of Mia Mapped under people in volt.yaml." in reports.team
    # The map's keys are e-mails of Toggl: who has none cannot stand in it.
    assert "- Have Toggl show an e-mail for Noa Nomail" in reports.team
    assert "- People whom Fibery does not know by e-mail: Mia Mapped; what is assigned to them is not known." in reports.team
    assert "- People for whom Toggl shows no e-mail: Noa Nomail; they cannot be found in Fibery" in reports.team
    assert "Fibery has no user with this e-mail, and the people map of volt.yaml names none." in reports.of("mia_mapped")
    nomail = reports.of("noa_nomail")
    assert "people map" not in nomail
    assert "Not known: Toggl shows no e-mail for this person, and people are found in Fibery by it." in nomail
