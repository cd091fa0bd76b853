"""A run is ended from outside its steps: by a signal, from another process, by its limit; and in the end for certain."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import dagster as dg
import pytest
from dagster._core.test_utils import create_run_for_test

from volt_assets.cli.run_ending import GRACE_SECONDS, RunEnding
from volt_assets.resilience.time_limit import TimeLimit
from volt_assets_tests.checkout import ROOT

RUNNING, CANCELING, FAILED = dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING, dg.DagsterRunStatus.FAILURE


@dataclass
class World:
    """A run that is interrupted and ended on a clock of its own: waiting passes time and nothing else."""

    instance: dg.DagsterInstance
    run_id: str
    ends_when_interrupted: bool = True
    limit_seconds: float = 8.0
    time: float = 0.0
    happened: list[str] = field(default_factory=list)
    interrupted_at: float | None = None

    def __post_init__(self) -> None:
        self.ending = RunEnding(
            self.instance,
            self.run_id,
            TimeLimit(self.limit_seconds, monotonic=lambda: self.time),
            wait=self.wait,
            interrupt=self.interrupt,
            end_process=lambda: self.happened.append("process ended"),
        )

    def wait(self, seconds: float) -> bool:
        """Whether the run has ended; one that listens does so within a second."""
        if self.interrupted_at is not None and self.ends_when_interrupted:
            return True
        self.time += seconds
        return False

    def interrupt(self) -> None:
        self.happened.append("interrupted")
        self.interrupted_at = self.time

    @property
    def status(self) -> dg.DagsterRunStatus:
        run = self.instance.get_run_by_id(self.run_id)
        assert run is not None
        return run.status


@pytest.fixture
def run_id_and_instance() -> Iterator[tuple[str, dg.DagsterInstance]]:
    with dg.DagsterInstance.ephemeral() as instance:
        yield str(create_run_for_test(instance, job_name="work_reports", status=RUNNING).run_id), instance


@pytest.fixture
def world(run_id_and_instance: tuple[str, dg.DagsterInstance]) -> World:
    return World(run_id_and_instance[1], run_id_and_instance[0])


@pytest.fixture
def deaf(run_id_and_instance: tuple[str, dg.DagsterInstance]) -> World:
    """A run that ignores what it is told."""
    return World(run_id_and_instance[1], run_id_and_instance[0], ends_when_interrupted=False)


def test_a_signal_is_reported_before_the_run_is_interrupted(world: World) -> None:
    world.ending.on_signal(wait_for_signal=lambda: None)
    assert (world.status, world.happened) == (CANCELING, ["interrupted"])


def test_a_signal_after_the_end_does_nothing(world: World) -> None:
    world.ending.run_has_ended()
    world.ending.on_signal(wait_for_signal=lambda: None)
    assert (world.status, world.happened) == (RUNNING, [])


def test_another_process_cancels_through_the_instance(world: World) -> None:
    run = world.instance.get_run_by_id(world.run_id)
    assert run is not None
    world.instance.report_run_canceling(run)
    world.ending.on_status()
    assert world.happened == ["interrupted"]
    assert world.time < 2


def test_nobody_interrupts_twice(world: World) -> None:
    """A second interruption would hit what the first one has set going: writing down how the run ended."""
    world.ending.on_signal(wait_for_signal=lambda: None)
    world.interrupted_at = None
    world.ending.on_status()
    assert world.happened == ["interrupted"]


def test_the_limit_ends_a_run_as_failed_and_not_before(world: World) -> None:
    world.ending.on_limit()
    assert (world.status, world.happened) == (FAILED, ["interrupted"])
    assert world.limit_seconds <= world.time < world.limit_seconds + 1


def test_a_limit_that_moves_is_followed(world: World) -> None:
    world.ending.limit.extend(4)
    world.ending.on_limit()
    assert world.time >= world.limit_seconds + 4


@pytest.mark.parametrize("way", ["signal", "limit"])
def test_a_run_that_does_not_listen_is_ended_with_its_process_after_a_grace(deaf: World, way: str) -> None:
    if way == "signal":
        deaf.ending.on_signal(wait_for_signal=lambda: None)
    else:
        deaf.ending.on_limit()
    assert deaf.happened == ["interrupted", "process ended"]
    assert deaf.interrupted_at is not None
    assert deaf.time - deaf.interrupted_at == GRACE_SECONDS


def test_signals_reach_whoever_waits_for_them_and_the_main_thread_is_interrupted_as_by_sigterm() -> None:
    from volt_assets.cli import interrupts  # noqa: PLC0415 -- shows what belongs together

    before = signal.pthread_sigmask(signal.SIG_BLOCK, ())
    handler_before = signal.getsignal(signal.SIGTERM)
    came: list[str] = []
    try:
        interrupts.hold_interrupts()
        with interrupts.interruptible_by_threads():
            signal.signal(signal.SIGTERM, lambda _number, _frame: came.append("as SIGTERM"))

            def pass_on() -> None:
                interrupts.wait_for_interrupt()
                interrupts.interrupt_main_thread()

            waiting = threading.Thread(target=pass_on)
            waiting.start()
            signal.pthread_kill(waiting.ident or 0, signal.SIGTERM)
            waiting.join(timeout=30)
        assert not waiting.is_alive()
        assert came == ["as SIGTERM"]
    finally:
        signal.signal(signal.SIGTERM, handler_before)
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def test_the_comment_of_the_limit_says_how_long_the_grace_is() -> None:
    assert f"{GRACE_SECONDS:g} seconds more, then the process is ended" in (ROOT / "config" / "volt.yaml").read_text()
