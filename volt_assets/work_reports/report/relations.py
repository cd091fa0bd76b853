"""Whether the figures of a sentence are said of what they belong to: the right item, person, project, and side of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from volt_assets.work_reports.models import Fact
from volt_assets.work_reports.report.claims import Claims
from volt_assets.work_reports.report.clauses import Clause

if TYPE_CHECKING:
    from volt_assets.work_reports.report.verifier import Scope

_SUBJECTS = frozenset(("item", "project", "name"))
_FIGURES = frozenset(("hours", "count", "percent", "date", "days", "state", "change", "money", "progress"))
# Figures about the whole report: aspect -> the side of the time it shows. The more telling side comes first in _SIDES.
_SIDE_OF = {
    "tracked": "tracked",
    "time on items": "items",
    "share on items": "items",
    "time on other work": "other",
    "share of other work": "other",
    "time in meetings": "meetings",
    "share of meetings": "meetings",
    "time on the longest day": "longest day",
    "change": "change",
}
_SIDES = ("meetings", "longest day", "change", "other", "items", "tracked")
_PLAIN_COUNTS = frozenset(("items worked on", "people with time", "days with time"))
_STATED_COUNTS = {"items finished": "finished", "finished": "finished", "items overdue": "overdue", "items in progress": "in progress"}
_DATES = {"finished on": "finished", "started on": "started", "planned end": "planned end", "commented on": "commented"}
# What has to be said in words beside the figure: aspect -> the words' name in the lexicon.
_CUE_OF = {"overdue by": "overdue", "late by": "late", "early by": "early", "time of the team": "team", "share done": "finished"}
_DATE_CUES = ("planned end", "finished", "started", "commented")


def figure_objection(clause: Clause, scope: Scope, claims: Claims) -> str | None:
    """The first figure of the clause that is not said of what it belongs to."""
    for position, token in enumerate(clause.tokens):
        fact = claims.facts.get(token.fact) if token.fact else None
        if fact is not None and fact.kind in _FIGURES:
            found = (
                _changed_beside(position, fact, clause, claims)
                or _foreign_subject(position, fact, clause, scope, claims)
                or _foreign_people(fact, scope, claims)
            )
            found = found or _wrong_side(position, fact, clause, scope, claims)
            if found:
                return found
    return _team_without_its_time(clause, claims)


def respective_pairs(named: Sequence[str], claims: Claims) -> dict[str, str] | None:
    """Figure -> its subject in `{i1} and {i2} took {h1} and {h2}`; None when the order is another one."""
    facts = [fact for fact in named if claims.facts[fact].kind != "person"]
    subjects = [fact for fact in facts if claims.facts[fact].kind in _SUBJECTS]
    figures = [fact for fact in facts if claims.facts[fact].kind in _FIGURES]
    pairs = dict(zip(figures, subjects, strict=False))
    apart = tuple(facts) in ((*subjects, *figures), (*figures, *subjects))
    fits = (
        apart
        and len(subjects) == len(figures) == len(pairs) > 1
        and all(subject in claims.facts[figure].about for figure, subject in pairs.items())
    )
    return pairs if fits else None


def _changed_beside(position: int, fact: Fact, clause: Clause, claims: Claims) -> str | None:
    """`over {h4}`, `{h4} days`: a word that makes another figure of it."""
    before, after = clause.tokens[max(0, position - 1) : position], clause.tokens[position + 1 : position + 2]
    words = claims.lexicon.words
    if fact.kind not in ("hours", "percent", "days", "progress", "count", "date"):
        return None
    if before and before[0].word in words["approximate"] and fact.kind != "date" and fact.aspect != "days with time":
        return f"'{before[0].word}' makes another figure of {{{fact.id}}}"
    if after and after[0].word in words["units"] and (fact.kind != "count" or fact.aspect == "people with time"):
        return f"'{after[0].word}' makes another figure of {{{fact.id}}}"
    return None


def _foreign_subject(position: int, fact: Fact, clause: Clause, scope: Scope, claims: Claims) -> str | None:
    about = [subject for subject in fact.about if claims.facts[subject].kind in _SUBJECTS]
    if not about:
        named = [each for each in clause.facts if claims.facts[each].kind in _SUBJECTS]
        return f"{{{fact.id}}} is about the whole report, not about {{{named[0]}}}" if named else None
    nearest = scope.pairs.get(fact.id) or _nearest_subject(position, clause, scope, claims)
    if nearest in about:
        return None
    return f"{{{fact.id}}} belongs to {{{about[0]}}}, not to {f'{{{nearest}}}' if nearest else 'what the sentence names'}"


def _nearest_subject(position: int, clause: Clause, scope: Scope, claims: Claims) -> str | None:
    """The last subject before the figure in its clause, else the first one after it, else the last one named before."""
    places = [(place, token.fact) for place, token in enumerate(clause.tokens) if token.fact and claims.facts[token.fact].kind in _SUBJECTS]
    before = [fact for place, fact in places if place < position]
    after = [fact for place, fact in places if place > position]
    if before or after:
        return before[-1] if before else after[0]
    # `With {h4}, {i1} took the most time`: only so a figure stands before the part that names what it is of.
    is_ahead = clause.words == ("with",)
    later = [fact for fact in scope.group_facts if is_ahead and claims.facts[fact].kind in _SUBJECTS]
    return scope.subjects[-1] if scope.subjects else later[0] if later else None


def _foreign_people(fact: Fact, scope: Scope, claims: Claims) -> str | None:
    about = {subject for subject in fact.about if claims.facts[subject].kind == "person"}
    named = set(scope.group_people) - {claims.person}
    own = set(scope.own_people or scope.people)
    if fact.kind not in ("hours", "count", "percent", "change"):
        return None
    if claims.person is not None:
        # A report about one person: nobody else has a figure in it.
        is_foreign = bool(own - {claims.person})
    elif len(about) == 1:
        is_foreign = (own or named) != about and (bool(named) or fact.aspect != "time")
    else:
        is_foreign = bool(named) and named != about
    whose = " and ".join(f"{{{person}}}" for person in sorted(about)) or "the whole report"
    return f"{{{fact.id}}} is of {whose}" if is_foreign else None


def _wrong_side(position: int, fact: Fact, clause: Clause, scope: Scope, claims: Claims) -> str | None:
    if fact.kind == "date":
        return _wrong_date(position, fact, clause, scope, claims)
    if fact.kind == "count":
        return _wrong_count(position, fact, clause, claims)
    side = _SIDE_OF.get(fact.aspect)
    if fact.aspect in _CUE_OF:
        is_said = _has_cue(fact, clause, scope, claims)
    elif side is None and (fact.about or fact.kind == "state"):
        is_said = True
    else:
        is_said = side is not None and side == _side_said(fact, clause, scope, claims)
    return None if is_said else f"{{{fact.id}}} is {fact.aspect}, which the sentence does not say"


def _has_cue(fact: Fact, clause: Clause, scope: Scope, claims: Claims) -> bool:
    wanted = claims.lexicon.cues[_CUE_OF[fact.aspect]]
    if fact.aspect == "overdue by" and all(claims.items[item].days_late is None for item in fact.about if item in claims.items):
        wanted |= claims.lexicon.cues["late"]  # not finished yet: late by the same days
    told = [claims.facts[each] for each in clause.facts]
    if fact.aspect == "share done" and any(each.kind == "progress" and each.about == fact.about for each in told):
        return True
    words = scope.group_words if clause.is_bare else clause.words  # of a list: `delays on {i1} ({t1}) and {i2} ({t2})`
    return any(word in wanted for word in words)


def _side_said(fact: Fact, clause: Clause, scope: Scope, claims: Claims) -> str | None:
    """Which side of the time a figure without a subject is said of: by the words of its clause, else by those of the group."""
    cues = claims.lexicon.cues
    own = [side for side in _SIDES if any(word in cues[side] for word in clause.words)]
    sums = claims.lexicon.words["sums"] | {"tracked"} if fact.kind == "percent" else claims.lexicon.words["sums"]
    if own == ["tracked"] and all(word in sums for word in clause.words if word in cues["tracked"]):
        own = []  # `{r1} of the total time`, `for a total of {h1}`: what it is a part or a sum of
    is_longest = any(word in cues["longest day"] for word in scope.group_words)
    if is_longest and set(own) <= {"tracked", "longest day"}:
        return "longest day"
    if own:
        return own[0]
    around = [side for side in _SIDES if any(word in cues[side] for word in scope.group_words)]
    # `tracked` and `total` say nothing against a narrower side.
    narrow = [side for side in around if side != "tracked"] or around
    return narrow[0] if len(narrow) == 1 else None


def _wrong_count(position: int, fact: Fact, clause: Clause, claims: Claims) -> str | None:
    stated = {claims.lexicon.states[word] for word in clause.words if word in claims.lexicon.states}
    if fact.aspect == "changes of work":
        return None if any(word in claims.lexicon.cues["switches"] for word in clause.words) else f"{{{fact.id}}} counts changes of work"
    if fact.aspect == "changes of work per day":
        per_day = "day" in clause.words and any(word in claims.lexicon.cues["switches"] for word in clause.words)
        return None if per_day else f"{{{fact.id}}} counts changes of work per day"
    wanted = _STATED_COUNTS.get(fact.aspect)
    if wanted is None:
        switched = any(word in claims.lexicon.cues["switches"] for word in clause.words)
        plain = fact.aspect in _PLAIN_COUNTS and not stated and not switched and not _is_exchanged(position, fact, clause, claims)
        return None if plain else f"{{{fact.id}}} counts {fact.aspect}, which the sentence does not say"
    negated = any(word in claims.lexicon.words["negations"] for word in clause.words)
    return None if stated == {wanted} and not negated else f"{{{fact.id}}} counts {fact.aspect}, which the sentence does not say"


def _is_exchanged(place: int, fact: Fact, clause: Clause, claims: Claims) -> bool:
    """Whether a number of items does something, or something is done to a number of people."""
    after, before = clause.tokens[place + 1 : place + 2], clause.tokens[max(0, place - 1) : place]
    if fact.aspect == "people with time":
        return bool(before) and before[0].word in claims.lexicon.words["onto"]
    return bool(after) and after[0].word in claims.lexicon.words["active"]


def _wrong_date(position: int, fact: Fact, clause: Clause, scope: Scope, claims: Claims) -> str | None:
    cues = claims.lexicon.cues
    if fact.aspect == "longest day":
        said = any(word in cues["longest day"] for word in clause.words)
        return None if said else f"{{{fact.id}}} is the longest day, which the sentence does not say"
    wanted = _DATES.get(fact.aspect)
    dates = [each for each in scope.group_facts if claims.facts[each].kind == "date"]
    # `it was finished early, on {d2}`: the day after the comma is of what was said before it.
    words = scope.group_words if clause.is_bare and len(dates) == 1 else clause.words
    since = _words_since_figure(position, clause)
    groups = {group for group in _DATE_CUES if any(word in cues[group] for word in since)}
    groups = groups or {group for group in _DATE_CUES if any(word in cues[group] for word in words)}
    if since[-1:] == ("since",):
        stated = {claims.lexicon.states[word] for word in clause.words if word in claims.lexicon.states}
        groups = {"started"} if stated <= {"in progress", "in review", "unfinished", "started"} else set()
    if wanted is None or groups != {wanted}:
        return f"{{{fact.id}}} is the day it was {fact.aspect}, which the sentence does not say"
    return None


def _words_since_figure(position: int, clause: Clause) -> tuple[str, ...]:
    """The words between the figure before and this one: `finished {t1} before its planned end of {d2}`."""
    figures = [place for place, token in enumerate(clause.tokens[:position]) if token.fact]
    return tuple(token.word for token in clause.tokens[figures[-1] + 1 if figures else 0 : position])


def _team_without_its_time(clause: Clause, claims: Claims) -> str | None:
    if claims.person is None or not any(word in claims.lexicon.cues["team"] for word in clause.words):
        return None
    hours = [claims.facts[fact] for fact in clause.facts if claims.facts[fact].kind == "hours"]
    return next((f"{{{fact.id}}} is not of the team" for fact in hours if fact.aspect != "time of the team"), None)
