"""Which further reports there are, in the order in which they are made: the last ones are made of the ones before."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from volt_assets.work_reports.report.alignment_report import work_alignment
from volt_assets.work_reports.report.billing import billing
from volt_assets.work_reports.report.configuration_health import config_validation
from volt_assets.work_reports.report.data_quality import data_quality
from volt_assets.work_reports.report.further_reports import FurtherReport
from volt_assets.work_reports.report.tables import Further, Table, all_tables, tables_index
from volt_assets.work_reports.report.unknown_types import unknown_entities
from volt_assets.work_reports.report.whole_range import WholeRange


class FurtherDocument(NamedTuple):
    """One report before it is rendered; its name is that of its asset, template and files."""

    name: str
    document: FurtherReport
    tables: tuple[Table, ...] = ()


def further_documents(whole: WholeRange) -> Iterator[FurtherDocument]:
    """One after the other, each made when it is asked for."""
    yield FurtherDocument("work_alignment", alignment := work_alignment(whole))
    yield FurtherDocument("unknown_entities", unknown := unknown_entities(whole))
    yield FurtherDocument("config_validation", configuration := config_validation(whole))
    yield FurtherDocument("data_quality", quality := data_quality(whole))
    yield FurtherDocument("billing", money := billing(whole))
    tables = all_tables(whole, Further(alignment, unknown, configuration, quality, money))
    yield FurtherDocument("tables", tables_index(whole, tables), tables)
