"""Billing: every second in one row, amounts only where the token may see them."""

from __future__ import annotations

from typing import Any

from volt_assets.work_reports.models import BillingSum
from volt_assets_tests.work_reports.collect.aggregated_samples import aggregated
from volt_assets_tests.work_reports.collect.tracked_samples import entry

HARBOR: dict[str, Any] = {"client_name": "Harbor Logistics", "project_name": "Harbor", "currency": "EUR"}


def test_time_is_divided_by_client_project_and_currency() -> None:
    found = aggregated(
        [
            entry(1, seconds=3600, billable=True, billable_amount_in_cents=9000, **HARBOR),
            entry(2, seconds=1800, billable=True, billable_amount_in_cents=None, **HARBOR),
            entry(3, seconds=600, billable=False, **HARBOR),
            entry(4, seconds=60, project_name="Internal"),
            entry(5, seconds=30),
            entry(6, seconds=None, billable=True, **HARBOR),
        ]
    )
    assert found.billing == (
        BillingSum(
            client="Harbor Logistics",
            project="Harbor",
            currency="EUR",
            duration_seconds=6000,
            entries=3,
            billable_duration_seconds=5400,
            billable_entries=2,
            amount_in_cents=9000,
            billable_entries_without_amount=1,
        ),
        BillingSum(
            client=None,
            project="Internal",
            currency=None,
            duration_seconds=60,
            entries=1,
            billable_duration_seconds=0,
            billable_entries=0,
            amount_in_cents=None,
            billable_entries_without_amount=0,
        ),
        BillingSum(
            client=None,
            project=None,
            currency=None,
            duration_seconds=30,
            entries=1,
            billable_duration_seconds=0,
            billable_entries=0,
            amount_in_cents=None,
            billable_entries_without_amount=0,
        ),
    )
    assert sum(row.duration_seconds for row in found.billing) == found.statistics.total_duration_seconds


def test_without_a_single_visible_amount_there_is_none() -> None:
    [row] = aggregated([entry(1, billable=True, **HARBOR), entry(2, billable=True, **HARBOR)]).billing
    assert (row.amount_in_cents, row.billable_entries_without_amount) == (None, 2)


def test_no_time_is_no_row() -> None:
    assert aggregated([]).billing == ()
