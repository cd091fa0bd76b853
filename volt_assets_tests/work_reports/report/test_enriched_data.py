from __future__ import annotations

import pytest

from volt_assets.errors import IncompleteDataError
from volt_assets.work_reports.models import EnrichedData
from volt_assets.work_reports.report.enriched_data import build_enriched_data
from volt_assets_tests.work_reports.report.report_set import report_set
from volt_assets_tests.work_reports.report.sample_week import ORIGIN, week


def test_coverage_accounts_for_every_second() -> None:
    data, items = week()
    cover = report_set(data, items).data.coverage
    assert cover.total_duration_seconds == data.statistics.total_duration_seconds
    parts = cover.enriched_duration_seconds + cover.not_enriched_duration_seconds + cover.unmatched_duration_seconds
    assert parts == cover.total_duration_seconds
    assert cover.items_by_status == {"enriched": 7, "failed": 1, "not found": 1, "type not configured": 1}
    assert cover.items == 10


def test_the_document_survives_its_json() -> None:
    combined = report_set(*week()).data
    assert EnrichedData.model_validate_json(combined.model_dump_json()) == combined
    assert [one.report for one in combined.people] == [f"reports/individual/{one.slug}.md" for one in combined.people]


def test_the_same_input_gives_the_same_version() -> None:
    assert report_set(*week()).data.data_version == report_set(*week()).data.data_version


def test_a_missing_report_is_an_error() -> None:
    data, items = week()
    reports = report_set(data, items).people
    with pytest.raises(IncompleteDataError, match="for person 11"):
        build_enriched_data(data, items, [report for report in reports if report.slug != "john_doe"], ORIGIN)
