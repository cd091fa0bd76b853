"""The facts that the sentences of a report rest on, and the sentences themselves, each with the facts it uses."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from volt_assets.work_reports.models.document import Document, Frozen

FactKind = Literal[
    "hours", "count", "percent", "date", "days", "item", "person", "project", "state", "name", "change", "money", "period", "progress"
]


class Fact(Frozen):
    """One figure or name that a sentence may say."""

    id: str
    """Unique in the report, short and stable: `h1`, `i3`, `p2`, `d4`."""
    kind: FactKind
    text: str
    """As it is printed, names from outside included and not escaped yet: `38.6 h`, `91 %`, `9 Oct`, `#7658 Provision …`."""
    value: int | float | str | None = None
    """Hours and changes in seconds, dates as ISO dates, counts, percent and days as numbers, names as text."""
    unit: str = ""
    """Of `value`: s, %, days, or what is counted."""
    label: str
    """What it says: `time of John Doe on #7658`."""
    aspect: str
    """Which side of its subject it shows, e.g. `time`, `time of the team`, `finished on`, `overdue`."""
    about: tuple[str, ...] = ()
    """Facts of kind item, person, project or name that it belongs to; empty: the whole report."""
    entries: tuple[int, ...] = ()
    """Toggl entries it rests on, the first 200."""
    more_entries: int = 0
    """How many more there are."""
    item: tuple[str, str] | None = None
    """Type and public id of the item it is about."""
    person: int | None = None
    """Toggl user id of the person it is about."""
    url: str | None = None


class FactTable(Frozen):
    """The facts of one report, in their order."""

    facts: tuple[Fact, ...] = ()

    def by_id(self) -> dict[str, Fact]:
        """Each fact by its id."""
        return {fact.id: fact for fact in self.facts}


class Sentence(Frozen):
    """One sentence, or one quotation with what introduces it."""

    id: str
    """Unique in the report: `s1`, `s2`, …"""
    section: str
    text: str
    """Markdown-safe, figures and names filled in."""
    facts: tuple[str, ...] = ()
    """Ids of the facts it uses, each once."""
    is_bullet: bool = False
    by_model: bool = False


class Prose(Frozen):
    """The sentences of one report. `written_by`: a model's name, or None for the deterministic writer."""

    written_by: str | None = None
    sections: dict[str, tuple[Sentence, ...]]
    """Section name -> its sentences in order; every section of the report has at least one."""
    table: FactTable = FactTable()
    """Every fact that a sentence uses, and those a writer might have used."""
    fallback_sections: tuple[str, ...] = ()
    """Sections that a model was asked for and that were written without it."""
    note: str = ""
    """Why a model was not asked for all it could have written, e.g. that the budget was used up."""
    failure: str | None = None
    """Why no answer of the model came at all, when one was asked for."""
    input_tokens: int = 0
    output_tokens: int = 0

    def without_table(self) -> Prose:
        """The sentences alone, for a document that has the facts elsewhere."""
        return self.model_copy(update={"table": FactTable()})

    def texts(self) -> dict[str, str]:
        """Section name -> Markdown: paragraphs of sentences, and lists, with an empty line between the two."""
        return {name: section_text(sentences) for name, sentences in self.sections.items()}


class ReportDocument(Document):
    """`reports/<name>.json`, `reports/individual/<slug>.json`: the facts and sentences of the Markdown of the same name."""

    made_from: str
    """The data versions of the documents it was made from, as the Markdown file is stamped."""
    report: str
    """Its name: `team_summary`, `individual/john_doe`, …"""
    user_id: int | None = None
    """The person an individual report is about."""
    start_date: date
    end_date: date
    generated_at: datetime
    language: str = "en"
    """Of its sentences and printed texts; values, kinds and aspects of facts are the same in every language."""
    entries_url: str = ""
    """The entries of the report in Toggl."""
    written_by: str | None = None
    fallback_sections: tuple[str, ...] = ()
    note: str = ""
    """Why a model was not asked for all it could have written."""
    input_tokens: int = 0
    output_tokens: int = 0
    facts: tuple[Fact, ...]
    sentences: tuple[Sentence, ...]


def section_text(sentences: tuple[Sentence, ...]) -> str:
    """The sentences as Markdown."""
    blocks: list[str] = []
    was_bullet: bool | None = None
    for sentence in sentences:
        if sentence.is_bullet:
            blocks.append(("\n" if was_bullet else "\n\n" if blocks else "") + f"- {sentence.text}")
        else:
            blocks.append(("\n\n" if was_bullet else " " if blocks else "") + sentence.text)
        was_bullet = sentence.is_bullet
    return "".join(blocks)
