"""A true sentence stands only where its heading makes nothing else of it."""

from __future__ import annotations

import pytest

from volt_assets.work_reports.report.verifier import objections
from volt_assets_tests.work_reports.report.true_sentences import compiled, john, team

REPORTS = {"john": john().claims, "team": team().claims}


@pytest.mark.parametrize(
    ("report", "section", "sentence"),
    [
        ("john", "key_deliverables", "{i:7521} took {h:7521}."),
        ("john", "key_deliverables", "{i:7658} took {h:7658} and {i:7521} {h:7521}."),
        ("john", "key_deliverables", "{tracked} were tracked."),
        ("john", "work_patterns", "{i:7658} took {h:7658}."),
        ("john", "work_patterns", "{j:Harbor} took {h:Harbor}."),
        ("john", "work_patterns", "{tracked} were tracked."),
        ("team", "key_accomplishments", "{i:7521} took {h:7521}."),
        ("team", "key_accomplishments", "{j:Harbor} took {h:Harbor}."),
        ("team", "cross_team_patterns", "{i:9234} took {h:9234}."),
        ("team", "cross_team_patterns", "{p:Max Mustermann} spent {h:7700} on {i:7700}."),
        ("team", "cross_team_patterns", "{j:Harbor} took {h:Harbor}."),
    ],
)
def test_what_is_of_another_section_is_not_said_in_this_one(report: str, section: str, sentence: str) -> None:
    claims = REPORTS[report]
    where, text = compiled(claims, section, sentence)
    assert objections(where, text, claims)
    assert not objections("executive_summary", text, claims)


@pytest.mark.parametrize(
    ("report", "section", "sentence"),
    [
        ("john", "key_deliverables", "{i:7658} was finished on {finished:7658}."),
        ("john", "key_deliverables", "{i:7658} is part of {i:1575}."),
        ("john", "key_deliverables", "{nfinished} were finished."),
        ("john", "work_patterns", "{x:Code review} took {h:Code review}."),
        ("team", "cross_team_patterns", "{i:7658} took {h:7658}."),
        ("team", "cross_team_patterns", "{x:Team stand-up} took {h:Team stand-up}."),
    ],
)
def test_what_is_of_the_section_is(report: str, section: str, sentence: str) -> None:
    claims = REPORTS[report]
    assert not objections(*compiled(claims, section, sentence), claims)
