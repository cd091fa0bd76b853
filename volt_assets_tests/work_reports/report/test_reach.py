"""A figure says what its fact says: no rate, no total since ever, no share of another whole."""

from __future__ import annotations

import pytest

from volt_assets.work_reports.report.verifier import objections
from volt_assets_tests.work_reports.report.true_sentences import compiled, jane, john, team

REPORTS = {"john": john().claims, "jane": jane().claims, "team": team().claims}


@pytest.mark.parametrize(
    ("report", "sentence"),
    [
        ("team", "{tracked} were tracked per person."),
        ("team", "{x:Team stand-up} took {h:Team stand-up} per person."),
        ("john", "{i:7658} took {h:7658} per week."),
        ("john", "{i:7658} took {h:7658} in total."),
        ("john", "{i:7658} took {h:7658} since {started:7658}."),
        ("john", "{onitems} were tracked on items, {change} against the week before."),
        ("team", "{j:Harbor} took {share:Harbor} of {j:Moneyball}."),
        ("team", "{j:Harbor} took {share:Harbor} of the time on items."),
        ("team", "{share:Harbor} of the items are of {j:Harbor}."),
        ("john", "{meetingshare} of other work was meetings."),
        ("john", "{meetingshare} of the days had meetings."),
        ("john", "{days} had meetings."),
    ],
)
def test_more_than_the_fact_says_is_not_said(report: str, sentence: str) -> None:
    claims = REPORTS[report]
    assert objections(*compiled(claims, "executive_summary", sentence), claims)


@pytest.mark.parametrize(
    ("report", "sentence"),
    [
        ("john", "In total {tracked} were tracked, {change} compared with the week before."),
        ("john", "{tracked} were tracked, of which {itemshare} was on items."),
        ("john", "{meetingshare} of the tracked time was spent in meetings."),
        ("team", "{j:Harbor} took {share:Harbor} of all time."),
        ("team", "{donepercent:1575} of {i:1575} is done."),
    ],
)
def test_what_the_fact_says_may_be_said(report: str, sentence: str) -> None:
    claims = REPORTS[report]
    assert not objections(*compiled(claims, "executive_summary", sentence), claims)


def test_a_share_of_the_time_on_items_says_so_in_its_name() -> None:
    shares = [fact for fact in REPORTS["team"].facts.values() if fact.aspect.startswith("share of the time on items")]
    assert shares
    assert all("type" in REPORTS["team"].facts[fact.about[0]].aspect for fact in shares)
