"""Who writes the sentences of a report: the protocol, and the writer that needs no model.

Figures, tables and links never come from a writer; the templates take them from the facts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from volt_assets.work_reports.models import Prose, Sentence
from volt_assets.work_reports.report.fact_models import PersonFacts
from volt_assets.work_reports.report.fact_table import FactBook, numbered
from volt_assets.work_reports.report.person_prose import person_sections
from volt_assets.work_reports.report.person_table import PersonTable
from volt_assets.work_reports.report.team_models import TeamFacts, TogglFacts
from volt_assets.work_reports.report.team_prose import team_sections, toggl_sections
from volt_assets.work_reports.report.team_table import TeamTable


class Writer(Protocol):
    """Facts in, the sections of one report out; every section of the deterministic writer is there and not empty."""

    async def person(self, facts: PersonFacts) -> Prose:
        """The prose of an individual report."""
        ...

    async def team(self, facts: TeamFacts) -> Prose:
        """The prose of the team summary."""
        ...

    async def toggl(self, facts: TogglFacts) -> Prose:
        """The prose of the Toggl summary."""
        ...


class DeterministicWriter:
    """Writes the same sentences for the same facts, every time. `note`: why it and not a model that is configured."""

    def __init__(self, note: str = "") -> None:
        """Ready to write."""
        self._note = note

    async def person(self, facts: PersonFacts) -> Prose:
        """The prose of an individual report."""
        table = PersonTable(facts)
        return written(person_sections(table), table.book, note=self._note)

    async def team(self, facts: TeamFacts) -> Prose:
        """The prose of the team summary."""
        table = TeamTable(facts)
        return written(team_sections(table, facts), table.book, note=self._note)

    async def toggl(self, facts: TogglFacts) -> Prose:
        """The prose of the Toggl summary."""
        table = TeamTable(facts)
        return written(toggl_sections(table, facts), table.book, note=self._note)


def written(sections: Mapping[str, Sequence[Sentence]], book: FactBook, **more: Any) -> Prose:
    """The prose of a report; `more` are what a model cost and left out."""
    return Prose(sections=numbered(sections), table=book.table, **more)
