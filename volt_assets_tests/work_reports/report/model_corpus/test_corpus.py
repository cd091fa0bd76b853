"""How much of what models say of the sandbox's week stays, and that no lie of further kinds does."""

from __future__ import annotations

from collections import Counter

import pytest

from volt_assets.work_reports.report.claims import Claims
from volt_assets.work_reports.report.verifier import objections
from volt_assets_tests.conftest import Week
from volt_assets_tests.pipeline import folder_of
from volt_assets_tests.work_reports.report.model_corpus.corpus import FRESH, HELD_OUT, SECOND, TUNED, demo_claims, true_sentences
from volt_assets_tests.work_reports.report.model_corpus.fresh_lies import fresh_lies

AT_LEAST = {TUNED: 0.89, HELD_OUT: 0.83, SECOND: 0.95, FRESH: 0.70}
"""The share that stays: what has been reached, so that no change loses it. The goal is 0.95."""


@pytest.fixture(scope="module")
def reports(week: Week) -> dict[str, Claims]:
    return demo_claims(folder_of(week.data))


@pytest.mark.parametrize("split", AT_LEAST)
def test_true_sentences_of_models_stay(reports: dict[str, Claims], split: str) -> None:
    said = list(true_sentences(reports, split))
    kept = [each for each in said if not objections(each.section, each.text, reports[each.report])]
    assert len(said) >= 40
    assert len(kept) >= AT_LEAST[split] * len(said)


def test_no_lie_of_further_kinds_gets_through(reports: dict[str, Claims]) -> None:
    few = {name: reports[name] for name in ("arjun_mehta", "grace_howell", "sofia_almeida", "team")}  # the benchmark takes them all
    lies = list(fresh_lies(few))
    assert [lie for lie in lies if not objections(lie.section, lie.text, reports[lie.report])] == []
    assert len(Counter(lie.kind for lie in lies)) >= 20
    assert len({lie.text for lie in lies}) >= 2_000
