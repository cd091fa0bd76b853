"""What a sentence carries over: a claim from one item to the next, a type, a place, a whole, an activity to an item.

The words are few and true of something; whether they are true of the item beside them no fact tells, or one does.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from volt_assets.work_reports.models import Fact
from volt_assets.work_reports.report.claims import Claims
from volt_assets.work_reports.report.clauses import Clause, ReadSentence
from volt_assets.work_reports.report.reach import phrases_in

if TYPE_CHECKING:
    from volt_assets.work_reports.report.verifier import Scope

_OF_ONE = frozenset(("hours", "percent", "days", "date", "change", "progress", "state"))
_DATE_CUES = {"started": "started on", "finished": "finished on", "planned end": "planned end", "commented": "commented on"}


def carried_objection(sentence: ReadSentence, claims: Claims) -> str | None:
    """What is said of one item and carried to another one, or from one day to another."""
    for clause in sentence.clauses:
        if objection := _by_words(clause, claims):
            return objection
    for before, clause in pairwise(sentence.clauses):
        if objection := _loose_item(before, clause, sentence, claims) or _shared_date(before, clause, claims):
            return objection
    return _of_list(sentence, claims)


def kind_objection(clause: Clause, scope: Scope, claims: Claims) -> str | None:
    """A type that the item has not, a place it is in, a whole it is said to have, an activity it is said to be of."""
    return _other_type(clause, scope, claims) or _place(clause, claims) or _contained(clause, scope, claims) or _joined(clause, claims)


def _by_words(clause: Clause, claims: Claims) -> str | None:
    """`so was {i2}`, `the same goes for {i2}`, `{i2} as well`: only `as well as` goes on with a list that is checked."""
    items = [fact for fact in clause.facts if claims.facts[fact].kind in ("item", "project", "name")]
    words = clause.words
    for place, phrase in phrases_in(words, claims, "carrying"):
        if items or place == 0:
            return f"'{phrase}' carries a claim to something else"
    wells = [place for place, pair in enumerate(pairwise(words)) if pair == ("as", "well")]
    if any(words[place + 2 : place + 3] != ("as",) for place in wells):
        return "'as well' carries a claim to something else"
    return None


def _loose_item(before: Clause, clause: Clause, sentence: ReadSentence, claims: Claims) -> str | None:
    """A part of a sentence of its own that only names items: what was said before would be read of them."""
    group = [each for each in sentence.clauses if each.group == clause.group]
    items = [fact for fact in clause.facts if claims.facts[fact].kind == "item"]
    has_figure = any(claims.facts[fact].kind in _OF_ONE for fact in clause.facts)
    if before.group != clause.group and items and not has_figure and all(each.is_bare for each in group):
        return f"nothing is said of {{{items[0]}}}"
    return None


def _shared_date(before: Clause, clause: Clause, claims: Claims) -> str | None:
    """`{i5} was started and finished on {d8}`: the day has to be that of both."""
    dates = [claims.facts[fact] for fact in clause.facts if claims.facts[fact].kind == "date"]
    named = any(claims.facts[fact].kind == "item" for fact in clause.facts)
    if before.group != clause.group or not dates or named or any(claims.facts[fact].kind == "date" for fact in before.facts):
        return None
    cues = claims.lexicon.cues
    said = {cue for cue in _DATE_CUES if any(word in cues[cue] for word in before.words)}
    if any(claims.facts[fact].kind in ("percent", "progress") for fact in before.facts):
        said.discard("finished")  # `{i1} is {r2} done and due on {d3}`
    wrong = [cue for cue in said if not _same_day(dates[0], dates[0].about, _DATE_CUES[cue], claims)]
    return f"{{{dates[0].id}}} is not the day it was {_DATE_CUES[wrong[0]]}" if wrong else None


def _same_day(date: Fact, items: tuple[str, ...], aspect: str, claims: Claims) -> bool:
    """Whether each of the items has such a day, and it is this one."""
    return bool(items) and all(
        any(
            fact.kind == "date" and fact.aspect == aspect and fact.about == (item,) and fact.value == date.value
            for fact in claims.facts.values()
        )
        for item in items
    )


def _of_list(sentence: ReadSentence, claims: Claims) -> str | None:
    """A figure of one item in a sentence part that lists several: `{i1} and {i2} were finished on {d2}`, `{h1} on {i1} and {i2}`."""
    for number, clause in enumerate(sentence.clauses):
        if not clause.is_bare or any(claims.facts[fact].kind in _OF_ONE for fact in clause.facts):
            continue
        items = [fact for fact in clause.facts if claims.facts[fact].kind == "item"]
        group = [each for each in sentence.clauses if each.group == clause.group]
        later = [each for each in sentence.clauses[number + 1 :] if each.group == clause.group and not each.is_bare]
        earlier = [each for each in sentence.clauses[:number] if each.group == clause.group and not each.is_bare]
        # What follows is said of a list that stands before it, what is said before of one that ends the part.
        said = later[:1] if later else earlier[-1:]
        respectively = any("respectively" in each.words for each in group)
        for fact in (claims.facts[each] for part in said for each in part.facts):
            if not items or respectively or fact.kind not in ("date", "days", "hours", "percent"):
                continue
            if not _is_of_all(fact, items, claims) and not _has_own(part_of=group, items=items, kind=fact.kind, claims=claims):
                return f"{{{fact.id}}} is not of {{{items[0]}}}"
    return None


def _is_of_all(fact: Fact, items: list[str], claims: Claims) -> bool:
    if fact.kind == "date":
        return _same_day(fact, tuple(items), fact.aspect, claims)
    return not fact.about or set(items) <= set(fact.about) or not any(claims.facts[each].kind == "item" for each in fact.about)


def _has_own(*, part_of: list[Clause], items: list[str], kind: str, claims: Claims) -> bool:
    """Whether as many figures as items stand there, so that each may have its own: `{i1} and {i2} took {h1} and {h2}`."""
    facts = [claims.facts[fact] for clause in part_of for fact in clause.facts]
    own = {item for fact in facts if fact.kind == kind for item in fact.about}
    return set(items) <= own


def _other_type(clause: Clause, scope: Scope, claims: Claims) -> str | None:
    """`{i7} is a bug`, `the feature {i1}`: the item's own type, or a word of its texts where nothing is said to be one."""
    known = claims.lexicon.words
    others = any(claims.facts[fact].kind in ("name", "project", "count") for fact in clause.facts)
    items = scope.own_items or (() if others else scope.items)
    words = clause.words
    for place, word in enumerate(words):
        if word not in known["kinds"] or not items:
            continue
        before = [each for each in words[max(0, place - 3) : place] if each not in known["linking"] - known["determiners"]]
        is_said = any(each in known["to be"] for each in before) and bool(before) and before[-1] in known["to be"] | known["determiners"]
        if not is_said and word in known["generic kinds"]:
            continue
        for item in items:
            if not _is_kind(word, item, claims) and (is_said or claims.lexicon.stem(word) not in claims.words_of(item, scope.speaker)):
                return f"'{word}' is not what {{{item}}} is"
    return None


def _is_kind(word: str, item: str, claims: Claims) -> bool:
    named = (claims.facts[item].item or ("", ""))[0].rpartition("/")[2]
    return claims.lexicon.stem(word) in claims.lexicon.stems_of(named)


def _place(clause: Clause, claims: Claims) -> str | None:
    """`{i1} is in production`: said of the whole item, though its texts have the word of something."""
    for place, phrase in phrases_in(clause.words, claims, "places"):
        before = clause.words[max(0, place - 1) : place]
        if not before or before[0] in claims.lexicon.words["moved"]:
            return f"'{phrase}' is said of the item"
    return None


def _contained(clause: Clause, scope: Scope, claims: Claims) -> str | None:
    """`{i1} includes {i3}`: only the other way round is a fact."""
    kinds = ("item", "name", "project")
    for place, token in enumerate(clause.tokens):
        if token.word not in claims.lexicon.words["containing"]:
            continue
        before = [each.fact for each in clause.tokens[:place] if each.fact and claims.facts[each.fact].kind in kinds]
        after = [each.fact for each in clause.tokens[place + 1 :] if each.fact and claims.facts[each.fact].kind in kinds]
        # `{n2} were finished, including {i1}` counts it; `{i1} was finished, including {i2}` makes a whole of the first.
        is_counted = any(claims.facts[fact].kind == "count" for fact in scope.group_facts)
        goes_on = place == 0 and bool(scope.subjects) and not is_counted
        is_pronoun = place > 0 and bool(scope.items) and clause.tokens[0].word in claims.lexicon.words["linking"]
        if after and (before or goes_on or is_pronoun):
            return f"'{token.word}' makes a part of {{{after[0]}}}"
    return None


def _joined(clause: Clause, claims: Claims) -> str | None:
    """`{x2} was for {i3}`, `{i1} was done in {x2}`: an activity names no item and no project."""
    facts = [claims.facts[fact] for fact in clause.facts]
    items = [fact for fact in facts if fact.kind in ("item", "project")]
    for name in (fact for fact in facts if fact.kind == "name"):
        for item in items:
            is_type = name.aspect == "type of items" and item.kind == "item" and item.item is not None and item.item[0] == name.value
            if not is_type:
                return f"nothing tells that {{{name.id}}} belongs to {{{item.id}}}"
    return None
