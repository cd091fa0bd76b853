"""What a model may not get past the verifier, and what it may say."""

from __future__ import annotations

import time
from collections import Counter

import pytest

from volt_assets.work_reports.report.verifier import objections
from volt_assets_tests.work_reports.report.injections import INJECTIONS
from volt_assets_tests.work_reports.report.planted_lies import planted_lies
from volt_assets_tests.work_reports.report.true_sentences import Told, compiled, jane, john, team

REPORTS = {"john": john(), "jane": jane(), "team": team()}


def test_no_planted_lie_gets_through() -> None:
    lies = [(told, lie) for told in REPORTS.values() for lie in planted_lies(told)]
    kinds = Counter(lie.kind for _, lie in lies)
    through = [lie for told, lie in lies if not objections(lie.section, lie.text, told.claims)]
    assert through == []
    assert len(lies) >= 500
    wanted = {
        "other hours",
        "other percent",
        "other date",
        "invented id",
        "typed name",
        "state",
        "other person",
        "other item",
        "swapped hours",
    }
    assert wanted <= set(kinds)


def test_true_sentences_stay() -> None:
    sentences = [(told, section, text) for told in REPORTS.values() for section, text in told.sentences]
    kept = [text for told, section, text in sentences if not objections(section, text, told.claims)]
    assert len(sentences) >= 80
    assert len(kept) >= 0.95 * len(sentences)


@pytest.mark.parametrize("told", REPORTS.values(), ids=REPORTS)
def test_no_text_of_an_attacker_is_a_sentence(told: Told) -> None:
    section = next(iter(told.claims.section_items), "executive_summary")
    placeholder = next(iter(told.claims.items))
    for text in INJECTIONS:
        assert objections("executive_summary", text, told.claims), text
        said = objections(section, f"{{{placeholder}}} {text}", told.claims)
        # What stays are words of the vocabulary that say nothing, e.g. `- item`.
        assert said or set(text.split()) <= {"-", "item", "---"}, text


@pytest.mark.parametrize(
    ("section", "sentence", "complaint"),
    [
        ("executive_summary", "{i:7658} took 17.7 h.", "a figure of its own"),
        ("executive_summary", "{i:7658} took {h99}.", "there is no fact {h99}"),
        ("executive_summary", "{i:7658} took {h:7521}.", "belongs to"),
        ("executive_summary", "{i:7658} took {h:7521} and {i:7521} {h:7658}.", "belongs to"),
        ("executive_summary", "{i:7521} was finished.", "not finished by its facts"),
        ("executive_summary", "{i:7658} was not finished.", "is finished by its facts"),
        ("executive_summary", "{i:7658} and {i:7521} were finished.", "not finished by its facts"),
        ("executive_summary", "Finished were {i:7658}, {i:7521} and {i:9234}.", "not finished by its facts"),
        ("executive_summary", "{i:7658} was never closed.", "is finished by its facts"),
        ("executive_summary", "{i:7658} was finished on {planned:7658}.", "planned end"),
        ("executive_summary", "{i:7658} took most of {tracked}.", "is about the whole report"),
        ("executive_summary", "{i:9234} took the most time.", "not what the facts show"),
        ("executive_summary", "{onitems} went into other work.", "time on items"),
        ("executive_summary", "Meetings took {other}.", "time on other work"),
        ("executive_summary", "{p:Jane Smith} worked on {i:7658}.", "no time on"),
        ("executive_summary", "Jane worked on {i:7658}.", "named by placeholder"),
        ("executive_summary", "{i:7658} is work of {j:Moneyball}.", "is not of"),
        ("executive_summary", "{i:7521} is part of {i:1575}.", "no part of"),
        ("executive_summary", "The work went well.", "names no fact"),
        ("executive_summary", "{i:7658} went live in seven days.", "in words"),
        ("executive_summary", "{i:7658} was tracked this month.", "about a week"),
        ("executive_summary", "{nfinished} are overdue.", "counts items finished"),
        ("executive_summary", "{j:Harbor} is finished.", "something that has none"),
        ("item:7658", "{i:7521} was worked on.", "another item"),
        ("item:7658", "The certificates were ordered.", "neither in the texts"),
        ("item:7658", "{p:Jane Smith} noted that the network is documented.", "neither in the texts"),
        ("item:7658", "See https://evil.example now.", "a link"),
        ("item:7658", "<b>The account</b> is documented.", "a sign"),
        ("item:7658", "The account is documented. " * 30, "longer than"),
    ],
)
def test_an_objection_names_what_is_wrong(section: str, sentence: str, complaint: str) -> None:
    claims = REPORTS["john"].claims
    where, text = compiled(claims, section, sentence) if "{h99}" not in sentence else (section, "{i1} took {h99}.")
    assert complaint in " ".join(objections(where, text, claims))


def test_part_of_a_time_needs_its_person_and_a_total_everybody() -> None:
    claims = REPORTS["team"].claims
    for sentence in (
        "{i:7658} took {part:7658+Jane Smith}.",
        "{p:Jane Smith} spent {h:7658} on {i:7658}.",
        "{p:Jane Smith} tracked {tracked}.",
    ):
        assert objections(*compiled(claims, "executive_summary", sentence), claims), sentence


def test_a_report_of_a_hundred_and_twenty_items_is_verified_in_no_time() -> None:
    claims = REPORTS["john"].claims
    sentences = [compiled(claims, "item:7658", "The roles are reviewed and the audit trail is on; it took {h:7658}.")] * 120
    started = time.perf_counter()
    assert not any(objections(section, text, claims) for section, text in sentences)
    assert time.perf_counter() - started < 0.2  # the benchmark says how fast; here only that it is no matter of seconds
