"""How far a figure reaches: what it is a rate, a total, a part or a change of, and whether the sentence says more than that.

A rate, a total since ever, the whole of a share and the side of a change are said by few words beside a figure that is
right by itself, so these words are judged here and not with the others in wording.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from volt_assets.work_reports.models import Fact
from volt_assets.work_reports.report.claims import Claims
from volt_assets.work_reports.report.clauses import Clause, ReadSentence, Token

_FIGURES = frozenset(("hours", "count", "percent", "days", "change", "progress", "money"))
_TIMES = frozenset(("hours", "percent"))
_NAMED = frozenset(("item", "project", "name"))
_PER_DAY = "changes of work per day"
_BASES = {"share of the time on items": "items", "share done": "parts"}
"""Aspect of a percent -> what it is a share of; of all time where it is not named here."""
_PRONOUNS = frozenset(("which", "that", "those", "these", "it", "its", "them"))
_OF_SIDES = {"time on items": "items", "time on other work": "other", "time in meetings": "meetings", "tracked": "all"}


def reach_objection(sentence: ReadSentence, claims: Claims) -> str | None:
    """The first figure of which the sentence says more than its fact does."""
    for clause in sentence.clauses:
        around = sentence.groups[clause.group][0]
        found = _rate(clause, around, claims) or _total(clause, around, claims) or _since(clause, around, claims)
        found = found or _counts_meetings(clause, claims)
        if found:
            return found
    return _whole(sentence, claims) or _change(sentence, claims)


def base_of(fact: Fact) -> str:
    """What a percent is a share of: `all` (the time of the report), `items` (the time on items), `parts` (of a feature)."""
    return _BASES.get(fact.aspect, "all")


def _of_kinds(facts: Sequence[str], kinds: frozenset[str], claims: Claims) -> list[Fact]:
    return [claims.facts[fact] for fact in facts if claims.facts[fact].kind in kinds]


def _rate(clause: Clause, around: Sequence[str], claims: Claims) -> str | None:
    """`per person`, `a week`, `each`: only changes of work have a rate."""
    words, known = clause.words, claims.lexicon.words
    said = next((word for word in words if word in known["rates"]), None)
    for word, after in pairwise(words):
        if word in known["rate articles"] and after in known["rate units"]:
            said = said or f"{word} {after}"
    figures = _of_kinds(around, _FIGURES, claims)
    if said is None or not figures:
        return None
    own = _of_kinds(clause.facts, _FIGURES, claims) or figures
    is_rate = all(fact.aspect == _PER_DAY for fact in own) and "day" in words
    return None if is_rate else f"'{said}' makes a rate of {{{own[0].id}}}"


def _total(clause: Clause, around: Sequence[str], claims: Claims) -> str | None:
    """`in total` beside the time of something: the report knows the time of its period and its people alone."""
    in_period = any(word in claims.lexicon.words["periods"] for word in clause.words)
    is_sum = _has(clause.words, claims, "in total") or (_has(clause.words, claims, "to date") and not in_period)
    parts = [fact for fact in _of_kinds(clause.facts or around, frozenset(("hours",)), claims) if _subjects(fact, claims)]
    return f"{{{parts[0].id}}} is no total" if is_sum and parts else None


def _since(clause: Clause, around: Sequence[str], claims: Claims) -> str | None:
    """`since {d1}` beside hours: they are those of the period."""
    own = _of_kinds(clause.facts, _TIMES, claims)
    words = clause.words
    is_ahead = words[:1] == ("since",) and not any(claims.facts[fact].kind == "item" for fact in clause.facts)
    is_loose = clause.tokens[-1].word == "since"
    hours = own or (_of_kinds(around, _TIMES, claims) if is_ahead or is_loose else [])
    is_said = "since" in words or _has(words, claims, "from then on")
    return f"{{{hours[0].id}}} is of the period, not since a day" if is_said and hours else None


def _counts_meetings(clause: Clause, claims: Claims) -> str | None:
    """`{n4} had meetings`: how much had one is no fact."""
    counts = _of_kinds(clause.facts, frozenset(("count",)), claims)
    told = any("meetings" in claims.facts[fact].aspect for fact in clause.facts)
    if not counts or told or not any(word in claims.lexicon.cues["meetings"] for word in clause.words):
        return None
    return f"{{{counts[0].id}}} counts {counts[0].aspect}, not meetings"


def _whole(sentence: ReadSentence, claims: Claims) -> str | None:
    """What figures are said to be parts of."""
    before: Fact | None = None
    for clause in sentence.clauses:
        group = [each for each in sentence.clauses if each.group == clause.group]
        for place, token in enumerate(clause.tokens):
            if token.word == "of":
                of = clause.tokens[:place]
                own = claims.facts[of[-1].fact] if of and of[-1].fact else None
                parts = [own] if own else _shares(clause.facts or sentence.groups[clause.group][0], claims) if not of else []
                base = _said_base(clause.tokens[place + 1 :], before, claims)
                found = next(filter(None, (_wrong_base(part, base) for part in parts)), None)
                if found:
                    return found
            elif token.fact and claims.facts[token.fact].kind == "hours":
                before = claims.facts[token.fact]
        found = _narrower(clause, group, claims)
        if found:
            return found
    return None


def _shares(facts: Sequence[str], claims: Claims) -> list[Fact]:
    return _of_kinds(facts, frozenset(("percent",)), claims)


def _wrong_base(part: Fact, base: str | None) -> str | None:
    if part.kind == "percent":
        wanted = base_of(part)
        is_own = base == wanted or (wanted == "parts" and base in part.about)
        return None if is_own else f"{{{part.id}}} is no share of what the sentence names"
    if part.kind != "hours" or base == "itself":
        return None
    sides = {"all", *([_OF_SIDES[part.aspect]] if part.aspect in _OF_SIDES else [])} - ({"all"} if "team" in part.aspect else set())
    is_own = base is not None and (base in sides or base in part.about)
    return None if is_own else f"{{{part.id}}} is no part of what the sentence names"


def _said_base(after: Sequence[Token], before: Fact | None, claims: Claims) -> str | None:
    """What stands after `of`: a side of the time, the id of a fact that it belongs to, `itself` for work, else None."""
    known = claims.lexicon.words
    taken: list[str] = []
    for place, token in enumerate(after):
        if token.fact:
            if taken and (taken[0] in _PRONOUNS or taken[-1] in known["whole time"] - {"total"}):
                break  # `of the time ({h2})`, `of which {h2}`
            return _base_by_fact(claims.facts[token.fact], after[place + 1 : place + 2], claims)
        if token.word not in known["in a whole"]:
            break
        taken.append(token.word)
    return _base_by_words(taken, before, claims) if taken else None


def _base_by_fact(fact: Fact, following: Sequence[Token], claims: Claims) -> str | None:
    if fact.kind == "person":
        is_time = following and following[0].word in claims.lexicon.words["whole time"]
        return "all" if is_time and fact.id == claims.person else fact.id
    if fact.kind == "hours" and not set(fact.about) - {claims.person}:
        return _OF_SIDES.get(fact.aspect)
    return fact.id


def _base_by_words(taken: Sequence[str], before: Fact | None, claims: Claims) -> str | None:
    known, cues, said = claims.lexicon.words, claims.lexicon.cues, set(taken)
    found: str | None = "itself" if said & {"work", "effort"} else "parts"
    if said & known["whole time"]:
        found = "items" if said & cues["items"] else None if taken[-1] in known["narrowing"] else "all"
    if taken[0] in _PRONOUNS and before is not None:
        is_of_feature = taken[0] in ("its", "it") and before.aspect not in _OF_SIDES
        found = "parts" if is_of_feature else _OF_SIDES.get(before.aspect)
    if "other" in said:
        found = "other"
    return "meetings" if said & cues["meetings"] else found


def _narrower(clause: Clause, group: Sequence[Clause], claims: Claims) -> str | None:
    """A share of the time on items has to be called so, and a share of all time not."""
    for fact in _shares(clause.facts, claims):
        said = {word for each in group for word in each.words}
        says_items = bool(said & claims.lexicon.cues["items"]) and bool(said & claims.lexicon.words["whole time"])
        if base_of(fact) == "items" and not says_items:
            return f"{{{fact.id}}} is a share of the time on items, which the sentence does not say"
        if fact.aspect == "share" and said & claims.lexicon.cues["items"]:
            return f"{{{fact.id}}} is a share of all time, not of that on items"
    return None


def _change(sentence: ReadSentence, claims: Claims) -> str | None:
    """A change is that of all time: nothing else may be beside it; without it nothing is compared."""
    figures = _of_kinds(sentence.facts, _FIGURES, claims)
    changes = [fact for fact in figures if fact.kind == "change"]
    words = [word for clause in sentence.clauses for word in clause.words]
    if not changes:
        pairs = zip(["", *words], words, strict=False)
        compared = [
            word for before, word in pairs if word in claims.lexicon.words["versus"] and before not in claims.lexicon.words["booked"]
        ]
        return f"'{compared[0]}' compares, and no change is a fact of the sentence" if compared and figures else None
    others = [fact for fact in figures if fact.kind != "change" and (fact.aspect != "tracked" or set(fact.about) - {claims.person})]
    named = _of_kinds(sentence.facts, _NAMED, claims)
    sides = [word for side in ("items", "other", "meetings", "longest day") for word in words if word in claims.lexicon.cues[side]]
    is_of_all = len(figures) > len(changes) or bool(claims.lexicon.words["whole time"].intersection(words)) or "tracked" in words
    if others or named or sides or not is_of_all:
        return f"{{{changes[0].id}}} is the change of all time"
    return None


def _subjects(fact: Fact, claims: Claims) -> list[str]:
    return [each for each in fact.about if claims.facts[each].kind in _NAMED]


def _has(words: Sequence[str], claims: Claims, group: str) -> bool:
    return next(phrases_in(words, claims, group), None) is not None


def phrases_in(words: Sequence[str], claims: Claims, group: str) -> Iterator[tuple[int, str]]:
    """Where phrases of a group of the lexicon stand."""
    for phrase in claims.lexicon.words[group]:
        parts = tuple(phrase.split())
        for place in range(len(words) - len(parts) + 1):
            if tuple(words[place : place + len(parts)]) == parts:
                yield place, phrase
