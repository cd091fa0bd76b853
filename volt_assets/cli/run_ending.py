"""Ending a run from outside its steps: Ctrl-C and SIGTERM, cancel-run and the UI, the limit of the run.

Dagster ends an interrupted run as FAILURE unless it was reported as canceling before. Hence: the signals are held back from the main
thread; one thread waits for them, one watches the run's status in the instance, one its limit; each reports first and then interrupts.
A step that neither awaits nor listens is ended with its process after a grace.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from volt_assets.cli.interrupts import interrupt_main_thread, wait_for_interrupt

if TYPE_CHECKING:
    import dagster as dg

    from volt_assets.resilience.time_limit import TimeLimit

POLL_SECONDS = 0.5
# Less than the twenty seconds that cancel-run has patience for.
GRACE_SECONDS = 15.0


class RunEnding:
    """Watches over one run from threads until `run_has_ended`."""

    def __init__(
        self,
        instance: dg.DagsterInstance,
        run_id: str,
        limit: TimeLimit,
        *,
        end_process: Callable[[], None],
        wait: Callable[[float], bool] | None = None,
        interrupt: Callable[[], None] = interrupt_main_thread,
    ) -> None:
        """`end_process` settles the run and ends the process; `wait` waits so many seconds at most and says whether the run has ended."""
        self.limit = limit
        self._instance = instance
        self._run_id = run_id
        self._end_process = end_process
        self._has_ended = threading.Event()
        self._wait = wait or self._has_ended.wait
        self._interrupt = interrupt
        self._interrupted = threading.Lock()

    def start(self) -> None:
        """Begin to watch."""
        for target in (self.on_signal, self.on_status, self.on_limit):
            threading.Thread(target=target, daemon=True).start()

    def run_has_ended(self) -> None:
        """Nothing is to be ended any more."""
        self._has_ended.set()

    def on_signal(self, wait_for_signal: Callable[[], None] = wait_for_interrupt) -> None:
        """Cancel the run when a signal comes."""
        wait_for_signal()
        while not self._has_ended.is_set():
            run = self._instance.get_run_by_id(self._run_id)
            if run is not None and not run.is_finished:
                self._instance.report_run_canceling(run)
                self._end()
            if run is not None or self._wait(0.05):
                return

    def on_status(self) -> None:
        """Stop when the instance says so. FAILURE counts too: run monitoring ends a run that took too long with it."""
        import dagster as dg

        ending = {dg.DagsterRunStatus.CANCELING, dg.DagsterRunStatus.CANCELED, dg.DagsterRunStatus.FAILURE}
        while not self._wait(POLL_SECONDS):
            run = self._instance.get_run_by_id(self._run_id)
            if run is not None and run.status in ending:
                # A run that failed by itself is about to end.
                if not self._wait(POLL_SECONDS):
                    self._end()
                return

    def on_limit(self) -> None:
        """End the run as failed when its limit is over."""
        while not self._wait(min(POLL_SECONDS, max(0.01, self.limit.seconds_left))):
            run = self._instance.get_run_by_id(self._run_id)
            if self.limit.seconds_left > 0 or run is None or run.is_finished:
                continue
            self._instance.report_run_failed(run, f"The run took longer than its limit of {self.limit.seconds:g} s.")
            self._end()
            return

    def _end(self) -> None:
        """Interrupt the run once: a second time would hit what the first one set going. Then end it for certain."""
        if not self._interrupted.acquire(blocking=False):
            return
        self._interrupt()
        if not self._wait(GRACE_SECONDS):
            self._end_process()
