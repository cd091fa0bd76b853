"""Following a run until it ends or the person stops looking: live in a terminal, line by line elsewhere.

Belongs here: the loop and the keys. The figures are progress.py's, their looks progress_panel.py's and progress_lines.py's.
The run itself lives in another process and does not notice.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol, Self

from volt_assets.cli.console import Console
from volt_assets.cli.interrupts import sigterm_as_ctrl_c
from volt_assets.cli.progress import ProgressState, tail
from volt_assets.cli.progress_lines import ProgressLines
from volt_assets.cli.terminal_keys import Keys, NoKeys, keys_of_this_terminal
from volt_assets.errors import VoltError

if TYPE_CHECKING:
    from rich.live import Live

REFRESH_SECONDS = 0.25


def _utc_now() -> datetime:
    return datetime.now(UTC)


class _Display(Protocol):
    def __enter__(self) -> Self: ...

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None: ...

    def take(self, line: Mapping[str, Any], now: datetime) -> None: ...

    def refresh(self, now: datetime) -> None: ...

    def notice(self, text: str) -> None: ...


def watch(
    progress_path: Path,
    *,
    is_alive: Callable[[], bool],
    console: Console,
    now: Callable[[], datetime] = _utc_now,
    sleep: Callable[[float], None] = time.sleep,
    on_quit: Callable[[], None] | None = None,
    on_open_ui: Callable[[], str | None] | None = None,
    keys: Keys | None = None,
    plain: bool = False,
    ctrl_c_says: str = "Ctrl-C cancel",
) -> ProgressState:
    """Show the run of `progress_path` until it has ended, its process is gone (`is_alive`), or `q` is pressed.

    `on_quit` is called after the display is closed; `on_open_ui` on `d`, while it is open: it returns a line to show
    (an address), and a VoltError it raises is shown. A key without its function is not offered. `keys` None: those of
    standard input. `plain`: lines even in a terminal, without keys; then it may run beside the run, in a thread.
    `ctrl_c_says` is what the caller makes of Ctrl-C.
    Returns the state; one that is not `is_finished` belongs to a run that goes on (`q`) or died.
    """
    state = ProgressState()
    if plain or not console.stderr_is_terminal:
        keys = NoKeys()
        display: _Display = _Lines(console, state)
    else:
        keys = keys or keys_of_this_terminal()
        can_quit, can_open = (keys.is_available and offered is not None for offered in (on_quit, on_open_ui))
        footer = (*_footer(can_quit=can_quit, can_open=can_open), ctrl_c_says)
        display = _Panel(console, state, footer)
    has_quit = False
    with sigterm_as_ctrl_c(), keys, display:
        for _ in _rounds(progress_path, state, display, is_alive=is_alive, now=now):
            pressed = keys.pressed()
            if "d" in pressed and on_open_ui is not None:
                display.notice(_opened(on_open_ui))
            has_quit = "q" in pressed and on_quit is not None
            if has_quit:
                break
            sleep(REFRESH_SECONDS)
    if has_quit and on_quit is not None:
        on_quit()
    return state


def _rounds(
    path: Path, state: ProgressState, display: _Display, *, is_alive: Callable[[], bool], now: Callable[[], datetime]
) -> Iterator[None]:
    """Read and show what is new, once per round; no more rounds when the run has ended or its process is gone."""
    position = 0
    while True:
        # Asked before reading: what a process wrote last is then surely in the file.
        was_alive = is_alive()
        lines, position = tail(path, position)
        for line in lines:
            if not state.is_finished:
                state.apply(line)
                display.take(line, now())
        display.refresh(now())
        if state.is_finished or not was_alive:
            return
        yield


def _footer(*, can_quit: bool, can_open: bool) -> tuple[str, ...]:
    quitting = ("q stop watching (the run goes on)",) if can_quit else ()
    opening = ("d open in the UI",) if can_open else ()
    return (*quitting, *opening)


def _opened(on_open_ui: Callable[[], str | None]) -> str:
    try:
        return on_open_ui() or ""
    except VoltError as error:
        # The run is fine: a UI that does not open must not end the watching.
        return f"{error} ({error.hint})" if error.hint else str(error)


class _Panel:
    """The live panel."""

    def __init__(self, console: Console, state: ProgressState, footer: tuple[str, ...]) -> None:
        from rich.live import Live

        self._rich = console.rich_stderr()
        self._live: Live = Live(console=self._rich, auto_refresh=False, redirect_stdout=False, redirect_stderr=False)
        self._state = state
        self._footer = footer
        self._notice: str | None = None
        self._seen_at: datetime | None = None

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._seen_at is not None:
            # The last frame stays on the screen; keys no longer do anything.
            self._footer = ()
            self.refresh(self._seen_at)
        self._live.stop()

    def take(self, line: Mapping[str, Any], now: datetime) -> None:
        """The next refresh shows it."""

    def refresh(self, now: datetime) -> None:
        from volt_assets.cli.progress_panel import progress_panel

        self._seen_at = now
        frame = progress_panel(self._state, now, terminal_width=self._rich.width, footer=self._footer, notice=self._notice)
        self._live.update(frame, refresh=True)

    def notice(self, text: str) -> None:
        self._notice = text or None


class _Lines:
    """One plain line per change."""

    def __init__(self, console: Console, state: ProgressState) -> None:
        self._console = console
        self._state = state
        self._lines = ProgressLines()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Nothing is open."""

    def take(self, line: Mapping[str, Any], now: datetime) -> None:
        said = self._lines.describe(line, self._state, now)
        if said is not None:
            self._console.say(said)

    def refresh(self, now: datetime) -> None:
        """Only changes are worth a line."""

    def notice(self, text: str) -> None:
        self._console.say(text)
