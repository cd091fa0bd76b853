"""What operators are told, and how it reads.

Belongs here: the kinds, one alert, its text. Does not: whether it was told already (alert_book.py), and by which way (channels.py).
"""

from __future__ import annotations

import hashlib
import re
from datetime import datetime, timedelta
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from volt_assets.errors import QuotaExhaustedError, VoltError
from volt_assets.work_reports.models.run_metadata import RunMetadata

Kind = Literal["failed", "hanging", "waiting", "missed"]
_PLAIN = re.compile(r"[0-9A-Za-z_-]{1,120}")
_HEADLINES: dict[Kind, str] = {
    "failed": "the run of {key} failed",
    "hanging": "the run of {key} does not come to an end",
    "waiting": "the run of {key} waits for quota",
    "missed": "no run of {key}",
}


class Alert(BaseModel):
    """One thing to tell. `subject` is what it is told once about: a run, or a range."""

    model_config = ConfigDict(frozen=True)

    kind: Kind
    subject: str
    key: str
    run_id: str | None = None
    reason: str
    hint: str | None = None
    raised_at: AwareDatetime
    sent: dict[str, AwareDatetime] = Field(default_factory=dict)
    """By channel."""
    tries: int = 0
    problem: str | None = None
    """Why the last try did not reach everybody."""

    @property
    def name(self) -> str:
        """A name of a file, the same for the same kind and subject."""
        return name_of(self.kind, self.subject)

    @property
    def headline(self) -> str:
        """One line."""
        return f"Volt: {_HEADLINES[self.kind].format(key=self.key)}"

    @property
    def text(self) -> str:
        """The whole message, for people."""
        lines = [self.headline, "", self.reason]
        lines += [f"hint: {self.hint}"] if self.hint else []
        lines += ["", f"volt-agent show-run --run-id {self.run_id}"] if self.run_id else []
        return "\n".join(lines) + "\n"


def name_of(kind: Kind, subject: str) -> str:
    """Whatever the subject holds, it is the name of a file."""
    plain = subject if _PLAIN.fullmatch(subject) else hashlib.sha256(subject.encode()).hexdigest()[:32]
    return f"{kind}-{plain}"


def of_end(status: str, *, key: str, run_id: str, record: RunMetadata | None, now: datetime) -> Alert | None:
    """What the end of a run gives to tell; nothing when it was completed, incomplete or canceled."""
    error = record.error if record is not None and record.run_id == run_id else None
    reason = f"{error.step}: {error.message}" if error is not None else "the run ended without saying why"
    hint = error.hint if error is not None else "the log of the run has the details"
    if status == "waiting":
        resets_at = error.resets_at if error is not None else None
        back = f"; the quota resets at {resets_at:%Y-%m-%d %H:%M} UTC" if resets_at else ""
        # Each try of a range that waits is a run of its own: they are one thing to know.
        return Alert(kind="waiting", subject=key, key=key, run_id=run_id, reason=f"{reason}{back}", hint=hint, raised_at=now)
    if status == "failed":
        return Alert(kind="failed", subject=run_id, key=key, run_id=run_id, reason=reason, hint=hint, raised_at=now)
    return None


def of_not_begun(error: VoltError, *, key: str, now: datetime) -> Alert:
    """A run that ended before its first step, e.g. by a rejected token: told once a day and range."""
    if isinstance(error, QuotaExhaustedError):
        reason = f"{error}; the quota resets at {error.resets_at:%Y-%m-%d %H:%M} UTC"
        return Alert(kind="waiting", subject=key, key=key, reason=reason, hint=error.hint, raised_at=now)
    reason = f"it could not begin: {error}"
    return Alert(kind="failed", subject=f"{key}-{now:%Y-%m-%d}", key=key, reason=reason, hint=error.hint, raised_at=now)


def of_hanging(*, key: str, run_id: str, since: datetime, now: datetime) -> Alert:
    """A run that has not ended."""
    return Alert(
        kind="hanging",
        subject=run_id,
        key=key,
        run_id=run_id,
        reason=f"it was started {_hours(now - since)} ago, at {since:%Y-%m-%d %H:%M} UTC",
        hint=f"look with volt-agent show-run --follow, end it with volt-agent cancel-run --run-id {run_id}",
        raised_at=now,
    )


def of_missed(*, schedule: str, key: str, due: datetime, now: datetime) -> Alert:
    """A tick of a schedule without a run."""
    return Alert(
        kind="missed",
        subject=f"{schedule}-{key}",
        key=key,
        reason=f"the schedule {schedule} was due {_hours(now - due)} ago, at {due:%Y-%m-%d %H:%M %Z}, and there is no run of that range",
        hint="check that the daemon runs; volt-agent run with the dates of the range makes it now",
        raised_at=now,
    )


def _hours(span: timedelta) -> str:
    minutes = int(span.total_seconds() // 60)
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h"  # noqa: PLR2004 -- two hours
