from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Coroutine, Generator

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from volt_assets.errors import CircuitOpenError, NotFoundError, RequestRejectedError, ServerError
from volt_assets.resilience.circuit_breaker import CircuitBreaker, CircuitReading, CircuitState

pytestmark = pytest.mark.anyio
WINDOW, MINIMUM, COOL_DOWN = 60.0, 4, 30.0
BUSY, GONE = ServerError("busy"), NotFoundError("gone")


class _Clock:
    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


def _breaker(clock: _Clock) -> CircuitBreaker:
    return CircuitBreaker("Thing", window_seconds=WINDOW, minimum_calls=MINIMUM, cool_down_seconds=COOL_DOWN, monotonic=clock)


async def _call(breaker: CircuitBreaker, error: Exception | None = None) -> None:
    async def attempt() -> None:
        if error is not None:
            raise error

    try:
        await breaker.call(attempt)
    except (ServerError, NotFoundError, RequestRejectedError, ValueError):
        assert error is not None


async def _opened(breaker: CircuitBreaker) -> None:
    for _ in range(MINIMUM):
        await _call(breaker, BUSY)
    assert breaker.reading().state is CircuitState.OPEN


async def test_half_of_the_calls_may_fail_and_one_more_opens() -> None:
    breaker = _breaker(_Clock())
    for error in (BUSY, None, None, BUSY):
        await _call(breaker, error)
    assert breaker.reading() == CircuitReading(CircuitState.CLOSED, 4, 2, 0.0)
    await _call(breaker, BUSY)
    assert breaker.reading() == CircuitReading(CircuitState.OPEN, 5, 3, 30.0)


async def test_too_few_calls_say_nothing() -> None:
    breaker = _breaker(_Clock())
    for _ in range(MINIMUM - 1):
        await _call(breaker, BUSY)
    assert breaker.reading().state is CircuitState.CLOSED


async def test_what_happened_before_the_window_is_forgotten() -> None:
    clock = _Clock()
    breaker = _breaker(clock)
    for _ in range(MINIMUM - 1):
        await _call(breaker, BUSY)
    clock.seconds += WINDOW
    await _call(breaker, BUSY)
    assert breaker.reading() == CircuitReading(CircuitState.CLOSED, 1, 1, 0.0)


@pytest.mark.parametrize("answer", [GONE, RequestRejectedError("no such field"), ValueError("not valid")])
async def test_an_answer_that_is_no_success_is_no_failure_of_the_service(answer: Exception) -> None:
    breaker = _breaker(_Clock())
    for _ in range(20):
        await _call(breaker, answer)
    assert breaker.reading() == CircuitReading(CircuitState.CLOSED, 20, 0, 0.0)


async def test_the_caller_may_say_what_speaks_against_a_service() -> None:
    breaker = CircuitBreaker("Thing", minimum_calls=1, is_failure=lambda error: isinstance(error, ValueError))
    await _call(breaker, BUSY)
    await _call(breaker, ValueError("odd"))
    assert breaker.reading().state is CircuitState.CLOSED
    await _call(breaker, ValueError("odd"))
    assert breaker.reading().state is CircuitState.OPEN


async def test_failures_of_one_subject_are_one_failure_and_its_answers_count_each() -> None:
    clock = _Clock()
    breaker = _breaker(clock)
    bad, other = object(), object()

    async def call(subject: object, *, fails: bool) -> None:
        async def attempt() -> None:
            if fails:
                raise BUSY

        with contextlib.suppress(ServerError):
            await breaker.call(attempt, subject)

    for _ in range(3 * MINIMUM):
        await call(bad, fails=True)
    await call(bad, fails=False)
    await call(bad, fails=False)
    assert breaker.reading() == CircuitReading(CircuitState.CLOSED, 3, 1, 0.0)
    await call(other, fails=True)
    await call(other, fails=True)
    await call(object(), fails=True)
    assert breaker.reading().state is CircuitState.OPEN
    clock.seconds += COOL_DOWN
    await call(other, fails=True)
    assert breaker.reading().state is CircuitState.OPEN


async def test_an_open_circuit_lets_nothing_through_and_says_how_long() -> None:
    clock = _Clock()
    breaker = _breaker(clock)
    await _opened(breaker)
    clock.seconds += 10
    asked: list[str] = []

    async def attempt() -> None:
        asked.append("asked")

    with pytest.raises(
        CircuitOpenError, match=r"^Thing fails too often and is not asked again for 20 s; the last failure: busy$"
    ) as raised:
        await breaker.call(attempt)
    assert (asked, raised.value.retry_in_seconds) == ([], 20.0)
    assert raised.value.hint == "run the same command again in 20 s; it goes on where it stopped"


async def test_whoever_comes_while_one_probes_learns_what_failed_and_when_to_come_back() -> None:
    clock = _Clock()
    breaker = _breaker(clock)
    await _opened(breaker)
    clock.seconds += COOL_DOWN
    probe = asyncio.create_task(breaker.call(asyncio.Event().wait))
    await asyncio.sleep(0)
    with pytest.raises(
        CircuitOpenError, match=r"^Thing fails too often; one request is finding out if it is well; the last failure: busy$"
    ) as raised:
        await breaker.call(asyncio.Event().wait)
    probe.cancel()
    assert raised.value.hint == "run the same command again in 30 s; it goes on where it stopped"


@pytest.mark.parametrize(
    ("verdict", "state"), [(None, CircuitState.CLOSED), (GONE, CircuitState.CLOSED), (BUSY, CircuitState.OPEN)], ids=["ok", "gone", "busy"]
)
async def test_of_a_crowd_exactly_one_probes(verdict: Exception | None, state: CircuitState) -> None:
    clock = _Clock()
    breaker = _breaker(clock)
    await _opened(breaker)
    clock.seconds += COOL_DOWN
    assert breaker.reading().state is CircuitState.HALF_OPEN
    decided, probes = asyncio.Event(), 0

    async def attempt() -> str:
        nonlocal probes
        probes += 1
        await decided.wait()
        if verdict is not None:
            raise verdict
        return "well"

    crowd = [asyncio.create_task(breaker.call(attempt)) for _ in range(50)]
    await asyncio.sleep(0)
    assert breaker.reading().state is CircuitState.HALF_OPEN
    decided.set()
    results = await asyncio.gather(*crowd, return_exceptions=True)
    assert probes == 1
    assert sum(isinstance(result, CircuitOpenError) for result in results) == 49
    assert breaker.reading().state is state


async def test_a_cancelled_probe_leaves_the_place_to_the_next() -> None:
    clock = _Clock()
    breaker = _breaker(clock)
    await _opened(breaker)
    clock.seconds += COOL_DOWN
    probe = asyncio.create_task(breaker.call(asyncio.Event().wait))
    await asyncio.sleep(0)
    probe.cancel()
    with pytest.raises(asyncio.CancelledError):
        await probe
    assert breaker.reading().state is CircuitState.HALF_OPEN
    await _call(breaker)
    assert breaker.reading() == CircuitReading(CircuitState.CLOSED, 0, 0, 0.0)


@pytest.mark.parametrize(("window", "minimum", "cool_down"), [(0, 1, 1), (1, 0, 1), (1, 1, -1)])
async def test_bounds_that_make_no_sense_are_refused(window: float, minimum: int, cool_down: float) -> None:
    with pytest.raises(ValueError, match="circuit breaker"):
        CircuitBreaker("Thing", window_seconds=window, minimum_calls=minimum, cool_down_seconds=cool_down)


class _Gate:
    """Awaited, it stands until the coroutine around it is sent on."""

    def __await__(self) -> Generator[None, None, None]:
        yield


class _Crowd(RuleBasedStateMachine):
    """Calls that overlap in every way, driven by hand; the model remembers everything and counts anew each time."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = _Clock()
        self.breaker = _breaker(self.clock)
        self.under_way: list[tuple[Coroutine[None, None, None], int, bool]] = []
        self.phase = 0
        self.opened_at: float | None = None
        self.history: list[tuple[float, bool]] = []

    def expected(self) -> CircuitState:
        if self.opened_at is None:
            return CircuitState.CLOSED
        return CircuitState.OPEN if self.clock.seconds < self.opened_at + COOL_DOWN else CircuitState.HALF_OPEN

    def probes(self) -> int:
        return sum(is_probe for _, _, is_probe in self.under_way)

    @rule(seconds=st.sampled_from([1.0, 10.0, 30.0, 60.0]))
    def time_passes(self, seconds: float) -> None:
        self.clock.seconds += seconds

    @rule()
    def someone_calls(self) -> None:
        state = self.expected()
        call = self.breaker.call(self._attempt)
        if state is CircuitState.OPEN or (state is CircuitState.HALF_OPEN and self.probes()):
            with pytest.raises(CircuitOpenError):
                call.send(None)
        else:
            call.send(None)
            self.under_way.append((call, self.phase, state is CircuitState.HALF_OPEN))

    @precondition(lambda self: self.under_way)
    @rule(data=st.data(), error=st.sampled_from([None, BUSY, BUSY, GONE, asyncio.CancelledError()]))
    def a_call_ends(self, data: st.DataObject, error: BaseException | None) -> None:
        call, phase, is_probe = self.under_way.pop(data.draw(st.integers(0, len(self.under_way) - 1)))
        with pytest.raises(StopIteration if error is None else type(error)):
            call.send(None) if error is None else call.throw(error)
        if phase != self.phase or isinstance(error, asyncio.CancelledError):
            return
        if is_probe:
            self.phase += 1
            self.opened_at = self.clock.seconds if error is BUSY else None
            self.history = []
            return
        self.history.append((self.clock.seconds, error is BUSY))
        recent = [failed for at, failed in self.history if at > self.clock.seconds - WINDOW]
        if len(recent) >= MINIMUM and 2 * sum(recent) > len(recent):
            self.phase += 1
            self.opened_at = self.clock.seconds

    @invariant()
    def the_state_is_the_expected_one(self) -> None:
        assert self.breaker.reading().state is self.expected()
        assert self.probes() <= 1

    def teardown(self) -> None:
        for call, _, _ in self.under_way:
            call.close()

    @staticmethod
    async def _attempt() -> None:
        await _Gate()


_Crowd.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestCrowd = _Crowd.TestCase
