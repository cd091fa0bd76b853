"""The words of a report language, from `lexicons/<language>.yaml`: what may be said freely, and what a word claims."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path

import yaml

_FOLDER = Path(__file__).parent / "lexicons"
_WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")
_SHORTEST_STEM, _SHORTEST_BEFORE_LONG_SUFFIX, _LONG_SUFFIX = 3, 4, 3
_ROUNDS = 2
_PLAIN = {0x2019: "'", 0x2010: "-", 0x2011: "-"}


@dataclass(frozen=True)
class Lexicon:
    """One language; the stems it has found are remembered."""

    suffixes: tuple[str, ...]
    irregular: Mapping[str, str]
    words: Mapping[str, frozenset[str]]
    states: Mapping[str, str]
    """Word -> the state it claims."""
    phrases: Mapping[tuple[str, str], str]
    """Two words -> the state they claim."""
    cues: Mapping[str, frozenset[str]]
    rewrites: Mapping[tuple[str, ...], tuple[str, ...]] = field(default_factory=dict)
    """Phrase -> the words it is read as."""
    _stems: dict[str, str] = field(default_factory=dict)

    @cached_property
    def unproven(self) -> frozenset[str]:
        """Free words, and those that are judged by the facts instead of by texts."""
        groups = ("negations", "majority", "superlative", "most", "group_words", "proper")
        return self.free.union(self.states, *(self.words[group] for group in groups))

    @cached_property
    def watched(self) -> frozenset[str]:
        """Words that may be wrong where they stand, however free they are."""
        groups = ("forbidden", "majority", "superlative", "most", "periods", "linking", "judging", "as verb", "comparing")
        return frozenset().union(*(self.words[group] for group in groups))

    @cached_property
    def cue_words(self) -> frozenset[str]:
        """Words that introduce a figure."""
        return frozenset().union(*self.cues.values())

    def stem(self, word: str) -> str:
        """What the forms of a word share."""
        found = self._stems.get(word)
        if found is None:
            found = self._stems[word] = self._stem_of(word)
        return found

    def _stem_of(self, word: str) -> str:
        word = self.irregular.get(word, word).removesuffix("'s")
        for _ in range(_ROUNDS):
            for suffix in self.suffixes:
                shortest = _SHORTEST_BEFORE_LONG_SUFFIX if len(suffix) >= _LONG_SUFFIX else _SHORTEST_STEM
                if word.endswith(suffix) and len(word) - len(suffix) >= shortest:
                    word = word.removesuffix(suffix)
                    break
        if len(word) > _SHORTEST_STEM and word[-1] == word[-2]:
            word = word[:-1]
        return word.removesuffix("e") if len(word) > _SHORTEST_STEM else word

    @cached_property
    def phrase_begins(self) -> frozenset[str]:
        """The first words of phrases that claim a state."""
        return frozenset(first for first, _ in self.phrases)

    @cached_property
    def phrases_from(self) -> Mapping[str, Sequence[tuple[tuple[str, ...], tuple[str, ...]]]]:
        """First word -> the phrases that begin with it, the longest first, and what they are read as."""
        found: dict[str, list[tuple[tuple[str, ...], tuple[str, ...]]]] = {}
        for phrase, meant in sorted(self.rewrites.items(), key=lambda known: -len(known[0])):
            found.setdefault(phrase[0], []).append((phrase, meant))
        return found

    @cached_property
    def free(self) -> frozenset[str]:
        """Words that need no proof of their own."""
        own = self.words
        return own["linking"] | own["reporting"] | own["periods"]

    def stems_of(self, text: str) -> frozenset[str]:
        """The stems of every word of a text, and the words that are written with a hyphen as a whole."""
        found = _WORD.findall(straight(text))
        parts = (part for word in found for part in word.split("-") if part)
        return frozenset((*map(self.stem, parts), *(word for word in found if "-" in word)))


def straight(text: str) -> str:
    """In small letters, with plain apostrophes and hyphens."""
    return text.lower() if text.isascii() else text.casefold().translate(_PLAIN)


@lru_cache(maxsize=8)
def load_lexicon(language: str = "en") -> Lexicon:
    """The words of a shipped language."""
    content = yaml.load((_FOLDER / f"{language}.yaml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506 -- texts only: `on` and `no` are words here
    words = {name: frozenset(listed) for name, listed in content.items() if isinstance(listed, list) and name != "suffixes"}
    return Lexicon(
        suffixes=tuple(content["suffixes"]),
        irregular=content["irregular"],
        words=words,
        states={word: state for state, listed in content["states"].items() for word in listed},
        phrases={
            (first, second): state
            for state, listed in content["state_phrases"].items()
            for first, second in (phrase.split() for phrase in listed)
        },
        cues={name: frozenset(listed) for name, listed in content["cues"].items()},
        rewrites={tuple(phrase.split()): tuple(meant.split()) for meant, listed in content["rewrites"].items() for phrase in listed},
    )
