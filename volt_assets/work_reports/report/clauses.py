"""A sentence of a model, taken apart: placeholders, words, and the parts that are about one thing.

A model writes `{i3} took {h7}, {i4} is in progress.`; the parts between commas and `and` are clauses, those between
semicolons and `while` are groups of clauses. Belongs here: reading. Whether it is true is verifier.py's.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from volt_assets.work_reports.report.lexicon import Lexicon, straight

_TOKEN = re.compile(r"\{([a-z]+[0-9]+)\}|([^\W\d_]+(?:['\u2019\u2010\u2011-][^\W\d_]+)*)|(\s+)|(.)", re.DOTALL)
_LINK = re.compile(r"//|(?<=[^\W\d_])[.:](?=[^\W\d_])")
_GLUED = re.compile(r"(?:^|[\s(])[-\u2010\u2011]\{|\}(?:\{|(?!['\u2019]s\b)[^\W_])|[^\W_]\{")
"""Something that makes another figure of one: a minus, a letter, a second placeholder right beside it."""
_POSSESSIVE = re.compile(r"(?<=\})['\u2019]s\b")
_HARMLESS = frozenset(".,;:()!…–—-/&'’“”‘\"")  # noqa: RUF001 -- quotation marks and dashes of prose
_ENDS_CLAUSE = frozenset(",:")
_ENDS_GROUP = frozenset(".;!?…–—")  # noqa: RUF001 -- the same


@dataclass(frozen=True)
class Token:
    """A placeholder (`fact` is its id) or a word, in small letters."""

    fact: str = ""
    word: str = ""
    is_capital: bool = False
    is_first: bool = False
    """The first word of a sentence: its capital says nothing."""


@dataclass(frozen=True)
class Clause:
    """A part of a sentence that is about one thing."""

    tokens: tuple[Token, ...]
    group: int
    is_bare: bool
    """Only placeholders and words that join: an element of a list."""

    @cached_property
    def facts(self) -> tuple[str, ...]:
        """The placeholders in their order."""
        return tuple(token.fact for token in self.tokens if token.fact)

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The words in their order."""
        return tuple(token.word for token in self.tokens if token.word)


@dataclass(frozen=True)
class ReadSentence:
    """What was read; `strange` says what it holds that prose of a report does not have."""

    clauses: tuple[Clause, ...]
    strange: str | None

    @cached_property
    def groups(self) -> Mapping[int, tuple[tuple[str, ...], tuple[str, ...]]]:
        """Group -> every placeholder and every word of its clauses."""
        found: dict[int, tuple[tuple[str, ...], tuple[str, ...]]] = {}
        for clause in self.clauses:
            facts, words = found.get(clause.group, ((), ()))
            found[clause.group] = (*facts, *clause.facts), (*words, *clause.words)
        return found

    @cached_property
    def facts(self) -> tuple[str, ...]:
        """Every placeholder, each once."""
        return tuple(dict.fromkeys(fact for clause in self.clauses for fact in clause.facts))


def read_sentence(text: str, lexicon: Lexicon) -> ReadSentence:
    """Take one sentence apart."""
    text = unicodedata.normalize("NFKC", text)
    clauses: list[Clause] = []
    tokens: list[Token] = []
    group, is_first = 0, True
    strange = "a link" if _LINK.search(text) else "something glued to a placeholder" if _GLUED.search(text) else None
    strange = strange or ("a question" if "?" in text else None)
    text = _POSSESSIVE.sub("", text)

    def close() -> None:
        if tokens:
            tokens[:] = _reread(tokens, lexicon)
            bare = all(token.fact or token.word in lexicon.words["linking"] for token in tokens)
            clauses.append(Clause(tuple(tokens), group, bare and any(token.fact for token in tokens)))
            tokens.clear()

    for fact, word, sign in _tokens(text):
        if fact:
            tokens.append(Token(fact=fact))
            is_first = False
        elif word:
            small = straight(word)
            if small in lexicon.words["clause_words"] or small in lexicon.words["group_words"]:
                close()
                group += small in lexicon.words["group_words"]
            tokens.append(Token(word=small, is_capital=word[0].isupper(), is_first=is_first))
            is_first = False
        elif sign in _ENDS_CLAUSE or sign in _ENDS_GROUP:
            close()
            group += sign in _ENDS_GROUP
            is_first = sign in _ENDS_GROUP or sign == ":"
        elif sign not in _HARMLESS:
            strange = strange or f"{'a figure' if sign.isnumeric() else 'a sign'} of its own: {sign!r}"
    close()
    return ReadSentence(tuple(clauses), strange)


def _reread(tokens: Sequence[Token], lexicon: Lexicon) -> list[Token]:
    """The tokens with every phrase that means other words replaced by them, the longest phrase first."""
    begins = lexicon.phrases_from
    if not any(token.word in begins for token in tokens):
        return list(tokens)
    found: list[Token] = []
    words = tuple(token.word for token in tokens)
    place = 0
    while place < len(tokens):
        for phrase, meant in begins.get(words[place], ()):
            if words[place : place + len(phrase)] == phrase:
                found += (Token(word=word, is_first=tokens[place].is_first and not index) for index, word in enumerate(meant))
                place += len(phrase)
                break
        else:
            found.append(tokens[place])
            place += 1
    return found


def _tokens(text: str) -> Iterator[tuple[str, str, str]]:
    for match in _TOKEN.finditer(text):
        if match[3] is None:
            yield match[1] or "", match[2] or "", match[4] or ""
