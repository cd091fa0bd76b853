"""The records of a range's runs, one file per run: `<range>/runs/<run id>.json`, in the form of run_metadata.json.

Belongs here: where they lie and which there are. Does not: what is in them (run_record.py), which of them go (run_pruning.py).
"""

from __future__ import annotations

import re

from pydantic import ValidationError

from volt_assets.resilience.atomic_file import AnyPath, write_atomically
from volt_assets.work_reports.models.run_metadata import RunMetadata

FOLDER = "runs"
# Dagster lets callers choose the id of a run; anything else could lead out of the folder.
_RUN_ID = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]{0,63}")


class RunArchive:
    """The records below the folder of one range."""

    def __init__(self, range_folder: AnyPath) -> None:
        """Nothing is made before the first record."""
        self._folder = range_folder / FOLDER

    def path(self, run_id: str) -> AnyPath | None:
        """Where the record of this run lies; None for an id that is no name of a file."""
        return self._folder / f"{run_id}.json" if _RUN_ID.fullmatch(run_id) else None

    def read(self, run_id: str) -> RunMetadata | None:
        """The record of this run; None when there is none or it cannot be read."""
        path = self.path(run_id)
        try:
            return RunMetadata.model_validate_json(path.read_bytes()) if path is not None else None
        except (FileNotFoundError, NotADirectoryError, ValidationError):
            return None

    def write(self, run_id: str, content: bytes, *, durable: bool) -> None:
        """Replace the record of this run."""
        path = self.path(run_id)
        if path is not None:
            write_atomically(path, content, durable=durable)
