"""Which version each stored document has, which one this Volt reads, and the migrations between them.

Belongs here: the versions, the migrations, and refusing what cannot be read. Does not: the models (models/), walking the data folder
(migrating.py). A document whose shape changes so that an older Volt cannot read it, or this one not the older, gets the next version
of its own and a migration with a test; one of a later version is never overwritten, since what it says would be lost.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from volt_assets.errors import NewerFileError, StoredDataError
from volt_assets.work_reports.models.document import SCHEMA_VERSION
from volt_assets.work_reports.models.run_metadata import RunMetadata

_VERSION = re.compile(rb'"schema_version"\s*:\s*(\d{1,9})')
HEAD_BYTES = 400
"""The version is the first key of every document."""
OWN_VERSIONS: Mapping[str, int] = {"run_metadata": RunMetadata.model_fields["schema_version"].default}
"""Documents that have had more than one."""

Content = dict[str, Any]


@dataclass(frozen=True)
class Migration:
    """One step of one document, from a version to the next."""

    document: str
    from_version: int
    what: str
    """What it does, for a person."""
    apply: Callable[[Content], Content]

    def __str__(self) -> str:
        """Its name."""
        return f"{self.document} {self.from_version} to {self.from_version + 1} ({self.what})"


def _run_metadata_2(content: Content) -> Content:
    """A run before the second version made all that it was asked for."""
    return {**content, "parameters": {**content.get("parameters", {}), "skipped": {}}}


MIGRATIONS: tuple[Migration, ...] = (Migration("run_metadata", 1, "it names the assets that a run left as they were", _run_metadata_2),)


def current_version(document: str) -> int:
    """The version this Volt writes and reads."""
    return OWN_VERSIONS.get(document, SCHEMA_VERSION)


def version_in(head: bytes) -> int | None:
    """The version that the first bytes of a document name; None when they name none."""
    found = _VERSION.search(head[:HEAD_BYTES])
    return int(found[1]) if found else None


def migrations_for(document: str, version: int, place: str) -> tuple[Migration, ...]:
    """What brings a document of this version up to date, in order; nothing for a current one.

    Raises NewerFileError for a later version, and StoredDataError when no migration leads from an earlier one.
    """
    current = current_version(document)
    if version > current:
        raise NewerFileError(
            f"{place}: made by a newer Volt: it has schema_version {version}, this one reads {current}",
            hint="upgrade Volt here, or choose another data folder with --output-dir",
        )
    steps = [step for number in range(version, current) for step in MIGRATIONS if (step.document, step.from_version) == (document, number)]
    if len(steps) < current - version:
        raise StoredDataError(
            f"{place}: has schema_version {version}, this Volt reads {current}, and no migration leads there",
            hint="remove the file and make it again",
        )
    return tuple(steps)


def migrated(document: str, content: Content, place: str) -> Content:
    """The content in the current version. Raises as `migrations_for` does."""
    for step in migrations_for(document, int(content.get("schema_version", 0)), place):
        content = {**step.apply(content), "schema_version": step.from_version + 1}
    return content
