"""What is true of one item is not said of the next one, and no type, place or whole is invented."""

from __future__ import annotations

import pytest

from volt_assets.work_reports.report.verifier import objections
from volt_assets_tests.work_reports.report.true_sentences import compiled, john

JOHN = john().claims


@pytest.mark.parametrize(
    ("section", "sentence"),
    [
        ("executive_summary", "{i:7658} was finished; so was {i:7521}."),
        ("executive_summary", "{i:7658} was finished, as was {i:7521}."),
        ("executive_summary", "{i:7658} was finished; the same goes for {i:7521}."),
        ("executive_summary", "{i:7658} was finished; {i:7521} as well."),
        ("executive_summary", "{i:7658} was finished; {i:7521}."),
        ("executive_summary", "{i:9234} and {i:7658} were finished on {finished:7658}."),
        ("executive_summary", "{i:7658} was started and finished on {finished:7658}."),
        ("executive_summary", "{p:John Doe} spent {h:7658} on {i:7658} and {i:7521}."),
        ("executive_summary", "{i:7658} is a feature."),
        ("item:7658", "It is a bug."),
        ("executive_summary", "{i:7658} includes {i:7521}."),
        ("executive_summary", "{x:Code review} was for {i:7658}."),
        ("executive_summary", "{i:7658} was done in {x:Code review}."),
        ("item:7658", "It is in production."),
    ],
)
def test_nothing_is_carried_over(section: str, sentence: str) -> None:
    assert objections(*compiled(JOHN, section, sentence), JOHN)


@pytest.mark.parametrize(
    ("section", "sentence"),
    [
        ("executive_summary", "{i:7658}, as well as {i:9234}, was finished."),
        ("executive_summary", "{i:7658} is a task."),
        ("item:7658", "The production machines are documented."),
        ("executive_summary", "{nfinished} were finished, including {i:7658}."),
    ],
)
def test_what_is_checked_may_be_said(section: str, sentence: str) -> None:
    assert not objections(*compiled(JOHN, section, sentence), JOHN)
