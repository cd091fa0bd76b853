"""Billable time: rows add up, money is never mixed and never guessed."""

from __future__ import annotations

from typing import Any

import pytest

from volt_assets.work_reports.models import BillingSum
from volt_assets.work_reports.report.billing import Billing, Money, billing
from volt_assets.work_reports.report.whole_range import WholeRange
from volt_assets_tests.work_reports.report.further_set import markdown_of, whole_range
from volt_assets_tests.work_reports.report.sample_week import week


def row(client: str | None, project: str | None, seconds: int, billable: int = 0, cents: int | None = None, **more: Any) -> BillingSum:
    values: dict[str, Any] = {
        "currency": "EUR" if cents is not None else None,
        "entries": 1,
        "billable_entries": int(billable > 0),
        "billable_entries_without_amount": 0,
        **more,
    }
    return BillingSum(
        client=client, project=project, amount_in_cents=cents, duration_seconds=seconds, billable_duration_seconds=billable, **values
    )


def billed(*rows: BillingSum) -> WholeRange:
    """The sample week, its time billed as in `rows` and the rest on no project."""
    data, items = week()
    rest = data.statistics.total_duration_seconds - sum(one.duration_seconds for one in rows)
    return whole_range(data.model_copy(update={"billing": (*rows, row(None, None, rest))}), items)


HARBOR = row("Harbor Logistics", "Harbor", 36_250, 30_001, 150_050)


def test_clients_and_projects_add_up_to_what_every_report_shows() -> None:
    whole = billed(HARBOR, row("Harbor Logistics", "Atlas", 5_555, 1_111, 99), row(None, "Internal", 7_777))
    report = billing(whole)
    for rows in (report.clients, report.projects):
        assert sum(one.hours.tenths for one in rows) == whole.total.tenths
        assert sum(one.billable.tenths for one in rows) == report.billable.tenths
        assert sum(one.unbilled.tenths for one in rows) == report.unbilled.tenths
    assert [one.client for one in report.clients] == ["no client", "Harbor Logistics"]
    assert report.amounts == (Money(currency="EUR", cents=150_149),)
    assert Billing.model_validate_json(report.model_dump_json()) == report
    text = markdown_of("billing", report, whole)
    assert "1,501.49 EUR" in text
    assert "are on no project" in text


def test_currencies_are_never_added_up() -> None:
    whole = billed(HARBOR, row("Harbor Logistics", "Harbor", 3_600, 3_600, 500, currency="USD"))
    [harbor] = [one for one in billing(whole).projects if one.project == "Harbor"]
    assert [str(one) for one in harbor.amounts] == ["1,500.50 EUR", "5.00 USD"]


@pytest.mark.parametrize(
    ("sums", "said"),
    [
        ((row("C", "P", 3_600, 3_600, None, billable_entries_without_amount=1),), "may not see amounts, or no rates are set"),
        ((HARBOR, row("C", "P", 3_600, 3_600, None, billable_entries_without_amount=1)), "1 billable entry has no amount"),
    ],
)
def test_amounts_that_are_not_visible_are_said_to_be_so(sums: tuple[BillingSum, ...], said: str) -> None:
    whole = billed(*sums)
    assert said in markdown_of("billing", billing(whole), whole)


def test_nothing_to_bill_has_a_page_too() -> None:
    data, items = week()
    whole = whole_range(data, items)
    assert billing(whole).projects == ()
    assert "There is no time to divide by client." in markdown_of("billing", billing(whole), whole)
