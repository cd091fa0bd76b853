"""Revisions of reports: what a report said before it was made again from other data."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import Field

from volt_assets.work_reports.models.document import Frozen


class Revision(Frozen):
    """`revisions/<report>/<number>.json`: one revision of one report, whole."""

    schema_version: int = 1
    report: str
    """`team_summary`, `individual/john_doe`, …"""
    number: int
    generated_at: datetime
    run_id: str
    data_version: str
    """Of the data it was made from, as its Markdown is stamped."""
    total_seconds: int | None
    """None for a report that does not know of single entries, such as that of billing."""
    entries: tuple[int, ...]
    """Ids of the Toggl entries it is about, ascending."""
    time: str = ""
    """Digest over how the time is spread over items and activities; empty in those made before it was kept."""
    since_previous: Change | None = None
    """None in the first one, and in those that do not know of single entries."""
    markdown: str
    document: dict[str, Any] | None = None
    """The JSON beside the Markdown."""


class Change(Frozen):
    """What is other than in the revision before."""

    previous: int
    """Number of the revision it is compared with."""
    seconds: int
    """More tracked time (negative: less)."""
    added: tuple[int, ...] = ()
    """Entry ids that are new."""
    changed: tuple[int, ...] = ()
    """Entries that were edited in Toggl since."""
    deleted: tuple[int, ...] = ()
    is_spread_anew: bool = False
    """The time counts elsewhere than before and no edit is known: a day was downloaded anew instead of compared, or rules changed."""

    @property
    def is_of_entries(self) -> bool:
        """Some time entry is another; otherwise only items, texts, settings or templates are."""
        return bool(self.seconds or self.added or self.changed or self.deleted)


class CurrentRevision(Frozen):
    """What the index says of a report's latest revision."""

    number: int
    signature: str
    """Digest over everything the report shows: equal means that there is nothing to write anew."""
    data_version: str
    """Of the data it was made from."""
    confirmed_data: str
    """The latest data for which the revision was found to be right still."""
    confirmed_run_id: str
    """The run that found it so."""


class RevisionIndex(Frozen):
    """`revisions/index.json`."""

    schema_version: int = 1
    reports: dict[str, CurrentRevision] = Field(default_factory=dict)


Revision.model_rebuild()
