from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path

import pytest

from volt_assets.resilience.file_lock import file_lock
from volt_assets.resilience.rate_limit import RateLimiter
from volt_assets.resilience.shared_pace import SharedPace

pytestmark = pytest.mark.anyio


# Starts 20 requests at 50 a second as soon as it is told to, and tells at which reading of the clock each was let go.
ASKER = """
import asyncio, json, sys, time
from pathlib import Path
from volt_assets.resilience.rate_limit import RateLimiter
from volt_assets.resilience.shared_pace import SharedPace

readings = []

def monotonic():
    readings.append(time.monotonic())
    return readings[-1]

async def ask():
    limiter = RateLimiter(50, 5, shared=SharedPace("thing", lambda: Path(sys.argv[1])), monotonic=monotonic)
    starts = []
    for _ in range(20):
        async with limiter:
            starts.append(readings[-1])
    return starts

print("ready", flush=True)
sys.stdin.readline()
print(json.dumps(asyncio.run(ask())), flush=True)
"""


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


async def test_limiters_that_share_a_pace_keep_it_together(tmp_path: Path) -> None:
    clock = _Clock()
    limiters = [
        RateLimiter(2.5, 10, shared=SharedPace("thing", lambda: tmp_path), monotonic=clock.monotonic, sleep=clock.sleep) for _ in range(3)
    ]
    starts = [start for limiter in limiters for start in await _starts(limiter, clock, 2)]
    assert starts == pytest.approx([0.0, 0.4, 0.8, 1.2, 1.6, 2.0])


async def test_pace_zero_touches_no_file() -> None:
    clock = _Clock()
    nowhere = SharedPace("thing", lambda: pytest.fail("the folder was looked for"))
    limiter = RateLimiter(1, 3, 0, shared=nowhere, monotonic=clock.monotonic, sleep=clock.sleep)
    assert await _starts(limiter, clock, 5) == [0.0] * 5


async def test_a_clock_that_is_set_back_costs_one_interval(tmp_path: Path) -> None:
    clock = _Clock()
    limiters = [
        RateLimiter(2.5, 10, shared=shared, monotonic=clock.monotonic, sleep=clock.sleep)
        for shared in (None, SharedPace("thing", lambda: tmp_path))
    ]
    for limiter in limiters:
        await _starts(limiter, clock, 1)
        clock.seconds -= 500
        before = clock.seconds
        await _starts(limiter, clock, 1)
        assert clock.seconds == pytest.approx(before + 0.4)


async def test_without_a_folder_to_meet_in_each_process_keeps_its_own_pace(caplog: pytest.LogCaptureFixture) -> None:
    def nowhere() -> Path:
        raise PermissionError("belongs to somebody else")

    clock = _Clock()
    limiter = RateLimiter(2.5, 10, shared=SharedPace("thing", nowhere), monotonic=clock.monotonic, sleep=clock.sleep)
    assert await _starts(limiter, clock, 3) == pytest.approx([0.0, 0.4, 0.8])
    assert caplog.text.count("belongs to somebody else") == 1


async def test_a_process_that_was_stopped_while_it_looked_is_not_waited_for(tmp_path: Path) -> None:
    clock = _Clock()
    limiter = RateLimiter(2.5, 10, shared=SharedPace("thing", lambda: tmp_path), monotonic=clock.monotonic, sleep=clock.sleep)
    with file_lock(tmp_path / "thing.pace"):
        assert await _starts(limiter, clock, 1) == pytest.approx([1.0])


async def test_two_processes_together_stay_under_the_rate(tmp_path: Path) -> None:
    with ExitStack() as stack:
        askers = [
            stack.enter_context(
                subprocess.Popen(  # noqa: S603, ASYNC220 -- this very interpreter; nothing else runs in this loop
                    [sys.executable, "-c", ASKER, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
                )
            )
            for _ in range(2)
        ]
        for asker in askers:
            assert asker.stdout is not None
            assert asker.stdout.readline() == "ready\n"
        for asker in askers:
            assert asker.stdin is not None
            asker.stdin.write("go\n")
            asker.stdin.flush()
        starts = sorted(start for asker in askers for start in json.loads(asker.stdout.readline() if asker.stdout else "[]"))
    assert len(starts) == 40
    assert min(later - earlier for earlier, later in pairwise(starts)) >= 0.02 - 1e-6
