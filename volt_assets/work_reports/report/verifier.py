"""Whether a sentence of a model may stand: every figure a fact, every fact said of what it belongs to, every word proven.

A sentence holds placeholders and words. Objections are for the model, which gets one chance to write it again; an empty
list means that the sentence may be published. What is proven is what the facts and the item's own texts say: a doubt is
an objection. Rules about single words stand in wording.py, about figures in relations.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from volt_assets.work_reports.report.carrying import carried_objection, kind_objection
from volt_assets.work_reports.report.claims import Claims
from volt_assets.work_reports.report.clauses import Clause, ReadSentence, Token, read_sentence
from volt_assets.work_reports.report.reach import reach_objection
from volt_assets.work_reports.report.relations import figure_objection, respective_pairs
from volt_assets.work_reports.report.section_terms import section_objection
from volt_assets.work_reports.report.wording import state_objection, word_objection

LONGEST_SENTENCE = 500
_HELPERS = frozenset(("is", "are", "was", "were", "has", "have", "had", "been", "being", "now", "got"))


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
    pairs: Mapping[str, str] = field(default_factory=dict)
    """Figure -> what it is of, where `respectively` says so."""
    subjects: tuple[str, ...] = ()
    """Items, projects and other names so far in the sentence, in their order."""


@dataclass
class _State:
    items: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    pending: tuple[str, ...] = ()
    without_figure: tuple[str, ...] = ()
    """Those of the pending items that no time was said of."""
    pending_people: tuple[str, ...] = ()
    subjects: list[str] = field(default_factory=list)
    speaker: str | None = None
    frame: str | None = None
    """The project that a part without a figure named first: `Within {j1}, {i2} took {h3}`."""
    listed: Clause | None = None
    """The last clause that said something, when a list may still go on after it."""


def objections(section: str, text: str, claims: Claims) -> list[str]:
    """Why the sentence may not stand in the section; empty when it may."""
    sentence = _with_speaker_first(read_sentence(text, claims.lexicon))
    found = _of_form(section, text, sentence, claims)
    if found:
        return found
    implied = claims.section_items.get(section)
    further = reach_objection(sentence, claims) or carried_objection(sentence, claims) or section_objection(section, sentence, claims)
    if further:
        return [further]
    state = _State(items=(implied,) if implied else (), subjects=[implied] if implied else [])
    group = None
    for position, clause in enumerate(sentence.clauses):
        if clause.group != group:
            group, state.pending, state.without_figure, state.pending_people = clause.group, (), (), ()
            state.listed, state.speaker, state.frame = None, None, None
        if objection := _of_clause(position, clause, sentence, state, claims):
            return [objection]
    return []


def _with_speaker_first(sentence: ReadSentence) -> ReadSentence:
    """`The rest waits, according to {p2}`: who said it, before everything that is said."""
    if len(sentence.clauses) < 2 or sentence.clauses[-1].words != ("noted", "by"):  # noqa: PLR2004 -- it and what was said
        return sentence
    *said, speaker = sentence.clauses
    clauses: list[Clause] = []
    for clause in said:
        if not clauses or clauses[-1].group != clause.group:
            clauses.append(replace(speaker, group=clause.group))
        clauses.append(clause)
    return replace(sentence, clauses=tuple(clauses))


def _of_form(section: str, text: str, sentence: ReadSentence, claims: Claims) -> list[str]:
    if len(text) > LONGEST_SENTENCE:
        return [f"it is longer than {LONGEST_SENTENCE} characters"]
    if sentence.strange is not None:
        return [f"it has {sentence.strange}; figures and names are placeholders, prose has no markup"]
    unknown = [fact for fact in sentence.facts if fact not in claims.facts]
    if unknown:
        return [f"there is no fact {{{unknown[0]}}}"]
    own = claims.section_items.get(section)
    if own is None and not sentence.facts and not _is_of_all(sentence):
        return ["it names no fact"]
    if own is not None:
        near = claims.near(own)
        foreign = [fact for fact in sentence.facts if claims.facts[fact].kind == "item" and fact not in near]
        if foreign:
            return [f"{{{foreign[0]}}} is another item than the section's"]
    return []


def _is_of_all(sentence: ReadSentence) -> bool:
    """`No items are overdue.`: what is said of all is said of no fact."""
    return len(sentence.clauses) == 1 and bool({"no", "none"} & set(sentence.clauses[0].words))


def _of_clause(position: int, clause: Clause, sentence: ReadSentence, state: _State, claims: Claims) -> str | None:
    kinds = {fact: claims.facts[fact].kind for fact in clause.facts}
    own_items = tuple(fact for fact in clause.facts if kinds[fact] == "item")
    own_people = tuple(fact for fact in clause.facts if kinds[fact] == "person")
    if own_people and any(word in claims.lexicon.words["saying"] for word in clause.words):
        state.speaker = own_people[0]
    group_facts, group_words = sentence.groups[clause.group]
    pairs = respective_pairs(group_facts, claims)
    if pairs is None and "respectively" in group_words:
        return "'respectively' does not lead from each to its own figure"
    scope = Scope(
        items=(*state.pending, *own_items) or state.items,
        own_items=own_items,
        people=own_people or state.people,
        own_people=(*own_people, *_further_people(position, sentence, claims)) if own_people else (),
        speaker=state.speaker,
        group_facts=group_facts,
        group_words=group_words,
        pairs=pairs or {},
        group_people=tuple(fact for fact in group_facts if claims.facts[fact].kind == "person"),
        subjects=tuple(state.subjects),
    )
    found = kind_objection(clause, scope, claims) or _unrelated(clause, scope, state, claims)
    found = found or _shared_figure(clause, state, scope, claims) or figure_objection(clause, scope, claims)
    if not clause.is_bare:
        found = found or word_objection(clause, scope, claims) or _invented_deed(clause, claims)
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
        if all(claims.facts[fact].kind in ("item", "person") for fact in clause.facts):
            state.without_figure = (*state.without_figure, *scope.own_items)
        state.pending_people = (*state.pending_people, *scope.own_people) if not scope.own_items else ()
    else:
        state.pending, state.without_figure, state.pending_people, state.listed = (), (), (), clause
    projects = [fact for fact in clause.facts if claims.facts[fact].kind == "project"]
    if len(projects) == 1 and len(clause.facts) == 1 and not clause.is_bare:
        state.frame = projects[0]
    is_aside = bool(clause.words) and clause.tokens[0].word in claims.lexicon.words["part_of"]
    if is_aside and len(clause.facts) == 1:
        return  # `{i1}, part of {i2}, took {h3}`: it goes on about the first
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


def _invented_deed(clause: Clause, claims: Claims) -> str | None:
    """`{i1} was merged`, `{p1} reviewed {i1}`: done to the whole item, though its texts say the word of something in it."""
    tokens = clause.tokens
    for place, token in enumerate(tokens):
        if token.fact not in claims.items:
            continue
        around = tokens[max(0, place - 1) : place] + _said_of(tokens[place + 1 :])
        for deed in around:
            if (
                deed.word
                and deed.word not in claims.lexicon.unproven
                and deed.word not in claims.lexicon.watched | claims.lexicon.cue_words
            ):
                return f"'{deed.word}' is said of all of {{{token.fact}}}"
    return None


def _said_of(after: tuple[Token, ...]) -> tuple[Token, ...]:
    """The word after `is`, `was`, `has been`."""
    helpers = 0
    while helpers < len(after) and after[helpers].word in _HELPERS:
        helpers += 1
    return after[helpers : helpers + 1] if helpers else ()


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
    return _of_other_project(clause, scope, state, claims) or _stranger_at(clause, people, claims) or _wrong_part(clause, scope, claims)


def _of_other_project(clause: Clause, scope: Scope, state: _State, claims: Claims) -> str | None:
    projects = [fact for fact in clause.facts if claims.facts[fact].kind == "project"]
    for project in (*projects, *([state.frame] if state.frame else [])):
        foreign = [item for item in scope.own_items if project not in claims.items[item].projects]
        if foreign:
            return f"{{{foreign[0]}}} is not of {{{project}}}"
    return None


def _stranger_at(clause: Clause, people: tuple[str, ...], claims: Claims) -> str | None:
    """Somebody beside a project or an activity without time on it; in a person's report only that person has time."""
    for fact in clause.facts:
        if claims.facts[fact].kind in ("project", "name") and (fact in claims.people_of or claims.person is not None):
            strangers = [person for person in people if person not in claims.people_of.get(fact, {claims.person})]
            if strangers:
                return f"{{{strangers[0]}}} has no time on {{{fact}}}"
    return None


def _shared_figure(clause: Clause, state: _State, scope: Scope, claims: Claims) -> str | None:
    """A time after a list of items of which it is the last one's alone: `{i1} and {i2} took {h2}`."""
    sums = any(word in claims.lexicon.words["sums"] for word in clause.words)
    if sums and scope.own_items and any(fact in claims.items and fact not in clause.facts for fact in scope.group_facts):
        return "a total is said of one of several items"
    if not state.without_figure or scope.pairs:
        return None
    figures = [fact for fact in clause.facts if claims.facts[fact].kind in ("hours", "percent", "days")]
    alone = [fact for fact in figures if not set(state.without_figure) <= set(claims.facts[fact].about)]
    return f"{{{alone[0]}}} is not of {{{state.without_figure[0]}}}" if alone else None


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
