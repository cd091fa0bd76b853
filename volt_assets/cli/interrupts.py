"""SIGINT and SIGTERM, and how threads interrupt the main one.

Belongs here: signals of this process. What an interruption means for a run is run_ending.py's.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

ENDING = frozenset({signal.SIGINT, signal.SIGTERM})
# A signal of our own: the two above are held back, so threads could not send them to the main one.
_OURS = signal.SIGUSR1


@contextmanager
def sigterm_as_ctrl_c() -> Iterator[None]:
    """Let SIGTERM leave the body as Ctrl-C does, through its `with` blocks: terminals are restored, what was begun is settled."""
    is_ours_to_set = threading.current_thread() is threading.main_thread() and signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    if not is_ours_to_set:
        yield
        return
    signal.signal(signal.SIGTERM, _as_ctrl_c)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


def hold_interrupts() -> None:
    """Keep both for the thread that waits for them, from now on and for every thread started later."""
    signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)


def start_workers_of_polars() -> None:
    """Start its threads now, with both held for ever: a signal goes to any thread that does not hold it, and to no waiting one then."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
    try:
        import polars as pl

        pl.thread_pool_size()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def wait_for_interrupt() -> None:
    """Wait for a held SIGINT or SIGTERM."""
    signal.sigwait(ENDING)


@contextmanager
def interruptible_by_threads() -> Iterator[None]:
    """Let `interrupt_main_thread` do to the body, which is in the main thread, what a SIGTERM would.

    That is what the handler does that is there at the moment: Dagster puts its own there while it executes; before that the body is left
    as by Ctrl-C, since by default it would be killed without a word.
    """
    term_before = signal.signal(signal.SIGTERM, _as_ctrl_c)
    ours_before = signal.signal(_OURS, _as_sigterm)
    try:
        yield
    finally:
        signal.signal(_OURS, ours_before)
        signal.signal(signal.SIGTERM, term_before)


def interrupt_main_thread() -> None:
    """Interrupt the main thread, also in the middle of a system call."""
    signal.pthread_kill(threading.main_thread().ident or 0, _OURS)


def _as_ctrl_c(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _as_sigterm(_number: int, frame: FrameType | None) -> None:
    handler = signal.getsignal(signal.SIGTERM)
    if callable(handler):
        handler(signal.SIGTERM, frame)
