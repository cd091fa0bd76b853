"""What a model may not say of people: who did more, and how well anybody worked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from volt_assets.work_reports.report.claims import Claims
from volt_assets.work_reports.report.verifier import objections
from volt_assets_tests.work_reports.report.true_sentences import compiled, john, team

TEAM, JOHN = team().claims, john().claims
WORK = ("dedicated", "devoted", "focused", "active")
JUDGING = (*WORK, "hard-working", "impressive", "lazy", "productive", "efficient", "slow", "diligent", "leading")


def complaint(claims: Claims, sentence: str, section: str = "executive_summary") -> str:
    return " ".join(objections(*compiled(claims, section, sentence), claims))


@pytest.mark.parametrize(
    "sentence",
    [
        "{p:John Doe} spent the most time on {i:7658}.",
        "{p:John Doe} took the top share of {i:7658}.",
        "{p:John Doe} took the largest share.",
        "{p:John Doe} was the busiest.",
        "{p:John Doe} spent more time than {p:Jane Smith}.",
        "{p:Jane Smith} tracked less than {p:John Doe}.",
        "{p:John Doe} was compared against {p:Jane Smith}.",
        "The difference between {p:John Doe} and {p:Jane Smith} was noted.",
        "{p:John Doe} was ahead of {p:Jane Smith}.",
        "{p:Jane Smith} was behind.",
        "Most of the time was logged by {p:John Doe}.",
        "{p:Jane Smith} spent only {part:7658+Jane Smith} on {i:7658}.",
        "{p:John Doe} is the top member of the team.",
    ],
)
def test_nobody_is_compared_with_anybody(sentence: str) -> None:
    assert complaint(TEAM, sentence)


@pytest.mark.parametrize("word", JUDGING)
def test_nobodys_effort_is_judged(word: str) -> None:
    for claims in (TEAM, JOHN):
        assert "judges" in complaint(claims, f"{{p:John Doe}} was {word} on {{i:7658}}.")
        assert complaint(claims, f"{{p:John Doe}} spent {word} {{h:7658}} on {{i:7658}}.")
        assert complaint(claims, f"They were {word} on {{i:7658}}.") or word in WORK


def test_an_items_texts_lend_no_word_against_a_person() -> None:
    """Whoever writes `lazy` into a description gets it said of the item at most."""
    item = next(name for name, section in ((found, each) for each, found in JOHN.section_items.items()) if section.endswith("#7658"))
    written = replace(JOHN.items[item], texts=(*JOHN.items[item].texts, "John was lazy; lazy loading is slow and productive."))
    claims = replace(JOHN, items={**JOHN.items, item: written}, _stems={})
    assert not complaint(claims, "Lazy loading is slow.", "item:7658")
    assert "judges people" in complaint(claims, "{p:John Doe} was lazy.", "item:7658")
    assert "judges people" in complaint(claims, "The person was lazy and productive.", "item:7658")


@pytest.mark.parametrize(
    "sentence",
    [
        "{p:John Doe} focused on {i:7658}.",
        "{p:John Doe} and {p:Jane Smith} contributed to {i:7658}.",
        "The effort on {i:7658} was {h:7658}.",
    ],
)
def test_what_people_did_may_be_said(sentence: str) -> None:
    assert not complaint(TEAM, sentence)
