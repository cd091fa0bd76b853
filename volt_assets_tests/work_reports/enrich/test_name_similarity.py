from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from volt_assets.work_reports.enrich.name_similarity import name_similarity

MINIMUM = 0.5
texts = st.text(max_size=60)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Research ", "Research & development of the new importer for the finance team"),
        ("C   build is slow", "C++ build is slow"),
        ("[FE] Fix login", "Fix login"),
        ("Fix login", "[FE] [Urgent] Fix login"),
        ("FIX LOGIN", "Fix  login…"),
        ("Fix the login for every customer", "Fix the login for every customer of the old plan, with a test and a note in the manual"),
        ("Нет полей Stage", "? Нет полей Stage, Next action, Owner, Alternate names"),
    ],
)
def test_damaged_shortened_and_tagged_names_are_the_same_item(written: str, name: str) -> None:
    similarity = name_similarity([written], name)
    assert similarity is not None
    assert similarity >= MINIMUM


@pytest.mark.parametrize(("written", "name"), [("Fix login", "Quarterly budget"), ("Deploy the CRM", "Alerts fire twice")])
def test_another_item_is_not_similar(written: str, name: str) -> None:
    similarity = name_similarity([written], name)
    assert similarity is not None
    assert similarity < MINIMUM


@pytest.mark.parametrize(("written", "name"), [((), "Fix"), (("",), "Fix"), (("…",), "Fix"), (("Fix",), "")])
def test_nothing_to_compare_is_no_verdict(written: tuple[str, ...], name: str) -> None:
    assert name_similarity(written, name) is None


def test_the_best_of_several_written_names_counts() -> None:
    assert name_similarity(["Quarterly budget", "Fix login"], "Fix login") == 1.0


@given(written=st.lists(texts, max_size=4), name=texts)
def test_it_is_a_share_and_never_raises(written: list[str], name: str) -> None:
    similarity = name_similarity(written, name)
    assert similarity is None or 0 <= similarity <= 1


@given(st.text(alphabet="abcdefgh ", min_size=1, max_size=60).filter(lambda text: text.strip()))
def test_a_name_is_wholly_similar_to_itself(name: str) -> None:
    assert name_similarity([name], name) == 1.0
