"""What of the counted time may be billed, by client and project as Toggl has them. A pure function over columns.

Belongs here: the sums. Does not: which entries are counted (aggregate.py), how money is shown (report/billing.py).
"""

from __future__ import annotations

import polars as pl

from volt_assets.work_reports.models import BillingSum

_KEYS = ("client", "toggl_project", "currency")


def billing_sums(entries: pl.DataFrame) -> tuple[BillingSum, ...]:
    """The sums of counted entries, most time first, then by name; together they are all of the time."""
    billable = pl.col("is_billable")
    rows = entries.group_by(_KEYS).agg(
        pl.col("seconds").sum(),
        pl.len().alias("entries"),
        pl.col("seconds").filter(billable).sum().alias("billable_seconds"),
        billable.sum().alias("billable_entries"),
        pl.col("amount_cents").filter(billable).sum().alias("amount"),
        pl.col("amount_cents").filter(billable).is_null().sum().alias("without_amount"),
    )
    found = [
        BillingSum(
            client=row["client"],
            project=row["toggl_project"],
            currency=row["currency"],
            duration_seconds=row["seconds"],
            entries=row["entries"],
            billable_duration_seconds=row["billable_seconds"],
            billable_entries=row["billable_entries"],
            amount_in_cents=row["amount"] if row["billable_entries"] > row["without_amount"] else None,
            billable_entries_without_amount=row["without_amount"],
        )
        for row in rows.iter_rows(named=True)
    ]
    return tuple(sorted(found, key=lambda one: (-one.duration_seconds, one.client or "", one.project or "", one.currency or "")))
