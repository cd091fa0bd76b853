"""Who writes the sentences of a report: the protocol, and the writer that needs no model.

Figures, tables and links never come from a writer; the templates take them from the facts.
"""

from __future__ import annotations

from typing import Protocol

from volt_assets.work_reports.models import Prose
from volt_assets.work_reports.report.fact_models import PersonFacts
from volt_assets.work_reports.report.person_prose import person_sections
from volt_assets.work_reports.report.team_models import TeamFacts, TogglFacts
from volt_assets.work_reports.report.team_prose import team_sections, toggl_sections


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
    """Writes the same sentences for the same facts, every time."""

    async def person(self, facts: PersonFacts) -> Prose:
        """The prose of an individual report."""
        return Prose(sections=person_sections(facts))

    async def team(self, facts: TeamFacts) -> Prose:
        """The prose of the team summary."""
        return Prose(sections=team_sections(facts))

    async def toggl(self, facts: TogglFacts) -> Prose:
        """The prose of the Toggl summary."""
        return Prose(sections=toggl_sections(facts))
