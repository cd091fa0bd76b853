"""Which figures of groups may be shown together, so that none of them, and no difference between them, tells of a few people.

A figure is a sum over small parts of the time, each of one person. Whoever sees several figures can add and subtract them; the
question is whether some combination is made of the time of fewer people than the minimum. It is exactly when leaving out these
people's parts lowers the rank of the matrix (figures by parts): what is lost then could be told from the figures. So every group
of fewer people is left out in turn. Belongs here: this judgement. Does not: which tables there are (team_view.py).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from itertools import combinations
from math import comb

Label = tuple[str, str]
"""Table and row, e.g. `("project", "Harbor")`."""
Figure = frozenset[Label]
"""What is added up. A part of the time belongs to a figure when it carries one of its labels."""
# More groups than this are not tried; the figures then count as unsafe. Large teams hardly have any group to try.
_MOST_GROUPS = 5_000
_PRIME = (1 << 61) - 1


class Contributions:
    """Who contributed to what."""

    def __init__(self, parts: Iterable[tuple[int, Iterable[Label]]], minimum: int) -> None:
        """`parts`: of each part of the time its person and its labels; `minimum`: the smallest group a figure may be of."""
        self.minimum = minimum
        self._people: defaultdict[frozenset[Label], set[int]] = defaultdict(set)
        for person, labels in parts:
            self._people[frozenset(labels)].add(person)

    def people(self, figure: Figure) -> int:
        """How many people the figure is of."""
        return len(set().union(*(people for labels, people in self._people.items() if labels & figure)))

    def are_safe(self, figures: Collection[Figure]) -> bool:
        """Whether no figure, and no sum or difference of figures, is of fewer people than the minimum."""
        columns = self._columns(figures)
        rank = _exact_rank(columns)
        always = _Basis()
        for column, people in columns.items():
            if len(people) >= self.minimum:
                always.add(column)
        if always.rank == rank:
            return True
        # What the large groups do not show anyway; only its people could be told from the others.
        left = [(rest, people) for column, people in columns.items() if (rest := always.reduced(column))]
        concerned = sorted(set().union(*(people for _, people in left)))
        size = min(self.minimum - 1, len(concerned))
        if comb(len(concerned), size) > _MOST_GROUPS:
            return False
        return all(_rank_without(frozenset(group), left) == rank - always.rank for group in combinations(concerned, size))

    def _columns(self, figures: Collection[Figure]) -> dict[int, frozenset[int]]:
        """Which figures a part belongs to, as bits -> the people of such parts. Figures of the same parts are one."""
        distinct = dict.fromkeys(frozenset(labels for labels in self._people if labels & figure) for figure in figures)
        bits: defaultdict[frozenset[Label], int] = defaultdict(int)
        for position, members in enumerate(distinct):
            for labels in members:
                bits[labels] |= 1 << position
        found: defaultdict[int, set[int]] = defaultdict(set)
        for labels, column in bits.items():
            found[column] |= self._people[labels]
        return {column: frozenset(people) for column, people in found.items()}


def folded(rows: Sequence[Label], contributions: Contributions, beside: Collection[Figure] = ()) -> list[Figure]:
    """The figures of a table that may stand `beside` those that are shown already: labels one by one, and the others as one, last.

    `rows` are its labels, those that are given up first in front. Empty when no label may stand alone.
    """
    enough = [row for row in rows if contributions.people(frozenset((row,))) >= contributions.minimum]
    rest = frozenset(rows) - set(enough)
    while enough:
        table = [*(frozenset((row,)) for row in reversed(enough)), *((rest,) if rest else ())]
        if contributions.are_safe([*beside, *table]):
            return table
        rest |= {enough.pop(0)}
    return []


class _Basis:
    """Columns over the field of two elements: an integer is a vector, its bits are the coordinates."""

    def __init__(self) -> None:
        self._by_leading_bit: dict[int, int] = {}

    @property
    def rank(self) -> int:
        return len(self._by_leading_bit)

    def reduced(self, column: int) -> int:
        rest = 0
        while column:
            leading = column.bit_length()
            known = self._by_leading_bit.get(leading)
            if known is None:
                rest |= 1 << (leading - 1)
                column ^= 1 << (leading - 1)
            else:
                column ^= known
        return rest

    def add(self, column: int) -> None:
        while column:
            known = self._by_leading_bit.get(column.bit_length())
            if known is None:
                self._by_leading_bit[column.bit_length()] = column
                return
            column ^= known


def _rank_without(group: frozenset[int], columns: Iterable[tuple[int, frozenset[int]]]) -> int:
    basis = _Basis()
    for column, people in columns:
        if not people <= group:
            basis.add(column)
    return basis.rank


def _exact_rank(columns: Iterable[int]) -> int:
    """The rank over the rational numbers (modulo a large prime), which is never below that over two elements."""
    basis: dict[int, list[int]] = {}
    listed = list(columns)
    width = max((column.bit_length() for column in listed), default=0)
    for column in listed:
        vector = [column >> position & 1 for position in range(width)]
        for position in range(width):
            if not vector[position]:
                continue
            known = basis.get(position)
            if known is None:
                inverse = pow(vector[position], -1, _PRIME)
                basis[position] = [value * inverse % _PRIME for value in vector]
                break
            factor = vector[position]
            vector = [(value - factor * other) % _PRIME for value, other in zip(vector, known, strict=True)]
    return len(basis)
