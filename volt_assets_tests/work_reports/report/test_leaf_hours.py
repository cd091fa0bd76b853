"""One quantity, one figure: whichever table of whichever report shows it, and whoever adds up what a table lists."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from volt_assets.settings import ReportSettings
from volt_assets.work_reports.models import EnrichedEntities, EntryFinding, PersonReport, Prose, TogglAggregated, TrackedPerson
from volt_assets.work_reports.report.data_models import CoverageRow, QualityRow
from volt_assets.work_reports.report.enriched_data import build_enriched_data
from volt_assets.work_reports.report.fact_models import ActivityFacts, PersonFacts
from volt_assets.work_reports.report.figures import Hours
from volt_assets.work_reports.report.person_facts import person_facts
from volt_assets.work_reports.report.team_facts import team_facts
from volt_assets.work_reports.report.team_models import TeamFacts, TogglFacts
from volt_assets.work_reports.report.toggl_facts import toggl_facts
from volt_assets_tests.work_reports.report.sample_week import ORIGIN, activity, aggregated, enriched, item, person, tracked

STATUS_OF = {"1": "enriched", "2": "enriched", "3": "not found", "4": "failed", "5": "type not configured"}
COVERAGE = {
    "enriched": "items with their facts from Fibery",
    "not found": "items that Fibery does not have",
    "failed": "items that could not be fetched",
    "type not configured": "items of a type that is not configured",
}
SECONDS = st.integers(0, 30_000)
ITEMS = st.dictionaries(
    st.tuples(st.sampled_from(("Scrum/Task", "Scrum/Bug")), st.sampled_from(sorted(STATUS_OF))),
    st.tuples(st.sampled_from(("Harbor", "Moneyball", None)), SECONDS),
    max_size=6,
)
OTHERS = st.dictionaries(
    st.tuples(st.sampled_from(("Team stand-up", "Code review", "")), st.sampled_from(("no reference", "bare id"))), SECONDS, max_size=4
)
# Who (0 for everybody), which kind of leaf, its identity and what groups it.
Leaf = Mapping[str, Any]


def made_person(
    number: int, items: Mapping[tuple[str, str], tuple[str | None, int]], others: Mapping[tuple[str, str], int], before: int
) -> TrackedPerson:
    on_items = [
        tracked(kind, public_id, {"2025-10-06": seconds}, f"Item {public_id}", project=project)
        for (kind, public_id), (project, seconds) in items.items()
    ]
    rest = [
        activity(text, {"2025-10-07": seconds}, reason).model_copy(update={"entries": (1_000 * number + index,)})
        for index, ((text, reason), seconds) in enumerate(others.items())
    ]
    findings = tuple(
        EntryFinding(
            kind="no description", entry_id=one.entries[0], user_id=number, day="2025-10-07", duration_seconds=one.duration_seconds
        )
        for one in rest
        if not one.description
    )
    return person(number, f"Person {number}", f"person_{number}", on_items, rest, before=before / 3600, findings=findings)


def all_facts(people: Sequence[TrackedPerson]) -> tuple[TogglFacts, list[PersonFacts], TeamFacts]:
    data = aggregated(
        people, before=sum(one.previous_statistics.total_duration_seconds for one in people if one.previous_statistics) / 3600
    )
    keys = sorted({(one.type, one.public_id) for each in people for one in each.items})
    items: EnrichedEntities = enriched(
        [item(kind, public_id, f"Item {public_id}", status=STATUS_OF[public_id]) for kind, public_id in keys]
    )
    pages = [person_facts(one, data, items, ReportSettings()) for one in people]
    return toggl_facts(data), pages, team_facts(combined(data, items), items, ReportSettings())


def combined(data: TogglAggregated, items: EnrichedEntities) -> Any:
    texts = [
        PersonReport(user_id=one.user_id, name=one.name, slug=one.slug, email=one.email, prose=Prose(sections={}), markdown="")
        for one in data.people
    ]
    return build_enriched_data(data, items, texts, ORIGIN)


def leaves_of(pages: Iterable[PersonFacts]) -> list[Leaf]:
    found: list[Leaf] = []
    for page in pages:
        for one in page.items:
            kind = next(row.kind for row in page.alignment if row.item.key == one.name.key)
            found.append(
                {
                    "who": page.user_id,
                    "item": one.name.key,
                    "type": one.name.type,
                    "project": one.project or "no project",
                    "status": one.status,
                    "class": kind,
                    "hours": one.hours,
                }
            )
        found += [
            {"who": page.user_id, "text": one.text, "remark": one.remark, "hours": one.hours, "meeting": one.text == "Team stand-up"}
            for one in page.activities
        ]
    return found


def sum_of(leaves: Iterable[Leaf], **wanted: Any) -> tuple[int, int]:
    chosen = [leaf["hours"] for leaf in leaves if all(leaf.get(name) == value for name, value in wanted.items())]
    return sum(hours.seconds for hours in chosen), sum(hours.tenths for hours in chosen)


def figure(hours: Hours | None) -> tuple[int, int]:
    return (hours.seconds, hours.tenths) if hours else (0, 0)


def tenths_of(change: str | None) -> int:
    return int((change or "").replace("\u2212", "-").replace("±", "").replace(",", "").replace(".", ""))


def check_tables(
    leaves: list[Leaf], coverage: Iterable[CoverageRow], quality: Iterable[QualityRow], activities: Iterable[ActivityFacts]
) -> None:
    """What the reports have in common."""
    by_label = {row.label: row.hours for row in coverage}
    for status, label in COVERAGE.items():
        assert figure(by_label.get(label)) == sum_of(leaves, status=status)
    for one in activities:
        assert figure(one.hours) == sum_of(leaves, text=one.text, remark=one.remark)
    odd = {row.kind: row.hours for row in quality}
    assert figure(odd.get("entries without description")) == sum_of(leaves, text="(no description)")
    assert figure(odd.get("activities with a number but no type")) == sum_of(leaves, remark="number without a type")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(ITEMS, OTHERS, st.integers(0, 200_000)), min_size=1, max_size=4))
def test_every_figure_is_the_sum_of_the_leaves_it_stands_for(drawn: list[Any]) -> None:
    toggl, pages, team = all_facts([made_person(number, *parts) for number, parts in enumerate(drawn, 1)])
    leaves = leaves_of(pages)
    assert all(abs(leaf["hours"].tenths * 360 - leaf["hours"].seconds) < 360 for leaf in leaves)
    for page in pages:
        own = [leaf for leaf in leaves if leaf["who"] == page.user_id]
        check_tables(own, page.coverage, page.quality, page.activities)
        for row in page.alignment_classes:
            assert figure(row.hours) == sum_of(own, **{"class": row.kind})
        for judged in page.alignment:
            assert figure(judged.hours) == sum_of(own, item=judged.item.key)
        assert figure(page.pattern.meetings) == sum_of(own, meeting=True)
        assert figure(page.total) == sum_of(own)
    check_tables(leaves, team.coverage, team.quality, team.activities)
    check_groups(leaves, toggl, team)
    assert sum(tenths_of(row.change) for row in team.members) == tenths_of(team.change)


def check_groups(leaves: list[Leaf], toggl: TogglFacts, team: TeamFacts) -> None:
    shown: list[tuple[Hours | None, dict[str, Any]]] = []
    shown += [(facts.total, {}) for facts in (toggl, team)]
    shown += [(row.total, {"who": row.user_id}) for facts in (toggl, team) for row in facts.members]
    shown += [(row.hours, {"type": row.label}) for facts in (toggl, team) for row in facts.types if row.label != "no work item"]
    shown += [(one.hours, {"item": one.name.key}) for one in (*toggl.items, *team.shared)]
    shown += [(one.hours, {"text": one.text, "remark": one.remark}) for one in toggl.activities]
    shown += [(row.share.hours, {"project": row.share.label}) for row in team.projects]
    shown += [(row.hours, {"class": row.kind}) for row in team.alignment]
    shown += [(row.hours, {"status": "type not configured", "type": row.label}) for row in team.unconfigured]
    shown += [(row.hours, {"item": row.item.key, "who": int(row.person.split()[1])}) for row in team.to_act_on]
    shown += [(team.meetings, {"meeting": True})]
    assert [figure(hours) for hours, _ in shown] == [sum_of(leaves, **wanted) for _, wanted in shown]
    assert sum(row.hours.tenths for row in toggl.projects) == toggl.total.tenths
    for row in toggl.projects:
        of_items = sum_of([leaf for leaf in leaves if "item" in leaf], project=row.label)
        rest = sum_of([leaf for leaf in leaves if "text" in leaf]) if row.label == "no project" else (0, 0)
        assert figure(row.hours) == (of_items[0] + rest[0], of_items[1] + rest[1])


def test_an_item_of_two_projects_counts_for_both_in_toggl() -> None:
    mine = made_person(1, {("Scrum/Task", "1"): ("Harbor", 7_200), ("Scrum/Task", "2"): ("Moneyball", 3_780)}, {}, 0)
    data = aggregated([mine]).model_copy(update={"seconds_by_project": {"Harbor": 5_000, "P": 2_200, "Moneyball": 3_780}})
    facts = toggl_facts(data)
    of_item = {item.name.public_id: str(item.hours) for item in facts.items}
    assert [(row.label, row.hours.seconds) for row in facts.projects] == [("Harbor", 5_000), ("Moneyball", 3_780), ("P", 2_200)]
    assert [str(row.hours) for row in facts.projects] == ["1.4", of_item["2"], "0.6"]
    assert str(facts.total) == "3.1"


def test_sums_of_many_leaves_stay_near_to_the_truth() -> None:
    draw = random.Random(7)  # noqa: S311 -- no secret
    people = [
        made_person(
            number,
            {
                ("Scrum/Task", str(index)): (draw.choice(("Harbor", "Moneyball", "Atlas")), draw.randrange(1, 9_000))
                for index in range(1, 31)
            },
            {},
            0,
        )
        for number in range(1, 41)
    ]
    toggl = toggl_facts(aggregated(people))
    shown = [row.hours for row in toggl.projects] + [one.hours for one in toggl.items]
    assert max(abs(hours.tenths * 360 - hours.seconds) for hours in shown) < 720
