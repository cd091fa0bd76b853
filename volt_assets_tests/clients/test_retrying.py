from __future__ import annotations

import logging
from collections.abc import Callable

import pytest

from volt_assets.clients.retrying import Retrying, RetryPatience
from volt_assets.errors import ConnectionFailedError, RateLimitError, RequestRejectedError, RetryableError, ServerError
from volt_assets.settings import RetrySettings

pytestmark = pytest.mark.anyio


@pytest.fixture
def waits(caplog: pytest.LogCaptureFixture) -> Callable[[], list[float]]:
    """Seconds of every wait so far. The pace of these tests makes them milliseconds."""
    caplog.set_level(logging.INFO, "volt.clients")
    return lambda: [record.args[1] for record in caplog.records if isinstance(record.args, tuple) and isinstance(record.args[1], float)]


class _Flaky:
    """Raises what it is given, one after the other, then succeeds."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)
        self.calls = 0

    async def attempt(self) -> str:
        self.calls += 1
        if self.errors:
            raise self.errors.pop(0)
        return "done"


async def test_waits_grow_with_jitter_up_to_the_longest(waits: Callable[[], list[float]]) -> None:
    settings = RetrySettings(attempts=6, wait_initial_seconds=2, wait_max_seconds=10)
    flaky = _Flaky(*(ServerError("busy") for _ in range(5)))
    retrying = Retrying(settings, pace=1 / 1024)
    assert await retrying.call(flaky.attempt) == "done"
    assert retrying.retries == 5
    for wait, least, most in zip(waits(), [2, 4, 8, 10, 10], [4, 6, 10, 10, 10], strict=True):
        assert least - 1e-6 <= wait * 1024 <= most + 1e-6


@pytest.mark.parametrize(("pace", "most"), [(0.0, 0.0), (0.001, 0.005)])
async def test_pace_scales_the_waits(pace: float, most: float, waits: Callable[[], list[float]]) -> None:
    await Retrying(RetrySettings(), pace).call(_Flaky(ServerError("a"), ServerError("b"), ServerError("c")).attempt)
    assert len(waits()) == 3
    assert max(waits()) <= most + 1e-6


async def test_the_wait_a_server_asks_for_is_kept_and_scaled(waits: Callable[[], list[float]]) -> None:
    errors = [RateLimitError("slow", retry_after_seconds=20), RateLimitError("slow", retry_after_seconds=0)]
    assert await Retrying(RetrySettings(), 0.0005).call(_Flaky(*errors).attempt) == "done"
    assert waits() == pytest.approx([0.01, 0.0])


async def test_a_wait_longer_than_anybody_would_take_is_reported_instead(waits: Callable[[], list[float]]) -> None:
    flaky = _Flaky(RateLimitError("slow", retry_after_seconds=3600))
    with pytest.raises(RateLimitError):
        await Retrying(RetrySettings(), 1).call(flaky.attempt)
    assert (flaky.calls, waits()) == (1, [])


@pytest.mark.parametrize(
    ("error", "only"),
    [(RequestRejectedError("no"), RetryableError), (ValueError("bug"), RetryableError), (ConnectionFailedError("reset"), RateLimitError)],
)
async def test_other_errors_are_raised_at_once(error: Exception, only: type[RetryableError]) -> None:
    flaky = _Flaky(error)
    with pytest.raises(type(error)):
        await Retrying(RetrySettings(), 0).call(flaky.attempt, only)
    assert flaky.calls == 1


async def test_the_last_error_ends_the_tries() -> None:
    flaky = _Flaky(ServerError("first"), ServerError("second"), ServerError("third"))
    with pytest.raises(ServerError, match="second"):
        await Retrying(RetrySettings(attempts=2), 0).call(flaky.attempt)


async def test_retries_are_logged_and_never_printed(caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]) -> None:
    caplog.set_level(logging.INFO)
    await Retrying(RetrySettings(), 0).call(_Flaky(ServerError("busy")).attempt)
    assert [record.getMessage() for record in caplog.records if record.name == "volt.clients"] == [
        "try 1 failed, the next one in 0.0 s: busy"
    ]
    assert capsys.readouterr() == ("", "")


async def test_whoever_is_waited_for_is_told_of_each_wait_and_of_its_reason() -> None:
    told: list[tuple[float, str]] = []
    patience = RetryPatience(on_wait=lambda seconds, error: told.append((seconds, str(error))))
    retrying = Retrying(RetrySettings(wait_initial_seconds=0), 0.001, patience)
    assert await retrying.call(_Flaky(RateLimitError("slow", retry_after_seconds=2), ServerError("ill")).attempt) == "done"
    assert told == [(0.002, "slow"), (0.0, "ill")]
    await Retrying(RetrySettings(), 0).call(_Flaky(ServerError("ill")).attempt)
    assert len(told) == 2


async def test_an_address_that_does_not_answer_is_tried_as_often_as_the_patience_says() -> None:
    for error, calls in ((ConnectionFailedError("refused"), 2), (ServerError("ill"), 5), (RateLimitError("slow"), 5)):
        flaky = _Flaky(*[error] * 9)
        with pytest.raises(type(error)):
            await Retrying(RetrySettings(), 0, RetryPatience(unreached_attempts=2)).call(flaky.attempt)
        assert flaky.calls == calls


async def test_earlier_tries_count_except_for_being_asked_too_fast() -> None:
    for tried, calls in ((0, 5), (3, 2), (4, 1), (9, 1)):
        ill, slow = _Flaky(*[ServerError("ill")] * 9), _Flaky(*[RateLimitError("slow")] * 9)
        for flaky in (ill, slow):
            with pytest.raises(RetryableError):
                await Retrying(RetrySettings(), 0).call(flaky.attempt, tried=tried)
        assert (ill.calls, slow.calls) == (calls, 5)


async def test_patience_ends_before_the_wait_that_is_too_much() -> None:
    flaky = _Flaky(*[RateLimitError("slow", retry_after_seconds=20)] * 9)
    with pytest.raises(RateLimitError):
        await Retrying(RetrySettings(), 0.0005, RetryPatience(most_seconds=0.025)).call(flaky.attempt)
    assert flaky.calls == 3
