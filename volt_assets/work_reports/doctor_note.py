"""That `volt-agent doctor` has passed for a data folder: schedules and sensors do nothing before.

Belongs here: the note. Does not: what the doctor looks at (cli/diagnosis.py).
"""

from __future__ import annotations

import json
from datetime import datetime

from volt_assets.resilience.atomic_file import write_atomically
from volt_assets.work_reports.data_folder import DataFolder

NOT_PASSED = "volt-agent doctor has not passed for this data folder yet: run it, and mend what it names"
_FILE = "doctor_passed.json"


def note_passed(data: DataFolder, now: datetime) -> None:
    """Remember that everything was in order at `now` (aware)."""
    write_atomically(data.cache(_FILE), json.dumps({"passed_at": now.isoformat()}).encode() + b"\n")


def has_passed(data: DataFolder) -> bool:
    """Whether it ever was. What goes out of order later is said by the run that meets it."""
    return data.cache(_FILE).is_file()
