"""Waiting for a quota: as long as the patience lasts, and not longer."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from volt_assets.clients.quota import QuotaPatience
from volt_assets.errors import QuotaExhaustedError

NOW = datetime(2025, 10, 13, 6, 0, tzinfo=UTC)


def used_up(seconds: float) -> QuotaExhaustedError:
    return QuotaExhaustedError("the quota is used up", resets_at=NOW + timedelta(seconds=seconds))


class Slept:
    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


def test_waits_until_the_reset_and_says_so() -> None:
    slept, told = Slept(), list[datetime]()
    asyncio.run(QuotaPatience(60, on_wait=told.append, sleep=slept).wait_for(used_up(40), NOW))
    assert slept.seconds == [41]
    assert told == [NOW + timedelta(seconds=40)]


def test_gives_up_beyond_the_patience_without_waiting() -> None:
    slept = Slept()
    with pytest.raises(QuotaExhaustedError):
        asyncio.run(QuotaPatience(60, sleep=slept).wait_for(used_up(60), NOW))
    assert slept.seconds == []


def test_the_patience_is_for_all_waits_together() -> None:
    slept = Slept()
    patience = QuotaPatience(100, sleep=slept)
    asyncio.run(patience.wait_for(used_up(60), NOW))
    with pytest.raises(QuotaExhaustedError):
        asyncio.run(patience.wait_for(used_up(60), NOW))
    assert slept.seconds == [61]


def test_no_patience_is_the_default_of_other_services() -> None:
    with pytest.raises(QuotaExhaustedError):
        asyncio.run(QuotaPatience(0, sleep=Slept()).wait_for(used_up(0), NOW))


def test_a_reset_in_the_past_is_waited_for_by_the_margin_alone() -> None:
    slept = Slept()
    asyncio.run(QuotaPatience(5, sleep=slept).wait_for(used_up(-30), NOW))
    assert slept.seconds == [1]
