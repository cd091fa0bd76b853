"""What the sentences of a section have to be about: a true sentence in the wrong section says something untrue by its heading.

Under `Key deliverables` an item is read as finished, under `Cross-team patterns` as shared work, whatever the sentence says.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from volt_assets.work_reports.report.claims import Claims
from volt_assets.work_reports.report.clauses import ReadSentence

_OF_FINISHED = frozenset(("items finished", "finished", "time on finished items"))
_OF_ALL = frozenset(("people with time", "time in meetings", "share of meetings"))
_PATTERNS = frozenset(
    (
        *("days with time", "longest day", "time on the longest day", "time in meetings", "share of meetings"),
        *("changes of work", "changes of work per day", "time on other work", "share of other work", "activity"),
    )
)
_MANY = 2


def section_objection(section: str, sentence: ReadSentence, claims: Claims) -> str | None:
    """Why the sentence is not one of the section; sections without terms take every sentence."""
    terms = _TERMS.get(section)
    return terms(sentence, claims) if terms is not None else None


def _finished(sentence: ReadSentence, claims: Claims) -> str | None:
    """Items that were finished in the period, and the features above them; how many; or that there are none."""
    items = [fact for fact in sentence.facts if claims.facts[fact].kind == "item"]
    finished = [item for item in items if item in claims.items and claims.items[item].finished_in_period]
    above = {parent for item in finished for parent in claims.items[item].parents}
    foreign = [item for item in items if item not in finished and item not in above]
    if foreign:
        return f"{{{foreign[0]}}} was not finished in the period, and the section is about what was"
    counted = not sentence.facts or any(claims.facts[fact].aspect in _OF_FINISHED for fact in sentence.facts)
    return None if finished or counted else "it names nothing that was finished, and the section is about that"


def _of_many(sentence: ReadSentence, claims: Claims) -> str | None:
    """Work of at least two people, named or by the facts, or of everybody."""
    facts = [claims.facts[fact] for fact in sentence.facts]
    people = {fact.id for fact in facts if fact.kind == "person"}
    shared = any(sum(claims.facts[each].kind == "person" for each in fact.about) >= _MANY for fact in facts)
    shared = shared or any(len(claims.items[fact.id].people) >= _MANY for fact in facts if fact.kind == "item" and fact.id in claims.items)
    if len(people) >= _MANY or (shared and len(people) != 1) or any(fact.aspect in _OF_ALL for fact in facts):
        return None
    return "it is about no two people, and the section is about what several did"


def _pattern(sentence: ReadSentence, claims: Claims) -> str | None:
    """How the days went: no item and no project."""
    facts = [claims.facts[fact] for fact in sentence.facts]
    foreign = [fact for fact in facts if fact.kind in ("item", "project")]
    if foreign:
        return f"{{{foreign[0].id}}} is no pattern, and the section is about how the days went"
    return None if any(fact.aspect in _PATTERNS for fact in facts) else "it names no pattern, and the section is about how the days went"


_TERMS: Mapping[str, Callable[[ReadSentence, Claims], str | None]] = {
    "key_deliverables": _finished,
    "key_accomplishments": _finished,
    "cross_team_patterns": _of_many,
    "work_patterns": _pattern,
}
