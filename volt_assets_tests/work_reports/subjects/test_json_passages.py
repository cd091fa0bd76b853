from typing import Any

import pytest

from volt_assets.work_reports.subjects.json_passages import json_passages
from volt_assets.work_reports.subjects.people_apart import PeopleApart, person_of_report
from volt_assets.work_reports.subjects.subject import Subject
from volt_assets.work_reports.subjects.text_passages import text_passages

ANA = Subject(frozenset({"ana@example.com"}), frozenset({1_000_042}), frozenset({"Ana Ito"}))
BEN = Subject(frozenset({"ben@example.com"}), frozenset({1_000_043}), frozenset({"Ben Ode"}))
PEOPLE = PeopleApart(ANA, BEN)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("Ana Ito tracked 3 h. Mostly #7.", "Ana Ito tracked 3 h. Mostly #7."),
        ("Ben Ode 4.1 h, Ana Ito 3.0 h and others", "Ana Ito 3.0 h"),
        ("| #7 Map | 7.1 | Ben Ode and Ana Ito |", "Ana Ito"),
        ("Ben Ode on 1 Oct: “No.” Ana Ito on 2 Oct: “Yes.”", "Ana Ito on 2 Oct: “Yes.”"),
        ("Ben Ode with Ana Ito: 5.0 h", "Ben Ode with Ana Ito: …"),
        ("Ben Ode 4 h", None),
    ],
)
def test_a_line_says_nothing_of_others(line: str, said: str | None) -> None:
    found = [content for _, content in text_passages(PEOPLE, "team_summary.md", line, is_theirs=False)]
    assert found == ([] if said is None else [said])


def test_a_report_of_somebody_else_gives_no_figure() -> None:
    text = "# Ben Ode\n\n#7 Map, 5.8 h, is assigned to Ana Ito, 40 % of it done\n"
    assert [said for _, said in text_passages(PEOPLE, "ben_ode.md", text, is_theirs=True)] == ["is assigned to Ana Ito"]


def test_a_page_is_read_as_its_reader_sees_it() -> None:
    page = "<style>Ana Ito</style><tr><td>Ana&nbsp;Ito</td><td>3.0</td></tr><tr><td>Ben Ode</td><td>4.0</td></tr>"
    assert [said for _, said in text_passages(PEOPLE, "report.html", page, is_theirs=False)] == ["Ana\u00a0Ito | 3.0 |"]


def test_rows_are_told_apart_by_whose_they_are() -> None:
    table = "user_id,person,text,hours\n1000042,Ana Ito,x,3\n1000043,Ben Ode,for Ana Ito,4\n1000043,Ben Ode,y,5\n"
    found = [said for _, said in text_passages(PEOPLE, "activities.csv", table, is_theirs=False)]
    assert found == [{"user_id": "1000042", "person": "Ana Ito", "text": "x", "hours": "3"}, {"text": "for Ana Ito"}]


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (
            {"people": [{"user_id": 1_000_042, "seconds": 3, "days": [1]}, {"user_id": 1_000_043, "seconds": 4}]},
            [{"user_id": 1_000_042, "seconds": 3, "days": [1]}],
        ),
        ({"user_id": 1_000_043, "entries": [{"text": "pair with Ana Ito", "seconds": 5}]}, [{"text": "pair with Ana Ito"}]),
        (
            {"user_id": 1_000_042, "items": [{"n": 1, "comments": [{"author": "Ben Ode", "text": "ask Ana Ito"}, {"author": "Ana Ito"}]}]},
            [{"user_id": 1_000_042, "items": [{"n": 1, "comments": [{"author": "Ana Ito"}]}]}, {"text": "ask Ana Ito"}],
        ),
        (
            {"label": "time of Ben Ode and Ana Ito", "person": 1_000_042, "value": 9, "entries": [8]},
            [{"label": "Ana Ito", "person": 1_000_042}],
        ),
        ({"report": "team_summary", "markdown": "# Team\nAna Ito 3 h\nBen Ode 4 h\n"}, ["Ana Ito 3 h"]),
        ({"reports": {"individual/ana_ito": {"number": 1}, "individual/ben_ode": {"number": 2}}}, [{"number": 1}]),
    ],
)
def test_objects_are_told_apart_by_whose_they_are(value: Any, found: list[Any]) -> None:
    assert [content for _, content in json_passages(PEOPLE, value)] == found


def test_whose_a_report_is_stands_in_its_path() -> None:
    assert person_of_report("work_reports/x/reports/individual/ana_ito.md") == "ana_ito"
    assert person_of_report("work_reports/x/revisions/individual/ana_ito/1.json") == "ana_ito"
    assert person_of_report("work_reports/x/reports/team_summary.md") is None
