"""Whether a group of figures gives few people away: judged against everything a reader could add and subtract."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from volt_assets.work_reports.report.views.group_size import Contributions, Figure, folded

A, B, C, X, Y = (("project", each) for each in "ABCXY")
WHOLE: Figure = frozenset((("whole", ""),))


def figure(*labels: tuple[str, str]) -> Figure:
    return frozenset(labels)


def contributions(people: dict[tuple[str, str], str], minimum: int = 3) -> Contributions:
    """`{A: "123"}`: the people 1, 2 and 3 have time on A."""
    return Contributions(((int(person), (label, *WHOLE)) for label, who in people.items() for person in who), minimum)


def test_a_figure_of_too_few_people_is_not_safe() -> None:
    given_time = contributions({A: "123", B: "12"})
    assert given_time.are_safe([figure(A)])
    assert not given_time.are_safe([figure(B)])


def test_what_is_left_of_the_whole_counts_too() -> None:
    given_time = contributions({A: "123", B: "12"})
    assert given_time.are_safe([WHOLE])
    assert not given_time.are_safe([WHOLE, figure(A)])
    assert contributions({A: "123", B: "124"}).are_safe([WHOLE, figure(A)])


def test_two_tables_are_judged_together() -> None:
    """Each table alone is safe; a project less a type of which it has almost all leaves the time of one person."""
    parts = [(person, (("project", "A"), ("type", "task"))) for person in (1, 2, 3)]
    parts += [(4, (("project", "A"), ("type", "bug")))]
    parts += [(person, (("project", "B"), ("type", "bug"))) for person in (1, 2, 3)]
    both = Contributions(parts, 3)
    projects, types = [figure(("project", name)) for name in "AB"], [figure(("type", name)) for name in ("task", "bug")]
    assert both.are_safe(projects)
    assert both.are_safe(types)
    assert not both.are_safe([*projects, *types])


def test_small_rows_are_shown_as_one_with_a_larger_one_where_that_is_needed() -> None:
    given_time = contributions({A: "12345", B: "1234", X: "1", Y: "2"})
    # Together two people only, so the smallest of the others joins them.
    assert folded([X, Y, B, A], given_time, [WHOLE]) == [figure(A), figure(B, X, Y)]
    assert folded([X, Y, B, A], contributions({A: "123", B: "456", X: "1", Y: "23"}), [WHOLE]) == [figure(A), figure(B), figure(X, Y)]
    assert folded([X, A], contributions({A: "123", X: "1"}), [WHOLE]) == []


@st.composite
def companies(draw: st.DrawFn) -> list[tuple[int, tuple[tuple[str, str], ...]]]:
    people = draw(st.integers(1, 5))
    part = st.tuples(st.integers(1, people), st.sampled_from("ABC"), st.sampled_from("XY"))
    found = draw(st.lists(part, min_size=1, max_size=12))
    return [(person, (("project", project), ("type", kind))) for person, project, kind in found]


def gives_away(parts: list[tuple[int, tuple[tuple[str, str], ...]]], figures: list[Figure], minimum: int) -> bool:
    """Try every small combination of the figures: whether one is made of the time of fewer people."""
    columns = [(person, [bool(set(labels) & each) for each in figures]) for person, labels in set(parts)]
    for weights in product((-2, -1, 0, 1, 2), repeat=len(figures)):
        people = {person for person, column in columns if sum(Fraction(w) for w, is_in in zip(weights, column, strict=True) if is_in)}
        if people and len(people) < minimum:
            return True
    return False


@given(companies(), st.integers(2, 3))
@settings(max_examples=60)
def test_nothing_that_is_called_safe_can_be_told_apart(parts: list[tuple[int, tuple[tuple[str, str], ...]]], minimum: int) -> None:
    figures = [figure(("project", name)) for name in "ABC"] + [figure(("type", name)) for name in "XY"]
    found = Contributions(parts, minimum)
    for chosen in (figures, figures[:3], figures[3:], figures[1:4]):
        assert found.are_safe(chosen) == (not gives_away(parts, chosen, minimum))


@given(companies(), st.integers(2, 4))
@settings(max_examples=60)
def test_folded_tables_are_safe_and_whole(parts: list[tuple[int, tuple[tuple[str, str], ...]]], minimum: int) -> None:
    found = Contributions(parts, minimum)
    labels = sorted({labels[0] for _, labels in parts})
    table = folded(labels, found)
    assert not gives_away(parts, table, minimum)
    assert not table or frozenset().union(*table) == set(labels)
