from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from volt_assets.work_reports.collect.slugs import name_slug, report_slugs
from volt_assets.work_reports.models import Person


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("John Doe", "john_doe"),
        ("  Zoë  Müller-Lüdenscheidt ", "zoe_muller_ludenscheidt"),
        ("Łukasz Ørsted Groß", "lukasz_orsted_gross"),
        ("O'Neil, Ann", "o_neil_ann"),
        ("../../etc/passwd", "etc_passwd"),
        ("Иван Иванов", ""),
        ("李小龍", ""),
        ("", ""),
        ("x" * 300, "x" * 60),
    ],
)
def test_slug_of_a_name(name: str, slug: str) -> None:
    assert name_slug(name) == slug


@pytest.mark.parametrize(
    ("names", "slugs"),
    [
        ({1: "John Doe", 2: "john doe"}, {1: "john_doe_1", 2: "john_doe_2"}),
        ({1: "Иван", 23: "李"}, {1: "user_1", 23: "user_23"}),
        ({1: "Иван", 2: "User 1"}, {1: "user_1_1", 2: "user_1_2"}),
        ({1: "Ann", 2: "Ann", 3: "Ann 1"}, {1: "ann_1_1", 2: "ann_2", 3: "ann_1_3"}),
    ],
)
def test_clashes_get_the_user_id(names: dict[int, str], slugs: dict[int, str]) -> None:
    assert report_slugs(Person(user_id=user_id, name=name) for user_id, name in names.items()) == slugs


@given(
    st.dictionaries(st.integers(0, 200), st.text(max_size=8) | st.sampled_from(["Ann", "Ann 1", "Ann 1 1", "User 2", "李"]), max_size=12)
)
def test_slugs_are_plain_unique_and_independent_of_order(names: dict[int, str]) -> None:
    people = [Person(user_id=user_id, name=name) for user_id, name in names.items()]
    slugs = report_slugs(people)
    assert set(slugs) == set(names)
    assert len(set(slugs.values())) == len(names)
    assert all(re.fullmatch(r"[a-z0-9_]+", slug) for slug in slugs.values())
    assert report_slugs(reversed(people)) == slugs
