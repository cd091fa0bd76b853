"""The writer that asks a model: a few questions per report, the answers believed sentence by sentence.

The model speaks through the ids of the fact table; figures, names, tables and links are never taken from it. What it leaves
out, gets wrong or cannot deliver is written by the deterministic writer, section by section. Recommendations are never asked
for: an advice cannot be proven.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from volt_assets.settings import Settings
from volt_assets.work_reports.languages.language import gettext
from volt_assets.work_reports.models import Prose, Sentence
from volt_assets.work_reports.report.briefing import Question, hiding, question
from volt_assets.work_reports.report.claims import Claims, person_claims, team_claims
from volt_assets.work_reports.report.fact_models import ItemFacts, PersonFacts
from volt_assets.work_reports.report.fact_table import FactBook, shown
from volt_assets.work_reports.report.ladder import Ladder, NoAnswer
from volt_assets.work_reports.report.lexicon import load_lexicon
from volt_assets.work_reports.report.markdown import Markdown, escape
from volt_assets.work_reports.report.model_answer import Draft, read_answer
from volt_assets.work_reports.report.model_client import ModelClient
from volt_assets.work_reports.report.model_spending import Spending
from volt_assets.work_reports.report.person_prose import item_section, person_sections
from volt_assets.work_reports.report.person_table import PersonTable
from volt_assets.work_reports.report.prompts import Prompts, load_prompts
from volt_assets.work_reports.report.prose import DeterministicWriter, Writer, written
from volt_assets.work_reports.report.question_size import items_per_question
from volt_assets.work_reports.report.stored_answers import StoredAnswer, StoredAnswers
from volt_assets.work_reports.report.team_models import TeamFacts, TogglFacts
from volt_assets.work_reports.report.team_prose import team_sections, toggl_sections
from volt_assets.work_reports.report.team_table import TeamTable
from volt_assets.work_reports.report.verifier import LONGEST_SENTENCE, objections

_MOST_SENTENCES_OF_SECTION, _MOST_OBJECTIONS = 4, 12
_BY_CODE_ALONE = frozenset(("recommendations",))
_LISTS = frozenset(("cross_team_patterns",))
_PLACEHOLDER = re.compile(r"\{([a-z]+[0-9]+)\}")


@dataclass
class _Told:
    """What a model said of one report that may stand, and what it cost."""

    sentences: dict[str, list[Sentence]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    model: str | None = None
    failure: str | None = None
    """Why the last question about this report got no answer, when one did not."""
    input_tokens: int = 0
    output_tokens: int = 0


@dataclass(frozen=True)
class _Subject:
    """One report to be written: its prompt, its claims, and whose report it is for the ledger."""

    prompt: str
    period: str
    subject: str
    claims: Claims
    hide_names: bool
    roster: tuple[str, ...]


class ModelWriter:
    """Writes with a model. Rejected tokens and used-up quotas are raised; every other failure falls back."""

    def __init__(self, ladder: Ladder, prompts: Prompts, settings: Settings, answers: StoredAnswers | None = None) -> None:
        """`answers`: the same question is asked once; an answer that was of use is kept and taken again."""
        self._ladder = ladder
        self._prompts = prompts
        self._answers = answers
        self._hide_names = settings.llm.pseudonyms
        self._batch = items_per_question(settings.llm.max_output_tokens)

    async def person(self, facts: PersonFacts) -> Prose:
        """The prose of an individual report; asked about are the enriched items in full form, in batches."""
        table = PersonTable(facts)
        claims = person_claims(table, load_lexicon())
        subject = self._subject("individual", facts, claims, f"user {facts.user_id}")
        own = person_sections(table)
        items = [item for item in facts.items if item.status == "enriched" and item.form == "full"]
        general = [section for section in own if not section.startswith("item:")] if facts.total.seconds else []
        told = _Told()
        for start in range(0, max(1, len(items)), self._batch):
            batch = items[start : start + self._batch]
            sections = [*(general if start == 0 else []), *(item_section(item) for item in batch)]
            await self._ask(subject, sections, batch, told)
        return self._written(own, table.book, told)

    async def team(self, facts: TeamFacts) -> Prose:
        """The prose of the team summary."""
        table = TeamTable(facts)
        claims = team_claims(table, load_lexicon())
        own = team_sections(table, facts)
        return await self._about_everybody(self._subject("team_summary", facts, claims, "team"), own, table.book)

    async def toggl(self, facts: TogglFacts) -> Prose:
        """The prose of the Toggl summary."""
        table = TeamTable(facts)
        claims = team_claims(table, load_lexicon())
        own = toggl_sections(table, facts)
        return await self._about_everybody(self._subject("toggl_summary", facts, claims, "team"), own, table.book)

    def _subject(self, prompt: str, facts: PersonFacts | TeamFacts | TogglFacts, claims: Claims, subject: str) -> _Subject:
        return _Subject(prompt, str(facts.scene.period), subject, claims, self._hide_names, facts.scene.roster)

    async def _about_everybody(self, subject: _Subject, own: Mapping[str, tuple[Sentence, ...]], book: FactBook) -> Prose:
        told = _Told()
        if any(fact.aspect == "tracked" and fact.value for fact in subject.claims.facts.values()):
            await self._ask(subject, [section for section in own if section not in _BY_CODE_ALONE], [], told)
        return self._written(own, book, told)

    async def _ask(self, subject: _Subject, sections: Sequence[str], items: Sequence[ItemFacts], told: _Told) -> None:
        """One question, and a second one about what of the answer may not stand; both only as far as needed."""
        if not sections:
            return
        told.asked += sections
        hide = hiding(subject.roster, subject.claims.facts) if subject.hide_names else str
        types = [item.name.type for item in items]
        asked = question(subject.claims, sections, items, guides=self._prompts.guides(types), hide=hide)
        general = [name for name in asked.sections if not name.startswith("item:")]
        system = self._prompts.filled(subject.prompt, period=subject.period, sections=", ".join(general), types=types)
        stored = self._answers.get(system, _key(asked)) if self._answers is not None else None
        if stored is not None:
            self._take(stored, read_answer(stored.text, list(asked.sections)), asked, subject, told)
            return
        kept = await self._fresh(system, asked, subject, told)
        if self._answers is not None and kept is not None:
            self._answers.keep(system, _key(asked), kept)

    async def _fresh(self, system: str, asked: Question, subject: _Subject, told: _Told) -> StoredAnswer | None:
        before = (told.input_tokens, told.output_tokens)
        answer = await self._ladder.ask(system, asked, subject=subject.subject)
        if isinstance(answer, NoAnswer):
            told.failure = answer.why or told.failure
            return None
        drafts = read_answer(answer.text, list(asked.sections))
        if not drafts:
            self._ladder.was_unreadable()
        stands, wrong = self._take(answer, drafts, asked, subject, told)
        missing = [name for name, section in asked.sections.items() if not told.sentences.get(section)]
        if missing and self._ladder.repairs:
            after = [{"role": "assistant", "content": answer.text[:8_000]}, {"role": "user", "content": _again(missing, wrong)}]
            second = await self._ladder.ask(system, asked, subject=subject.subject, after=after)
            better: list[Draft] = []
            if not isinstance(second, NoAnswer):
                again = [draft for draft in read_answer(second.text, list(asked.sections)) if draft.section in missing]
                better, _ = self._take(second, again, asked, subject, told)
            self._ladder.repaired(useful=bool(better))
            stands = [*stands, *better]
        if not stands:
            return None
        self._ladder.was_useful()
        text = json.dumps({"sentences": [{"section": each.section, "text": each.text} for each in stands]}, ensure_ascii=False)
        tokens = (told.input_tokens - before[0], told.output_tokens - before[1])
        return StoredAnswer(text=text, model=answer.model, input_tokens=tokens[0], output_tokens=tokens[1])

    def _take(
        self, answer: StoredAnswer | object, drafts: Sequence[Draft], asked: Question, subject: _Subject, told: _Told
    ) -> tuple[list[Draft], list[tuple[Draft, str]]]:
        """Keep what may stand; returns it, and what may not with the reason."""
        stands: list[Draft] = []
        wrong: list[tuple[Draft, str]] = []
        for draft in drafts:
            section = asked.sections[draft.section]
            unknown = [fact for fact in draft.facts if fact not in subject.claims.facts]
            found = [f"there is no fact {{{unknown[0]}}}"] if unknown else objections(section, draft.text, subject.claims)
            if found:
                wrong.append((draft, found[0]))
            elif len(told.sentences.setdefault(section, [])) < _MOST_SENTENCES_OF_SECTION:
                told.sentences[section].append(_sentence(section, draft.text, subject.claims))
                stands.append(draft)
        told.input_tokens += getattr(answer, "input_tokens", None) or 0
        told.output_tokens += getattr(answer, "output_tokens", None) or 0
        if stands:
            told.model = getattr(answer, "model", None)
        return stands, wrong

    def _written(self, own: Mapping[str, tuple[Sentence, ...]], book: FactBook, told: _Told) -> Prose:
        return written(
            {name: told.sentences.get(name) or sentences for name, sentences in own.items()},
            book,
            written_by=told.model,
            fallback_sections=tuple(section for section in told.asked if not told.sentences.get(section)),
            note=self._ladder.note,
            failure=told.failure if told.model is None else None,
            input_tokens=told.input_tokens,
            output_tokens=told.output_tokens,
        )


def make_writer(
    client: ModelClient | None,
    settings: Settings,
    environ: Mapping[str, str],
    answers: StoredAnswers | None = None,
    spending: Spending | None = None,
    note: str = "",
) -> Writer:
    """The writer for this run. Prompts are checked either way, so that a broken one shows before any download.

    `note` says why no model is asked although one is configured.

    Raises SettingsError for a broken prompt file.
    """
    prompts = load_prompts(environ)
    if client is None:
        return DeterministicWriter(note)
    spending = spending or Spending(settings.llm, lambda: datetime.now(UTC))
    return ModelWriter(Ladder(client, spending, timeout_seconds=settings.llm.timeout_seconds), prompts, settings, answers)


def unproven_note(settings: Settings) -> str:
    """Why no model is asked in the language of the reports; nothing where one may be."""
    if settings.reports.is_proven_language:
        return ""
    return gettext("the sentences of a model cannot be checked in this language")


def _sentence(section: str, text: str, claims: Claims) -> Sentence:
    """The sentence as it is published: what the model wrote is escaped, what the facts say is filled in."""
    ids = tuple(dict.fromkeys(_PLACEHOLDER.findall(text)))
    own = claims.section_items.get(section)
    safe = escape(text if text.endswith((".", "!", "?", "…")) else f"{text}.", LONGEST_SENTENCE + 1)
    filled = Markdown(_PLACEHOLDER.sub(lambda match: shown(claims.facts[match[1]]), safe))
    facts = tuple(dict.fromkeys((own, *ids))) if own else ids
    return Sentence(id="", section=section, text=filled, facts=facts, is_bullet=section in _LISTS, by_model=True)


def _key(asked: Question) -> str:
    """What an answer depends on besides the instructions; the boundary is no part of it."""
    return f"{asked.payload}\n{json.dumps(asked.schema, sort_keys=True)}"


def _again(missing: Sequence[str], wrong: Sequence[tuple[Draft, str]]) -> str:
    objected = [f"- {draft.section}: “{draft.text[:200]}”: {why}" for draft, why in wrong if draft.section in missing][:_MOST_OBJECTIONS]
    head = "These sentences cannot be published:\n" + "\n".join(objected) + "\n\n" if objected else "No sentence could be read.\n\n"
    return f"{head}Write the sections {', '.join(missing)} again, in the same form, from the facts alone."
