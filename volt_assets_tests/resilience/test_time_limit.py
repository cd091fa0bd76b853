"""Limits end work that takes too long, and only that."""

import asyncio
import signal
import threading
from itertools import count

import pytest

from volt_assets.errors import TimeLimitError
from volt_assets.resilience.time_limit import TimeLimit, local_limit


async def never() -> None:
    await asyncio.Event().wait()


def test_an_await_beyond_the_limit_is_cancelled_and_named() -> None:
    async def work() -> None:
        async with TimeLimit(0.01).around("fetching"):
            await never()

    with pytest.raises(TimeLimitError, match=r"fetching took longer than its limit of 0\.01 s"):
        asyncio.run(work())


def test_a_timeout_inside_is_not_mistaken_for_the_limit() -> None:
    async def work() -> None:
        async with TimeLimit(60).around("fetching"):
            raise TimeoutError("of a request")

    with pytest.raises(TimeoutError, match="of a request"):
        asyncio.run(work())


def test_waiting_for_a_quota_does_not_count() -> None:
    clock = [100.0]
    limit = TimeLimit(10, monotonic=lambda: clock[0])
    clock[0] += 8
    limit.extend(60)
    clock[0] += 60
    assert limit.seconds_left == 2


def test_the_running_limit_moves_when_it_is_extended() -> None:
    async def work() -> float:
        limit = TimeLimit(5)
        async with limit.around("fetching"):
            limit.extend(100)
            return limit.seconds_left

    assert asyncio.run(work()) > 100


def test_code_that_does_not_await_is_interrupted() -> None:
    with pytest.raises(TimeLimitError, match="adding up"), local_limit(0.01, "adding up"):
        for _ in count():
            pass
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_outside_the_main_thread_nothing_is_set_up() -> None:
    before = signal.getsignal(signal.SIGALRM)
    seen = []

    def work() -> None:
        with local_limit(0.01, "adding up"):
            seen.append(signal.getsignal(signal.SIGALRM))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [before]
