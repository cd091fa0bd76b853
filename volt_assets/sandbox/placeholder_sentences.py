"""Answers to questions whose facts have ids: sentences with placeholders, as a model writes that does what it is asked.

Such a question has `facts` (id -> `17.7 h, time of i1`), `items` with `figures` of the same form, and `sections`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_FACT = re.compile(r"(?P<text>.*), (?P<aspect>[a-z ]+?)(?: of (?P<about>[a-z]+\d+(?: and [a-z]+\d+)*))?", re.DOTALL)
_MOST_NAMED = 2


@dataclass(frozen=True)
class _Fact:
    id: str
    aspect: str
    about: tuple[str, ...]


def has_placeholders(asked: Mapping[str, Any]) -> bool:
    """Whether the question gives its facts by id."""
    return isinstance(asked.get("items"), dict) and isinstance(asked.get("facts"), dict) and isinstance(asked.get("sections"), list)


def placeholder_sentences(asked: Mapping[str, Any]) -> list[dict[str, Any]]:
    """`[{"section": …, "text": …, "facts": […]}]`, at least one sentence for every section that the facts say something of."""
    facts = list(_facts(asked["facts"]))
    items = {name: list(_facts(item.get("figures", {}))) for name, item in asked["items"].items()}
    found = []
    for section in asked["sections"]:
        item = section.removeprefix("item:")
        texts = _of_item(items[item]) if item in items else _of_report(section, facts, [fact for each in items.values() for fact in each])
        found += [{"section": section, "text": text, "facts": re.findall(r"\{(\w+)\}", text)} for text in texts]
    return found


def _facts(told: Any) -> Iterator[_Fact]:
    for name, text in told.items() if isinstance(told, dict) else ():
        if match := _FACT.fullmatch(str(text)):
            yield _Fact(name, match["aspect"], tuple((match["about"] or "").split(" and ")) if match["about"] else ())


def _of_item(figures: list[_Fact]) -> list[str]:
    texts = [f"It took {{{fact.id}}}." for fact in figures if fact.aspect == "time"]
    texts += [f"It was finished on {{{fact.id}}}." for fact in figures if fact.aspect == "finished on"]
    return texts[:_MOST_NAMED]


def _of_report(section: str, facts: list[_Fact], figures: list[_Fact]) -> list[str]:
    timed = [fact for fact in (*figures, *facts) if fact.aspect == "time" and fact.about]
    whole = {fact.aspect: fact.id for fact in facts if not fact.about}
    finished = [fact for fact in (*figures, *facts) if fact.aspect == "finished on"]
    if "deliverable" in section or "accomplish" in section:
        texts = [f"{{{fact.about[0]}}} was finished on {{{fact.id}}}." for fact in finished]
        return texts[:_MOST_NAMED] or ["No items were finished."]
    if "focus" in section:
        return _took([fact for fact in timed if fact.about[0].startswith("j")]) or _whole(whole)
    if "patterns" in section or "allocation" in section:
        meetings = [f"Meetings took {{{whole[aspect]}}}." for aspect in ("time in meetings",) if aspect in whole]
        other = [f"Other activities took {{{whole[aspect]}}}." for aspect in ("time on other work",) if aspect in whole]
        return (meetings or other) + _took([fact for fact in timed if fact.about[0].startswith("x")][:1])
    return [*_whole(whole), *_took(timed)]


def _took(timed: list[_Fact]) -> list[str]:
    return [f"{{{fact.about[0]}}} took {{{fact.id}}}." for fact in timed[:_MOST_NAMED]]


def _whole(whole: Mapping[str, str]) -> list[str]:
    return [f"{{{whole['tracked']}}} were tracked."] if "tracked" in whole else []
