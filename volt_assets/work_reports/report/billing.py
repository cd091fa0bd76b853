"""`billing.md`: what of the time may be billed, by client and project as Toggl has them, and what it comes to.

Amounts are Toggl's own, in cents; they are shown only as far as the token may see them, and currencies are never added up.
"""

from __future__ import annotations

from collections.abc import Sequence

from volt_assets.work_reports.languages.language import gettext, gettext_noop, style
from volt_assets.work_reports.models import BillingSum, Frozen
from volt_assets.work_reports.report.figures import Hours, added, percentage, split, split_two_ways
from volt_assets.work_reports.report.further_reports import FurtherReport, further_report
from volt_assets.work_reports.report.whole_range import WholeRange

NO_CLIENT, NO_PROJECT = gettext_noop("no client"), gettext_noop("no project")
_NO_CURRENCY = gettext_noop("in the workspace's currency")


class Money(Frozen):
    """An amount in one currency."""

    currency: str
    cents: int

    def __str__(self) -> str:
        """`1,234.50 EUR`."""
        currency = gettext(_NO_CURRENCY) if self.currency == _NO_CURRENCY else self.currency
        return f"{style().fixed(self.cents, 100, 2)} {currency}"


class BillingRow(Frozen):
    """One client, or one project of a client; the rows add up to the totals."""

    client: str
    project: str
    hours: Hours
    billable: Hours
    unbilled: Hours
    billable_percent: int
    """Of the row's own time."""
    entries: int
    amounts: tuple[Money, ...]
    """One per currency; empty where nothing is billable or no amount is visible."""
    entries_without_amount: int
    """Billable entries whose amount the token may not see, or that have no rate."""


class Billing(FurtherReport):
    """`billing.json`: billable time and amounts."""

    total: Hours
    billable: Hours
    unbilled: Hours
    billable_percent: int
    without_project: Hours
    amounts: tuple[Money, ...]
    entries_without_amount: int
    amounts_visible: bool
    """At least one billable entry shows an amount."""
    clients: tuple[BillingRow, ...]
    """Most time first."""
    projects: tuple[BillingRow, ...]
    """In the order of the clients, most time first."""

    @property
    def plotted(self) -> dict[str, int]:
        """The share that is billable."""
        return {"billable_percent": self.billable_percent}


def billing(whole: WholeRange) -> Billing:
    """The billable part of all of the time."""
    sums = whole.aggregated.billing
    billable = sum(one.billable_duration_seconds for one in sums)
    total = whole.total
    # The two parts are rounded to what the total shows; the rows then add up to them.
    shown = split([billable, total.seconds - billable], total.tenths)
    grouped: dict[tuple[str, str], list[BillingSum]] = {}
    for one in sums:
        grouped.setdefault((one.client or "", one.project or ""), []).append(one)
    by_project = list(grouped.items())
    upper, lower = split_two_ways(
        [sum(one.billable_duration_seconds for one in group) for _, group in by_project],
        [sum(one.duration_seconds - one.billable_duration_seconds for one in group) for _, group in by_project],
        (shown[0].tenths, shown[1].tenths),
    )
    projects = [_row(key, group, hours, rest) for (key, group), hours, rest in zip(by_project, upper, lower, strict=True)]
    clients = [
        _client(name, [one for one in projects if one.client == name], sums) for name in dict.fromkeys(one.client for one in projects)
    ]
    clients.sort(key=lambda one: (-one.hours.seconds, one.client))
    order = {one.client: number for number, one in enumerate(clients)}
    projects.sort(key=lambda one: (order[one.client], -one.hours.seconds, one.project))
    return further_report(
        Billing,
        whole,
        total=total,
        billable=shown[0],
        unbilled=shown[1],
        billable_percent=percentage(billable, total.seconds),
        without_project=added([one.hours for one in projects if one.project == NO_PROJECT]),
        amounts=_amounts(sums),
        entries_without_amount=sum(one.billable_entries_without_amount for one in sums),
        amounts_visible=any(one.amount_in_cents is not None for one in sums),
        clients=tuple(clients),
        projects=tuple(projects),
    )


def _row(key: tuple[str, str], group: Sequence[BillingSum], billable: Hours, unbilled: Hours) -> BillingRow:
    hours = added([billable, unbilled])
    return BillingRow(
        client=key[0] or NO_CLIENT,
        project=key[1] or NO_PROJECT,
        hours=hours,
        billable=billable,
        unbilled=unbilled,
        billable_percent=percentage(billable.seconds, hours.seconds),
        entries=sum(one.entries for one in group),
        amounts=_amounts(group),
        entries_without_amount=sum(one.billable_entries_without_amount for one in group),
    )


def _client(name: str, projects: Sequence[BillingRow], sums: Sequence[BillingSum]) -> BillingRow:
    hours, billable = added([one.hours for one in projects]), added([one.billable for one in projects])
    return BillingRow(
        client=name,
        project="",
        hours=hours,
        billable=billable,
        unbilled=added([one.unbilled for one in projects]),
        billable_percent=percentage(billable.seconds, hours.seconds),
        entries=sum(one.entries for one in projects),
        amounts=_amounts([one for one in sums if (one.client or NO_CLIENT) == name]),
        entries_without_amount=sum(one.entries_without_amount for one in projects),
    )


def _amounts(sums: Sequence[BillingSum]) -> tuple[Money, ...]:
    cents: dict[str, int] = {}
    for one in sums:
        if one.amount_in_cents is not None:
            currency = one.currency or _NO_CURRENCY
            cents[currency] = cents.get(currency, 0) + one.amount_in_cents
    return tuple(Money(currency=currency, cents=cents[currency]) for currency in sorted(cents))
