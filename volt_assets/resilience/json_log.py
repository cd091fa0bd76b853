"""A log of JSON lines that several processes share: each line says which run and step it is about.

    {"at": "2025-10-13T06:00:00.123+00:00", "level": "INFO", "logger": "volt.run", "run_id": "…", "key": "…", "step": "…", "message": "…"}

What is logged below the logger `volt` gets here. Messages are cleaned of secrets and of e-mail addresses; names of people and texts
of theirs are not to be logged at all. The files are bounded: the oldest goes when the newest is full.
Belongs here: the format, the file and its rotation. Does not: where it lies, and what is said (work_reports/run_log.py).
"""

from __future__ import annotations

import json
import logging
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

from volt_assets.resilience.file_lock import file_lock

LOGGER = "volt"
MOST_BYTES = 5_000_000
OLDER_FILES = 3
_E_MAIL = re.compile(r"[^\s@<>\"'(),;:]+@[^\s@<>\"'(),;:]+\.[^\s@<>\"'(),;:]+")
_about: ContextVar[dict[str, str] | None] = ContextVar("about", default=None)


@contextmanager
def log_is_about(**fields: str) -> Iterator[None]:
    """Everything logged in the body says these fields, e.g. run_id, key, step."""
    token = _about.set({**(_about.get() or {}), **fields})
    try:
        yield
    finally:
        # A coroutine that was left behind is cleared away somewhere else: nothing is to be put back there.
        with suppress(ValueError):
            _about.reset(token)


def log_to(path: Path, level: str, *, secrets: Sequence[str] = (), most_bytes: int = MOST_BYTES) -> None:
    """From now on this process logs into the file, from `level` on; the file is made with the first line."""
    logger = logging.getLogger(LOGGER)
    logger.setLevel(level.upper())
    for handler in [one for one in logger.handlers if isinstance(one, SharedRotatingHandler)]:
        if handler.baseFilename == os.path.abspath(path):  # noqa: PTH100 -- as the handler says it
            handler.setFormatter(JsonFormatter(secrets))
            return
        logger.removeHandler(handler)
        handler.close()
    handler = SharedRotatingHandler(path, most_bytes)
    handler.setFormatter(JsonFormatter(secrets))
    logger.addHandler(handler)


class JsonFormatter(logging.Formatter):
    """One object per line. Of an exception only its class: its text may hold anything."""

    def __init__(self, secrets: Sequence[str] = ()) -> None:
        """`secrets` are blanked wherever they stand."""
        super().__init__()
        self._secrets = [secret for secret in secrets if secret]

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            **(_about.get() or {}),
            "message": self._cleaned(record.getMessage()),
            **{name: self._cleaned(str(value)) for name, value in getattr(record, "said", {}).items()},
        }
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
        return json.dumps(line)

    def _cleaned(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return _E_MAIL.sub("<e-mail>", text)


class SharedRotatingHandler(RotatingFileHandler):
    """A rotating file that other processes append to and rotate as well."""

    def __init__(self, path: Path, most_bytes: int) -> None:
        """Nothing is touched before the first line."""
        super().__init__(path, maxBytes=most_bytes, backupCount=OLDER_FILES, encoding="utf-8", delay=True)

    def emit(self, record: logging.LogRecord) -> None:
        """Append to the file that has the name now, whoever rotated it."""
        if self.stream is not None and not self._is_current():
            self.stream.close()
            self.stream = None
        super().emit(record)

    def doRollover(self) -> None:  # noqa: N802 -- the name the standard library gives it
        """Rotate, unless another process has just done so."""
        with file_lock(Path(f"{self.baseFilename}.lock")):
            if self._is_current():
                super().doRollover()
            elif self.stream is not None:
                self.stream.close()
                self.stream = self._open()

    def _open(self) -> Any:
        Path(self.baseFilename).parent.mkdir(parents=True, exist_ok=True)
        return super()._open()

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 -- as above
        """A log that cannot be written disturbs nobody."""

    def _is_current(self) -> bool:
        if self.stream is None:
            return False
        try:
            named, ours = os.stat(self.baseFilename), os.fstat(self.stream.fileno())  # noqa: PTH116 -- for every line
        except OSError:
            return False
        return (named.st_dev, named.st_ino) == (ours.st_dev, ours.st_ino)
