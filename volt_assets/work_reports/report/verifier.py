"""Whether a sentence of a model may stand: every figure a fact, every fact said of what it belongs to, every word proven.

A sentence holds placeholders and words. Objections are for the model, which gets one chance to write it again; an empty
list means that the sentence may be published. What is proven is what the facts and the item's own texts say: a doubt is
an objection. Rules about single words stand in wording.py, about figures in relations.py.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from volt_assets.work_reports.report.claims import Claims
from volt_assets.work_reports.report.clauses import Clause, ReadSentence, read_sentence
from volt_assets.work_reports.report.relations import figure_objection
from volt_assets.work_reports.report.wording import state_objection, word_objection

LONGEST_SENTENCE = 500


@dataclass
class Scope:
    """Which items, people and other subjects the clause at hand is about."""

    items: tuple[str, ...] = ()
    """Those the clause says something of: its own, elements of a list before it, or the last ones named."""
    own_items: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    """Its own, or the last ones named in its group."""
    own_people: tuple[str, ...] = ()
    """Its own, those of a list that goes on after it included."""
    speaker: str | None = None
    """Who is said to have said or written what follows."""
    group_facts: tuple[str, ...] = ()
    """Every placeholder of the group of clauses."""
    group_words: tuple[str, ...] = ()
    """Every word of it."""
    group_people: tuple[str, ...] = ()
    """Everybody named in it."""
    subjects: tuple[str, ...] = ()
    """Items, projects and other names so far in the sentence, in their order."""


@dataclass
class _State:
    items: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    pending: tuple[str, ...] = ()
    pending_people: tuple[str, ...] = ()
    subjects: list[str] = field(default_factory=list)
    speaker: str | None = None
    listed: Clause | None = None
    """The last clause that said something, when a list may still go on after it."""


def objections(section: str, text: str, claims: Claims) -> list[str]:
    """Why the sentence may not stand in the section; empty when it may."""
    sentence = read_sentence(text, claims.lexicon)
    found = _of_form(section, text, sentence, claims)
    if found:
        return found
    implied = claims.section_items.get(section)
    state = _State(items=(implied,) if implied else (), subjects=[implied] if implied else [])
    group = None
    for position, clause in enumerate(sentence.clauses):
        if clause.group != group:
            group, state.pending, state.pending_people, state.listed, state.speaker = clause.group, (), (), None, None
        if objection := _of_clause(position, clause, sentence, state, claims):
            return [objection]
    return []


def _of_form(section: str, text: str, sentence: ReadSentence, claims: Claims) -> list[str]:
    if len(text) > LONGEST_SENTENCE:
        return [f"it is longer than {LONGEST_SENTENCE} characters"]
    if sentence.strange is not None:
        return [f"it has {sentence.strange}; figures and names are placeholders, prose has no markup"]
    unknown = [fact for fact in sentence.facts if fact not in claims.facts]
    if unknown:
        return [f"there is no fact {{{unknown[0]}}}"]
    own = claims.section_items.get(section)
    if own is None and not sentence.facts:
        return ["it names no fact"]
    if own is not None:
        near = {own, *claims.items[own].parents} | {item for item, known in claims.items.items() if own in known.parents}
        foreign = [fact for fact in sentence.facts if claims.facts[fact].kind == "item" and fact not in near]
        if foreign:
            return [f"{{{foreign[0]}}} is another item than the section's"]
    return []


def _of_clause(position: int, clause: Clause, sentence: ReadSentence, state: _State, claims: Claims) -> str | None:
    kinds = {fact: claims.facts[fact].kind for fact in clause.facts}
    own_items = tuple(fact for fact in clause.facts if kinds[fact] == "item")
    own_people = tuple(fact for fact in clause.facts if kinds[fact] == "person")
    if own_people and any(word in claims.lexicon.words["saying"] for word in clause.words):
        state.speaker = own_people[0]
    group_facts = tuple(fact for other in sentence.clauses if other.group == clause.group for fact in other.facts)
    scope = Scope(
        items=(*state.pending, *own_items) or state.items,
        own_items=own_items,
        people=own_people or state.people,
        own_people=(*own_people, *_further_people(position, sentence, claims)) if own_people else (),
        speaker=state.speaker,
        group_facts=group_facts,
        group_words=tuple(word for other in sentence.clauses if other.group == clause.group for word in other.words),
        group_people=tuple(fact for fact in group_facts if claims.facts[fact].kind == "person"),
        subjects=tuple(state.subjects),
    )
    found = _unrelated(clause, scope, state, claims) or figure_objection(clause, scope, claims)
    if not clause.is_bare:
        found = found or word_objection(clause, scope, claims)
        if scope.items or not _is_followed_by_list(position, sentence, claims):
            found = found or state_objection(clause, scope.items, claims)
    elif own_items and state.listed is not None:
        # The list goes on after what was said of its first elements.
        last = not any(not later.is_bare for later in sentence.clauses[position + 1 :] if later.group == clause.group)
        if last or _says_first(state.listed, claims):
            found = found or state_objection(state.listed, own_items, claims, goes_on=True)
    _remember(clause, scope, state, claims)
    return found


def _further_people(position: int, sentence: ReadSentence, claims: Claims) -> tuple[str, ...]:
    """People of a list that begins in the clause: `by {p1} and {p2}`."""
    found: list[str] = []
    for clause in sentence.clauses[position + 1 :]:
        if clause.group != sentence.clauses[position].group or not clause.is_bare:
            break
        if any(claims.facts[fact].kind != "person" for fact in clause.facts):
            break
        found += clause.facts
    return tuple(found)


def _remember(clause: Clause, scope: Scope, state: _State, claims: Claims) -> None:
    if clause.is_bare:
        state.pending = (*state.pending, *scope.own_items)
        state.pending_people = (*state.pending_people, *scope.own_people) if not scope.own_items else ()
    else:
        state.pending, state.pending_people, state.listed = (), (), clause
    if scope.own_items:
        state.items = scope.items
    if scope.own_people:
        state.people = scope.own_people
    state.subjects += [fact for fact in clause.facts if claims.facts[fact].kind in ("item", "project", "name")]


def _says_first(clause: Clause, claims: Claims) -> bool:
    """Whether what is claimed stands before the item: `finished {i1}`, so that further items may follow."""
    claimed = [position for position, token in enumerate(clause.tokens) if token.word in claims.lexicon.states]
    items = [position for position, token in enumerate(clause.tokens) if token.fact and claims.facts[token.fact].kind == "item"]
    return bool(claimed) and (not items or claimed[0] < items[0])


def _is_followed_by_list(position: int, sentence: ReadSentence, claims: Claims) -> bool:
    """Whether the items that the clause speaks of come after it: `Finished: {i1} and {i2}`."""
    after = sentence.clauses[position + 1 : position + 2]
    return bool(after) and after[0].is_bare and any(claims.facts[fact].kind == "item" for fact in after[0].facts)


def _unrelated(clause: Clause, scope: Scope, state: _State, claims: Claims) -> str | None:
    """A person and an item, an item and a project, an item and a feature that have nothing to do with each other."""
    people = (*state.pending_people, *scope.own_people) or (state.people if scope.own_items else ())
    items = scope.own_items or (scope.items if scope.own_people else ())
    said = any(word in claims.lexicon.words["saying"] for word in clause.words)
    for item in items:
        known = claims.items.get(item)
        if known is None:
            return f"nothing is known of {{{item}}}"
        for person in people:
            if person not in (known.said if said else known.people):
                return f"{{{person}}} has no time on {{{item}}}"
    for fact in clause.facts:
        subject = claims.facts[fact]
        if subject.kind == "project":
            foreign = [item for item in scope.own_items if fact not in claims.items[item].projects]
            if foreign:
                return f"{{{foreign[0]}}} is not of {{{fact}}}"
        if subject.kind in ("project", "name") and fact in claims.people_of:
            strangers = [person for person in people if person not in claims.people_of[fact]]
            if strangers:
                return f"{{{strangers[0]}}} has no time on {{{fact}}}"
    return _wrong_part(clause, scope, claims)


def _wrong_part(clause: Clause, scope: Scope, claims: Claims) -> str | None:
    if not any(word in claims.lexicon.words["part_of"] for word in clause.words):
        return None
    whole = scope.own_items[-1:]
    parts = scope.own_items[:-1] or tuple(item for item in scope.subjects[:1] if item in claims.items)
    if not whole:
        return None
    wrong = [part for part in parts if whole[0] not in claims.items[part].parents]
    if wrong or not parts:
        return f"{{{(wrong or whole)[0]}}} is no part of {{{whole[0]}}}"
    return None
