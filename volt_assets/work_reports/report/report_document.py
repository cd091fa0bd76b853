"""The JSON document beside a report: its facts and its sentences, each with the facts it rests on."""

from __future__ import annotations

from datetime import datetime

from volt_assets.work_reports.languages.language import spoken
from volt_assets.work_reports.models import FactTable, Frozen, Origin, Prose, ReportDocument, Sentence, stamped
from volt_assets.work_reports.models.revisions import Revision
from volt_assets.work_reports.report.data_models import Scene


class WrittenReport(Frozen):
    """One report as Markdown and as JSON."""

    markdown: str
    document: ReportDocument
    prose: Prose

    @classmethod
    def of(cls, revision: Revision, prose: Prose) -> WrittenReport:
        """The report of a revision. Raises ValueError for one that was kept without its document."""
        if revision.document is None:
            raise ValueError(f"revision {revision.number} of {revision.report} has no document")
        return cls(markdown=revision.markdown, document=ReportDocument.model_validate(revision.document), prose=prose)


def prose_of(document: ReportDocument) -> Prose:
    """The prose that a document keeps, its facts with it."""
    sections: dict[str, tuple[Sentence, ...]] = {}
    for sentence in document.sentences:
        sections[sentence.section] = (*sections.get(sentence.section, ()), sentence)
    return Prose(
        written_by=document.written_by,
        sections=sections,
        table=FactTable(facts=document.facts),
        fallback_sections=document.fallback_sections,
        note=document.note,
        input_tokens=document.input_tokens,
        output_tokens=document.output_tokens,
    )


def report_document(
    name: str,
    prose: Prose,
    origin: Origin,
    *,
    scene: Scene,
    made_from: str,
    data_as_of: datetime,
    generated_at: datetime,
    user_id: int | None = None,
) -> ReportDocument:
    """The document of the report `name` (`team_summary`, `individual/john_doe`)."""
    return stamped(
        ReportDocument,
        origin,
        data_as_of=data_as_of,
        made_from=made_from,
        report=name,
        user_id=user_id,
        start_date=scene.period.start,
        end_date=scene.period.end,
        language=spoken().code,
        generated_at=generated_at,
        entries_url=scene.entries_url,
        written_by=prose.written_by,
        fallback_sections=prose.fallback_sections,
        note=prose.note,
        input_tokens=prose.input_tokens,
        output_tokens=prose.output_tokens,
        facts=prose.table.facts,
        sentences=tuple(sentence for sentences in prose.sections.values() for sentence in sentences),
    )
