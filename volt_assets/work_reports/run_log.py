"""The log of the runs over a data folder: `<data>/.volt/logs/volt.jsonl`, however a run was started.

Belongs here: where it lies and what is said of runs and steps. Why something failed stands in the record of the run: its text may name
people, so it is not repeated here. The format is json_log.py's.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

from volt_assets.environment import log_level, secrets_in
from volt_assets.resilience.json_log import log_is_about, log_to
from volt_assets.work_reports.data_folder import DataFolder

FILE_NAME = "volt.jsonl"
_log = logging.getLogger("volt.run")


def start_log(data: DataFolder) -> None:
    """Let this process log into the folder, from VOLT_LOG_LEVEL on. Raises EnvironmentVariableError for a level that is none."""
    log_to(data.local_cache("logs") / FILE_NAME, log_level(os.environ), secrets=secrets_in(os.environ))


@contextmanager
def log_about_step(run_id: str, key: str, asset: str, part: str) -> Iterator[None]:
    """Whatever is logged in the body says run, key and step; so does a line about its end. `part` as in steps.py."""
    with log_is_about(run_id=run_id, key=key[:80], step=asset):
        began = time.monotonic()
        try:
            yield
        except Exception as error:
            log_end("step failed", seconds=time.monotonic() - began, error=error)
            raise
        if part in ("whole", "last"):
            log_end("step finished", seconds=time.monotonic() - began)


@contextmanager
def log_about_run(run_id: str, key: str) -> Iterator[None]:
    """Whatever is logged in the body says run and key."""
    with log_is_about(run_id=run_id, key=key):
        yield


def log_end(what: str, *, seconds: float | None = None, status: str | None = None, error: BaseException | None = None) -> None:
    """A step or a run has ended; `error` says why, by its class alone."""
    said = {"seconds": None if seconds is None else f"{seconds:.3f}", "status": status, "error": type(error).__name__ if error else None}
    level = (
        logging.INFO
        if error is None and status in (None, "completed")
        else logging.ERROR
        if status == "failed" or error
        else logging.WARNING
    )
    _log.log(level, what, extra={"said": {name: value for name, value in said.items() if value is not None}})
