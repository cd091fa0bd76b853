"""The team's view: totals and groups, nobody's own figures, and nothing that differences would tell."""

from __future__ import annotations

import re

import pytest

from volt_assets.work_reports.models import EarlierPeriod, TeamStatistics, TrackedPerson
from volt_assets.work_reports.report.views.team_view import team_view
from volt_assets.work_reports.report.views.team_view_models import TeamView
from volt_assets.work_reports.report.whole_range import WholeRange
from volt_assets_tests.work_reports.report.further_set import whole_range
from volt_assets_tests.work_reports.report.sample_week import MONDAY, SUNDAY, activity, aggregated, days, enriched, item, person, tracked

TASK, BUG = "Scrum/Task", "Scrum/Bug"


def member(number: int, *projects: str, kind: str = TASK, other: float = 1.0, first: int = 0) -> TrackedPerson:
    """Somebody with hours on one item of each project."""
    work = [tracked(kind, f"{number}{index}", days(*[0.0] * first, number + index), project=name) for index, name in enumerate(projects)]
    return person(number, f"Person {number}", f"person_{number}", work, [activity("Doctor", days(other))] if other else ())


def group(*people: TrackedPerson, minimum: int = 3, **more: object) -> WholeRange:
    items = [item(each.type, each.public_id, f"Item {each.public_id}") for one in people for each in one.items]
    return whole_range(aggregated(people, **more), enriched(items), reports={"minimum_group_size": minimum})  # type: ignore[arg-type]


def rows(view: TeamView, table: str) -> dict[str, float]:
    return {row.label or f"{row.folded} as one": row.hours.seconds / 3600 for row in getattr(view, table)}


def test_projects_of_few_people_are_shown_as_one() -> None:
    view = team_view(group(*(member(number, "Harbor") for number in (1, 2, 3)), member(4, "Atlas"), member(5, "Orbit"), member(6, "Deep")))
    assert rows(view, "projects") == {"3 as one": 4 + 5 + 6, "Harbor": 1 + 2 + 3, "other activities": 6.0}
    assert [row.percent for row in view.projects] == [22, 22, 56]
    assert (view.people, view.total.text if view.total else "") == (6, "27.0 h")


def test_a_single_small_project_takes_another_one_along() -> None:
    view = team_view(group(*(member(number, "Harbor", "Atlas") for number in (1, 2, 3, 4)), member(5, "Orbit", other=0)))
    assert rows(view, "kinds") == {"on items": 29.0, "other work": 4.0}
    # With one other project beside it Orbit would be told by taking that one from the time on items.
    assert [row.folded for row in view.projects] == [0, 3]


def test_a_team_below_the_minimum_has_no_figure_at_all() -> None:
    view = team_view(group(member(1, "Harbor"), member(2, "Harbor")))
    assert view.held_back == "too few people"
    assert not re.search(r"Harbor|Item|Person", view.model_dump_json(exclude={"scene"}))
    assert (view.total, view.people, view.items) == (None, None, 0)
    assert team_view(group(member(1, "Harbor"), member(2, "Harbor"), minimum=2)).total is not None


def test_chosen_people_have_no_figure_beside_those_of_everybody() -> None:
    view = team_view(group(*(member(number, "Harbor") for number in (1, 2, 3)), scope="users-1a2b3c4d"))
    assert (view.held_back, view.total) == ("chosen people", None)
    assert "Person" not in view.model_dump_json()


@pytest.mark.parametrize(("before", "says"), [(2, None), (3, "+")])
def test_a_period_before_with_few_people_is_not_compared_with(before: int, says: str | None) -> None:
    earlier = EarlierPeriod(
        start_date=MONDAY.replace(day=1),
        end_date=SUNDAY.replace(day=5),
        total_duration_seconds=3600,
        matched_duration_seconds=3600,
        unique_items=1,
        people_with_time=before,
    )
    people = [member(number, "Harbor") for number in (1, 2, 3)]
    whole = group(*people, earlier_periods=(earlier,))
    statistics = TeamStatistics(total_duration_seconds=3600, people_with_time=before)
    data = whole.aggregated.model_copy(update={"previous_statistics": statistics})
    view = team_view(WholeRange(data, whole.enriched, whole.settings, whole.origin))
    assert (view.change or "")[:1] == (says or "")
    assert [row.hours is None for row in view.trend] == [before < 3, False]


def test_a_day_of_few_people_is_shown_with_another_one() -> None:
    weekend = member(4, "Harbor", first=5)
    view = team_view(group(*(member(number, "Harbor", first=day) for day in (0, 1) for number in (1, 2, 3)), weekend))
    assert [row.label for row in view.columns] in (["Mon, Sat"], ["Tue", "Mon, Sat"], ["Mon", "Tue, Sat"])


def test_nothing_personal_is_in_the_document() -> None:
    whole = whole_range()
    text = team_view(whole).model_dump_json()
    people = [(one.name, one.email) for one in whole.aggregated.people]
    people += [(one.name, one.email) for one in whole.aggregated.people_without_time]
    for name, email in people:
        assert name.split()[0] not in text
        assert (email or "no address") not in text
    assert not any(each.description in text for one in whole.aggregated.people for each in one.activities if each.description)
    assert "track.toggl.com" not in text
