"""Whether words of a sentence stand in a text in the same order, between the same neighbours.

A number in words or a comparison (`two of three cases`, `the first half`) may be repeated from an item's own texts, but only
as it stands there: with one word changed beside it, it says something else.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from volt_assets.work_reports.report.clauses import Clause, Token
from volt_assets.work_reports.report.lexicon import Lexicon, straight

_PIECES = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*|[^\w\s'-]|\d+")
_EDGE = ""
_OF_NOW = frozenset(("still", "now", "currently"))
"""Words that a sentence may add to what a text says."""


def stands_alike(token: Token, clause: Clause, texts: Sequence[Sequence[str]], lexicon: Lexicon) -> bool:
    """Whether the word and its two neighbours stand so in the texts of every item; the ends of a clause are neighbours too."""
    words = _of_clause(clause, lexicon)
    place = next((index for index, (_, own) in enumerate(words) if own is token), None)
    if place is None:
        return False
    before = words[place - 1][0] if place else _EDGE
    after = words[place + 1][0] if place + 1 < len(words) else _EDGE
    wanted = (before, lexicon.stem(token.word), after)
    return bool(texts) and (before, after) != (_EDGE, _EDGE) and all(any(wanted in _threes(text, lexicon) for text in own) for own in texts)


def _of_clause(clause: Clause, lexicon: Lexicon) -> list[tuple[str, Token | None]]:
    """Stems with their tokens, without the words that only join; placeholders and words of saying are edges."""
    found: list[tuple[str, Token | None]] = []
    for token in clause.tokens:
        if token.fact or token.word in lexicon.words["saying"] or token.word in lexicon.words["group_words"]:
            found.append((_EDGE, None))
        elif token.word in lexicon.words["forbidden"] or token.word not in lexicon.words["linking"] | _OF_NOW:
            found.append((lexicon.stem(token.word), token))
    return found


def _threes(text: str, lexicon: Lexicon) -> frozenset[tuple[str, str, str]]:
    return _threes_of(text, lexicon.words["linking"] - lexicon.words["clause_words"], lexicon.words["clause_words"], lexicon.stem)


@lru_cache(maxsize=4_096)
def _threes_of(text: str, joining: frozenset[str], edges: frozenset[str], stem: object) -> frozenset[tuple[str, str, str]]:
    words = [_EDGE]
    for piece in _PIECES.findall(straight(text)):
        is_edge = piece in edges or not (piece[0].isalpha())
        if is_edge or piece not in joining:
            words.append(_EDGE if is_edge else stem(piece))  # type: ignore[operator]
    words.append(_EDGE)
    return frozenset(zip(words, words[1:], words[2:], strict=False))
