from __future__ import annotations

import asyncio

import pytest

from volt_assets.resilience.rate_limit import RateLimiter

pytestmark = pytest.mark.anyio


class _Clock:
    """Seconds that pass only by sleeping."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def monotonic(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        self.seconds += seconds
        await asyncio.sleep(0)


async def _starts(limiter: RateLimiter, clock: _Clock, requests: int, took_seconds: float = 0.0) -> list[float]:
    starts: list[float] = []

    async def request() -> None:
        async with limiter:
            starts.append(clock.seconds - 1000.0)
            if took_seconds:
                await clock.sleep(took_seconds)

    await asyncio.gather(*(request() for _ in range(requests)))
    return starts


async def test_starts_are_spaced_and_the_first_does_not_wait() -> None:
    clock = _Clock()
    limiter = RateLimiter(2.5, 10, monotonic=clock.monotonic, sleep=clock.sleep)
    assert await _starts(limiter, clock, 4) == pytest.approx([0.0, 0.4, 0.8, 1.2])


async def test_pace_scales_the_spacing() -> None:
    clock = _Clock()
    limiter = RateLimiter(2.5, 10, 0.5, monotonic=clock.monotonic, sleep=clock.sleep)
    assert await _starts(limiter, clock, 3) == pytest.approx([0.0, 0.2, 0.4])


async def test_pace_zero_does_not_wait() -> None:
    clock = _Clock()
    limiter = RateLimiter(1, 3, 0, monotonic=clock.monotonic, sleep=clock.sleep)
    assert await _starts(limiter, clock, 5) == [0.0] * 5


async def test_a_slow_request_does_not_earn_a_burst() -> None:
    clock = _Clock()
    limiter = RateLimiter(1, 1, monotonic=clock.monotonic, sleep=clock.sleep)
    assert await _starts(limiter, clock, 3, took_seconds=5) == [0.0, 5.0, 10.0]


async def test_no_more_in_flight_than_allowed_whatever_the_pace() -> None:
    limiter = RateLimiter(1, 2, 0)
    in_flight = most = 0

    async def request() -> None:
        nonlocal in_flight, most
        async with limiter:
            in_flight += 1
            most = max(most, in_flight)
            await asyncio.sleep(0)
            in_flight -= 1

    await asyncio.gather(*(request() for _ in range(9)))
    assert most == 2


async def test_a_place_comes_back_when_its_waiter_is_cancelled() -> None:
    clock = _Clock()
    forever = asyncio.Event()

    async def never(_: float) -> None:
        await forever.wait()

    limiter = RateLimiter(1, 1, monotonic=clock.monotonic, sleep=never)
    async with limiter:
        pass
    waiter = asyncio.create_task(limiter.__aenter__())
    await asyncio.sleep(0)
    waiter.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiter
    clock.seconds += 1
    async with asyncio.timeout(1), limiter:
        pass


@pytest.mark.parametrize(("rate", "in_flight", "pace"), [(0, 1, 1), (1, 0, 1), (1, 1, -1)])
async def test_limits_that_let_nothing_through_are_refused(rate: float, in_flight: int, pace: float) -> None:
    with pytest.raises(ValueError, match="rate limiter"):
        RateLimiter(rate, in_flight, pace)
