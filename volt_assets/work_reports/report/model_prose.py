"""The writer that asks a model: one call per report, its answer believed sentence by sentence.

What the model leaves out, gets wrong or cannot deliver is written by the deterministic writer, section by section. Figures,
tables and links are never taken from a model.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from volt_assets.errors import CircuitOpenError, RetryableError, UnexpectedAnswerError
from volt_assets.settings import Settings
from volt_assets.work_reports.models import Prose
from volt_assets.work_reports.report.briefing import figures_in, names_in, person_brief, team_brief, toggl_brief
from volt_assets.work_reports.report.fact_models import PersonFacts
from volt_assets.work_reports.report.model_answer import believed, read_answer
from volt_assets.work_reports.report.model_client import ModelClient
from volt_assets.work_reports.report.person_prose import item_section, person_sections
from volt_assets.work_reports.report.prompts import Prompt, load_prompts
from volt_assets.work_reports.report.prose import DeterministicWriter, Writer
from volt_assets.work_reports.report.stored_answers import StoredAnswers
from volt_assets.work_reports.report.team_models import TeamFacts, TogglFacts
from volt_assets.work_reports.report.team_prose import team_sections, toggl_sections

# What a section takes in an answer, generously; a longer answer would be cut off in the middle.
_TOKENS_OF_GENERAL_SECTIONS = 250
_TOKENS_PER_ITEM = 60


class ModelWriter:
    """Writes with a model. Rejected tokens and used-up quotas are raised; every other failure falls back."""

    def __init__(
        self,
        client: ModelClient,
        prompts: Mapping[str, Prompt],
        *,
        max_output_tokens: int,
        answers: StoredAnswers | None = None,
    ) -> None:
        """Keep the client and the prompts of `load_prompts`; an answer has room for `max_output_tokens`.

        With `answers` the same question is asked once: an answer that was of use is kept and taken again.
        """
        self._client = client
        self._answers = answers
        self._prompts = prompts
        self._items_asked = max(0, (max_output_tokens - _TOKENS_OF_GENERAL_SECTIONS) // _TOKENS_PER_ITEM)

    async def person(self, facts: PersonFacts) -> Prose:
        """The prose of an individual report; asked about are the enriched items with the most time that an answer has room for."""
        own = person_sections(facts)
        told = [item_section(item) for item in facts.items if item.status == "enriched" and item.form == "full"]
        silent = {item_section(item) for item in facts.items} - set(told[: self._items_asked])
        return await self._write("individual", str(facts.scene.period), person_brief(facts), own, silent)

    async def team(self, facts: TeamFacts) -> Prose:
        """The prose of the team summary."""
        return await self._write("team_summary", str(facts.scene.period), team_brief(facts), team_sections(facts), set())

    async def toggl(self, facts: TogglFacts) -> Prose:
        """The prose of the Toggl summary."""
        return await self._write("toggl_summary", str(facts.scene.period), toggl_brief(facts), toggl_sections(facts), set())

    async def _write(self, name: str, period: str, brief: dict[str, Any], own: dict[str, str], silent: set[str]) -> Prose:
        asked = [section for section in own if section not in silent]
        general = [section for section in asked if not section.startswith("item:")]
        system = self._prompts[name].filled(period=period, sections=", ".join(general))
        user = json.dumps({"sections": asked, "facts": brief}, ensure_ascii=False)
        stored = self._answers.get(system, user) if self._answers is not None else None
        try:
            answer = stored or await self._client.complete(system=system, user=user)
        except (RetryableError, UnexpectedAnswerError, CircuitOpenError) as error:
            # The report is whole without the model; the footer says that it was written so, and why.
            return Prose(sections=own, fallback_sections=tuple(asked), failure=str(error))
        figures, names = figures_in(brief), names_in(brief)
        texts = {section: believed(text, figures, names) for section, text in read_answer(answer.text, asked).items()}
        if self._answers is not None and stored is None and any(texts.values()):
            self._answers.keep(system, user, answer)
        return Prose(
            written_by=answer.model if any(texts.values()) else None,
            sections={section: texts.get(section) or text for section, text in own.items()},
            fallback_sections=tuple(section for section in asked if not texts.get(section)),
            input_tokens=answer.input_tokens or 0,
            output_tokens=answer.output_tokens or 0,
        )


def make_writer(client: ModelClient | None, settings: Settings, environ: Mapping[str, str], answers: StoredAnswers | None = None) -> Writer:
    """The writer for this run. Prompts are checked either way, so that a broken one shows before any download.

    Raises SettingsError for a broken prompt file.
    """
    prompts = load_prompts(environ)
    if client is None:
        return DeterministicWriter()
    return ModelWriter(client, prompts, max_output_tokens=settings.llm.max_output_tokens, answers=answers)
