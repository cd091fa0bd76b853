from __future__ import annotations

from typing import Any

import pytest

from volt_assets.errors import UnexpectedAnswerError
from volt_assets.work_reports.collect.wire_entries import tracked_seconds, unique_entries
from volt_assets_tests.work_reports.collect.tracked_samples import entry, row


def test_every_field_of_the_row_arrives() -> None:
    fields: dict[str, Any] = {
        "email": "ada@example.com",
        "description": "Fix #1",
        "at": "2025-10-06T10:00:00Z",
        "project_id": 7,
        "project_name": "Harbor",
        "client_name": "Example Ltd",
        "task_id": 8,
        "task_name": "Build",
        "tag_ids": (1, 2),
        "tag_names": ("a", "b"),
        "billable": True,
        "billable_amount_in_cents": 5000,
        "hourly_rate_in_cents": 5000,
        "currency": "EUR",
    }
    assert unique_entries([row(5, **fields)]) == [entry(5, **fields)]


def test_of_two_copies_the_one_changed_later_counts() -> None:
    older, newer = row(5, seconds=60, at="2025-10-06T10:00:00Z"), row(5, seconds=90, at="2025-10-06T11:00:00Z")
    assert unique_entries([older, row(3), newer]) == unique_entries([newer, row(3), older])
    assert [(one.id, one.seconds) for one in unique_entries([older, row(3), newer])] == [(3, 3600), (5, 90)]


def test_running_entries_are_no_time() -> None:
    running = [entry(1, seconds=None), entry(2, seconds=-1759734000), entry(3, seconds=50, stop=None)]
    assert tracked_seconds([*running, entry(4, seconds=50), entry(5, seconds=0)]) == 50


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"start": "2025-W41-1T09:00:00+02:00"}, "does not begin with a day"),
        ({"seconds": 10**12}, "no timer reaches"),
        ({"entry_id": 2**64}, "cannot be"),
        ({"user_id": -1}, "cannot be"),
    ],
)
def test_numbers_that_cannot_be_are_refused(fields: dict[str, Any], complaint: str) -> None:
    with pytest.raises(UnexpectedAnswerError, match=complaint):
        unique_entries([row(**{"entry_id": 1} | fields)])
