"""Whether the database of Dagster's history is one that the installed Dagster knows.

Dagster itself opens a database of a later release without a word, and reads and writes it as it always did.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from volt_assets.errors import EnvironmentVariableError

if TYPE_CHECKING:
    import dagster as dg


def check_database(instance: dg.DagsterInstance) -> None:
    """Raise EnvironmentVariableError for a database of a newer Dagster. An older one is Dagster's to upgrade."""
    for storage in (instance.run_storage, instance.event_log_storage):
        stored, newest = _versions(storage)
        if stored is not None and stored != newest and stored not in _known_versions():
            raise EnvironmentVariableError(
                f"DAGSTER_HOME: the database of the runs has version {stored[:20]}, which this Dagster does not know: a newer one made it",
                hint="upgrade dagster here, or choose another DAGSTER_HOME",
            )


def _versions(storage: Any) -> tuple[str | None, str | None]:
    """What the database says, and what the installed release would make. Nothing for a storage without migrations."""
    versions = storage.alembic_version()
    return versions or (None, None)


def _known_versions() -> frozenset[str]:
    """Every version that a release up to the installed one has made."""
    import dagster._core.storage as package
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory(str(Path(package.__file__).parent / "alembic"))
    return frozenset(script.revision for script in scripts.walk_revisions())
