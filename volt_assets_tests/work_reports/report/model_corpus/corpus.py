"""Sentences in the manner of several models about the sandbox's first week: true ones, and lies of kinds that planted_lies.py lacks.

`TUNED` and `HELD_OUT` were written before the vocabulary was read. The first served to improve the verifier while the second only
measured it; then the second served too, and `SECOND` measured; then that. `FRESH` was written before and only measures: nobody looks
at what is refused of it. Who has to, marks it as used and writes another one.

A line is `report | section | sentence`; placeholders are written by what they mean, as in
true_sentences.py, items and people by a part of their name. The lies are patterns for every item of which they are untrue.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from volt_assets.settings import ReportSettings
from volt_assets.work_reports.models import EnrichedData, EnrichedEntities, Fact, TogglAggregated
from volt_assets.work_reports.report.claims import Claims, person_claims, team_claims
from volt_assets.work_reports.report.lexicon import load_lexicon
from volt_assets.work_reports.report.person_facts import person_facts
from volt_assets.work_reports.report.person_table import PersonTable
from volt_assets.work_reports.report.team_facts import team_facts
from volt_assets.work_reports.report.team_table import TeamTable
from volt_assets_tests.work_reports.report.true_sentences import ASPECTS

TUNED, HELD_OUT, SECOND, FRESH = "tuned", "held_out", "second", "fresh"
_MORE_ASPECTS = {"early": ("days", "early by"), "perday": ("count", "changes of work per day")}
_FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Said:
    """One sentence about one report, with the ids of its facts."""

    report: str
    section: str
    text: str
    split: str
    kind: str = "true"


def demo_claims(folder: Path) -> dict[str, Claims]:
    """Report -> what can be proven in it; `folder` is that of a run of the sandbox's first week, made the week after."""
    data = TogglAggregated.model_validate_json((folder / "toggl_aggregated.json").read_bytes())
    items = EnrichedEntities.model_validate_json((folder / "enriched_entities.json").read_bytes())
    combined = EnrichedData.model_validate_json((folder / "enriched_data.json").read_bytes())
    lexicon, settings = load_lexicon(), ReportSettings()
    found = {person.slug: person_claims(PersonTable(person_facts(person, data, items, settings)), lexicon) for person in data.people}
    return {**found, "team": team_claims(TeamTable(team_facts(combined, items, settings)), lexicon)}


def true_sentences(reports: dict[str, Claims], split: str) -> Iterator[Said]:
    for report, section, text in lines_of(f"true_{split}.txt"):
        claims = reports[report]
        yield Said(report, section_of(claims, section), filled(claims, text), split)


def lines_of(name: str) -> Iterator[list[str]]:
    """The parts of each line of a file of this folder."""
    for line in (_FOLDER / name).read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            yield [part.strip() for part in line.split(" | ")]


def section_of(claims: Claims, section: str) -> str:
    """`item:Price alerts` -> the section of that item."""
    kind, _, name = section.partition(":")
    if kind != "item":
        return section
    return next(known for known, item in claims.section_items.items() if name in claims.facts[item].text)


def filled(claims: Claims, text: str) -> str:
    """The sentence with the ids of the facts in it. Fails when a fact is not in the report: the corpus is wrong then."""
    return re.sub(r"\{([^}]+)\}", lambda match: f"{{{_fact(claims, match[1])}}}", text)


def _fact(claims: Claims, meant: str) -> str:
    kind, _, rest = meant.partition(":")
    subjects = [_subject(claims, each, kind).id for each in rest.split("+") if each]
    if kind in ("i", "p", "j", "x"):
        return subjects[0]
    wanted = {**ASPECTS, **_MORE_ASPECTS}[kind]
    if kind == "share" and claims.facts[subjects[0]].aspect == "type of items":
        wanted = ("percent", "share of the time on items")
    found = [fact for fact in claims.facts.values() if (fact.kind, fact.aspect) == wanted and set(subjects) <= set(fact.about)]
    assert found, f"no {meant}"
    return min(found, key=lambda fact: len(fact.about)).id


def _subject(claims: Claims, name: str, kind: str) -> Fact:
    kinds = {"i": ("item",), "p": ("person",), "j": ("project",), "x": ("name",)}.get(kind, ("item", "person", "project", "name"))
    found = [fact for fact in claims.facts.values() if fact.kind in kinds and name in fact.text]
    assert found, f"nothing is called {name}"
    return next((fact for fact in found if fact.text == name), found[0])
