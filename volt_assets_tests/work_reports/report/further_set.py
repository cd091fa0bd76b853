"""The further reports of a week, built and written the way their asset does it."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from volt_assets.settings import Settings
from volt_assets.work_reports.models import EnrichedEntities, TogglAggregated
from volt_assets.work_reports.report.further_kinds import FurtherDocument
from volt_assets.work_reports.report.further_reports import FurtherReport, write_further_report
from volt_assets.work_reports.report.revisions import Revisions
from volt_assets.work_reports.report.whole_range import WholeRange
from volt_assets_tests.work_reports.report.report_set import TEMPLATES
from volt_assets_tests.work_reports.report.sample_week import GENERATED_AT, ORIGIN, week


def whole_range(data: TogglAggregated | None = None, items: EnrichedEntities | None = None, **settings: Any) -> WholeRange:
    """The sample week unless said otherwise."""
    sample_data, sample_items = week()
    return WholeRange(data or sample_data, items or sample_items, Settings(**settings), ORIGIN)


def markdown_of(name: str, document: FurtherReport, whole: WholeRange) -> str:
    with TemporaryDirectory(prefix="volt-") as folder:
        revisions = Revisions(Path(folder), whole.origin, data_version="d", now=lambda: GENERATED_AT)
        return write_further_report(FurtherDocument(name, document), whole.origin, TEMPLATES, revisions).markdown
