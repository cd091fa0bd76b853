"""What single words of a sentence claim: states, comparisons, and everything that has to stand in an item's own texts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from volt_assets.work_reports.models import Fact
from volt_assets.work_reports.report.claims import Claims, ItemClaims
from volt_assets.work_reports.report.clauses import Clause, Token
from volt_assets.work_reports.report.quoting import stands_alike

if TYPE_CHECKING:
    from volt_assets.work_reports.report.verifier import Scope

_NEGATION_REACH = 3
_BEFORE: Mapping[str, tuple[str, str | None]] = {"since": ("date", "started on"), "over": ("count", "days with time")}
"""Word -> kind and aspect of the figure right after it, beside which it compares nothing."""
_OF_PEOPLE = frozenset(("led", "leads", "leading", "dominated", "dominates", "top", "peak", "peaked"))
"""Said of work they mean the most time; said of a person they judge."""


def word_objection(clause: Clause, scope: Scope, claims: Claims) -> str | None:
    """The first word that neither the closed vocabulary nor the texts of the clause's items allow."""
    phrases = {place for position, _ in _phrases(clause.words, claims) for place in (position, position + 1)}
    for position, token in enumerate(token for token in clause.tokens if token.word):
        if _is_cue(token.word, clause, scope, claims) or _is_before_hours(token, clause, claims) or _is_both(token, clause, scope, claims):
            continue
        is_watched = token.word in claims.lexicon.watched or token.is_capital
        found = (_of_people(token, clause, scope, claims) or _closed_word(token, clause, scope, claims)) if is_watched else None
        is_free = position in phrases or token.word in claims.lexicon.unproven
        if found is None and not is_free and not _is_written(token.word, scope, claims):
            found = f"'{token.word}' stands neither in the texts of the item nor in the vocabulary of reports"
        if found is not None:
            return found
    return None


def _of_people(token: Token, clause: Clause, scope: Scope, claims: Claims) -> str | None:
    """Why a word may not be said of people: a report ranks nobody and judges nobody's effort."""
    word, words = token.word, claims.lexicon.words
    # Who said something is not whom it is said of.
    named = {each for each in scope.own_people if each != scope.speaker}
    is_about_people = bool(named) or any(each in words["people words"] for each in clause.words)
    if word in words["judging"] and is_about_people:
        return f"'{word}' judges people"
    if word in words["as verb"] and scope.own_people and not _follows_person(token, clause, claims):
        return f"'{word}' judges people"
    compares = word in words["comparing"] or any(word in words[group] for group in ("superlative", "most", "majority"))
    if compares and scope.own_people and (claims.person is None or set(scope.group_people) - {claims.person}):
        return f"'{word}' compares people"
    return None


def _follows_person(token: Token, clause: Clause, claims: Claims) -> bool:
    """Whether the word says what somebody did: `{p1} focused on {i1}`, `{p1} and {p2} contributed to {i1}`."""
    place = clause.tokens.index(token)
    before = [each for each in clause.tokens[:place] if each.word not in claims.lexicon.words["clause_words"]]
    return bool(before) and bool(before[-1].fact) and claims.facts[before[-1].fact].kind == "person"


def _closed_word(token: Token, clause: Clause, scope: Scope, claims: Claims) -> str | None:
    """Why a word that the lexicon keeps an eye on may not stand here."""
    word, words = token.word, claims.lexicon.words
    if word in claims.names and token.is_capital:
        return f"'{word}' is a name; people are named by placeholder"
    if word not in words["linking"] and stands_alike(token, clause, _texts(scope, claims), claims.lexicon):
        return None
    if word in words["forbidden"]:
        return f"'{word}' is a figure, a date or a comparison in words"
    if word in words["majority"] or word in words["superlative"] or word in words["most"]:
        return _comparison(word, clause, scope, claims)
    if word in words["periods"] and word != claims.noun and not _is_day(word, clause, claims):
        return f"the report is about a {claims.noun}, not a {word}"
    return _loose_end(token, clause, scope, claims)


def _loose_end(token: Token, clause: Clause, scope: Scope, claims: Claims) -> str | None:
    """A joining word that ends a part of a sentence, besides `worked on`."""
    is_last = token.word in claims.lexicon.words["linking"] and token is clause.tokens[-1]
    is_worked_on = tuple(each.word for each in clause.tokens[-2:]) == ("worked", "on")
    if is_last and not is_worked_on and not _is_written(token.word, scope, claims):
        return f"the sentence ends with '{token.word}', as no text does"
    return None


def _is_before_hours(token: Token, clause: Clause, claims: Claims) -> bool:
    """`after {h4}`, `another {h4}`: the time that was needed, no comparison; `since {d1}`: it goes on."""
    if token.word not in claims.lexicon.words["before_hours"] and token.word not in _BEFORE:
        return False
    place = next(index for index, each in enumerate(clause.tokens) if each is token)
    after = clause.tokens[place + 1 : place + 2]
    if token.word == "over" and place and clause.tokens[place - 1].word in claims.lexicon.words["linking"]:
        return False  # `on over {n4}`
    wanted = _BEFORE.get(token.word, ("hours", None))
    fact = claims.facts[after[0].fact] if after and after[0].fact else None
    return fact is not None and fact.kind == wanted[0] and wanted[1] in (None, fact.aspect)


def _is_both(token: Token, clause: Clause, scope: Scope, claims: Claims) -> bool:
    """`both {i1} and {i2}`, `{i1} and {i2} are both`: exactly two items, none of them between."""
    items = [fact for fact in dict.fromkeys(scope.group_facts) if claims.facts[fact].kind == "item"]
    own = [fact for fact in clause.facts if fact in items]
    has_figure = any(claims.facts[fact].kind not in ("item", "person", "date") for fact in scope.group_facts)
    if has_figure or token.word != "both" or len(items) != 2:  # noqa: PLR2004 -- what `both` says
        return False
    place = next(index for index, each in enumerate(clause.tokens) if each is token)
    before = [each.fact for each in clause.tokens[:place] if each.fact in items]
    return not own or (not before and own == items[:1]) or (own == items[1:] == before)


def _texts(scope: Scope, claims: Claims) -> list[tuple[str, ...]]:
    """For each item the texts to take words from: all, or what the one who is named said."""
    found = [claims.items.get(item) for item in scope.items]
    return [() if item is None else item.texts if scope.speaker is None else item.said.get(scope.speaker, ()) for item in found]


def state_objection(clause: Clause, items: Sequence[str], claims: Claims, *, goes_on: bool = False) -> str | None:
    """The first state word that the facts of the items contradict, and every negation that negates no state.

    `goes_on`: the items are elements of a list after the clause, so what the clause counts does not speak for them.
    """
    words = clause.words
    negated = [position for position, word in enumerate(words) if word in claims.lexicon.words["negations"]]
    none = _none_of_all(clause, claims)
    if none is not None:
        return none or None
    if negated and (denied := _denied(clause, claims)) is not None:
        return f"'{words[negated[0]]}' denies {denied}"
    used: set[int] = set()
    for position, state in _states(words, claims):
        before = [each for each in negated if 0 < position - each <= _NEGATION_REACH]
        used.update(before)
        to_be = _is_to_be(position, words)
        if to_be and state != "finished":
            objection: str | None = f"'to {words[position]}' tells what is to come"
        elif len(before) + to_be > 1:
            objection = "it negates twice"
        else:
            objection = _wrong_state(state, clause, items, claims, is_negated=to_be or bool(before), counts=not goes_on)
        if objection:
            return objection
    if left := [words[each] for each in negated if each not in used]:
        return f"'{left[0]}' denies something that the facts do not say"
    return None


def _denied(clause: Clause, claims: Claims) -> str | None:
    """What a negation in the clause would deny besides a state: a figure, or that somebody said something."""
    kinds = {claims.facts[fact].kind for fact in clause.facts}
    if kinds & {"progress", "count", "percent"}:
        return "a figure"
    speaks = "person" in kinds and any(word in claims.lexicon.words["saying"] for word in clause.words)
    return "what somebody said" if speaks else None


def _is_to_be(position: int, words: Sequence[str]) -> bool:
    """`to complete`, `to be completed`: it is not yet."""
    before = words[max(0, position - 2) : position]
    return before[-1:] == ("to",) or before == ("to", "be")


def _none_of_all(clause: Clause, claims: Claims) -> str | None:
    """`no items are overdue`: the objection when there are some, "" when there is none, None when this is not said."""
    words = set(clause.words)
    stated = {claims.lexicon.states[word] for word in words if word in claims.lexicon.states}
    if clause.facts or len(stated) != 1 or not words & {"no", "none"} or not words & {"item", "items"}:
        return None
    free = claims.lexicon.free | {"no", "none"} | {word for word, state in claims.lexicon.states.items() if state in stated}
    counts = [fact for fact in claims.facts.values() if fact.aspect == f"items {next(iter(stated))}" and set(fact.about) <= {claims.person}]
    if not words <= free or len(counts) != 1 or counts[0].value != 0:
        return "'none' is not what the facts show"
    return ""


def _wrong_state(state: str, clause: Clause, items: Sequence[str], claims: Claims, *, is_negated: bool, counts: bool) -> str | None:
    facts = [claims.facts[fact] for fact in clause.facts]
    if counts and not is_negated and any(_is_counted(state, fact) for fact in facts):
        return None
    if any(fact.kind in ("project", "name") for fact in facts) and not any(fact.kind == "item" for fact in facts):
        return f"a state ({state}) is said of something that has none"
    if not items:
        return f"a state ({state}) is said of no item"
    in_period = any(word in claims.lexicon.words["periods"] for word in clause.words)
    for item in items:
        found = claims.items.get(item)
        holds = _holds(state, found, in_period=in_period) if found is not None else None
        if holds is None or holds == is_negated:
            return f"{{{item}}} is {'' if is_negated else 'not '}{state} by its facts"
    return None


def _is_counted(state: str, fact: Fact) -> bool:
    """Whether a figure of the clause is the one the state is said of: `{n2} were finished`, `{g1} done`."""
    if state == "finished" and (fact.kind == "progress" or fact.aspect == "share done"):
        return True
    return fact.kind == "count" and fact.aspect in (f"items {state}", state)


def _holds(state: str, item: ItemClaims, *, in_period: bool) -> bool | None:
    """Whether the item is in the state; None when nothing tells."""
    named = item.state.casefold()
    if item.phase is None or (item.phase == "unknown" and state not in ("overdue", "in review", "blocked", "canceled")):
        return None
    found = {
        "finished": item.finished_in_period if in_period else item.phase == "done",
        "unfinished": item.phase != "done",
        "started": item.started_in_period if in_period else item.has_started,
        "not started": item.phase == "not started",
        "in progress": item.phase == "in progress",
        "in review": "review" in named,
        "continued": True if item.phase == "in progress" or item.started_before else None,
        "blocked": any(word in named for word in ("block", "hold", "wait", "paus")),
        "overdue": item.overdue_days > 0,
        "late": item.overdue_days > 0 or (item.days_late is not None and item.days_late > 0),
        "early": item.days_late is not None and item.days_late < 0,
        "on time": item.days_late == 0,
        "canceled": any(word in named for word in ("cancel", "abandon", "drop", "reject", "postpone", "defer")),
        "reopened": None,
    }
    return found.get(state)


def _comparison(word: str, clause: Clause, scope: Scope, claims: Claims) -> str | None:
    """`most of`, `mainly`: over half of the time; `largest`, `the most`: the first by time; else not allowed."""
    words = clause.words
    if word in claims.lexicon.words["superlative"] and any(claims.facts[fact].aspect.endswith("longest day") for fact in clause.facts):
        return None
    after = words[words.index(word) + 1 : words.index(word) + 2]
    subjects = [fact for fact in clause.facts if claims.seconds_of(fact) is not None] or list(scope.items)
    named = [fact for fact in dict.fromkeys(scope.group_facts) if claims.seconds_of(fact) is not None]
    if scope.own_people and (word in _OF_PEOPLE or claims.person is None):
        return f"'{word}' judges or compares people"
    if word in claims.lexicon.words["superlative"] or (word in claims.lexicon.words["most"] and after != ("of",)):
        if len(subjects) == 1 and claims.is_first(subjects[0]):
            return None
        return f"'{word}' is not what the facts show"
    reference = "time on items" if any(each in claims.lexicon.cues["items"] for each in words) else "tracked"
    seconds = sum(claims.seconds_of(fact) or 0 for fact in named)
    if len({claims.facts[fact].kind for fact in named}) == 1 and 2 * seconds > claims.total_seconds(reference):
        return None
    return f"'{word}' is not what the facts show"


def _is_written(word: str, scope: Scope, claims: Claims) -> bool:
    """Whether the word stands in the texts of every item, or in what the one who is named said of it.

    A word with a hyphen stands there so, or consists of words that are free or stand there.
    """
    texts = [claims.words_of(item, scope.speaker) for item in scope.items]
    if "-" not in word:
        stem = claims.lexicon.stem(word)
        return bool(texts) and all(stem in text for text in texts)
    if texts and all(word in text for text in texts):
        return True
    closed = claims.lexicon.words["forbidden"] | claims.lexicon.words["negations"] | frozenset(claims.lexicon.states) | claims.names
    return all(part not in closed and (part in claims.lexicon.free or _is_written(part, scope, claims)) for part in word.split("-"))


def _is_cue(word: str, clause: Clause, scope: Scope, claims: Claims) -> bool:
    """Whether a fact of the clause is said with this word: `+2.1 h against the week before`."""
    if word not in claims.lexicon.cue_words:
        return False
    aspects = {claims.facts[fact].aspect for fact in clause.facts or scope.group_facts}
    return any(word in claims.lexicon.cues.get(aspect, ()) for aspect in aspects)


def _is_day(word: str, clause: Clause, claims: Claims) -> bool:
    return word == "day" and any("day" in claims.facts[fact].aspect for fact in clause.facts)


def _phrases(words: Sequence[str], claims: Claims) -> Iterator[tuple[int, str]]:
    begins = claims.lexicon.phrase_begins
    for position in range(len(words) - 1):
        if words[position] not in begins:
            continue
        state = claims.lexicon.phrases.get((words[position], words[position + 1]))
        after = words[position + 2 : position + 3]
        if state is not None and not (after and after[0] in claims.lexicon.words["plan_nouns"]):
            yield position, state


def _states(words: Sequence[str], claims: Claims) -> Iterator[tuple[int, str]]:
    phrases = dict(_phrases(words, claims))
    for position, word in enumerate(words):
        if position in phrases:
            yield position, phrases[position]
        elif position - 1 not in phrases and word in claims.lexicon.states:
            yield position, claims.lexicon.states[word]
