"""Where everything of this domain lies in the data folder, and whose data it is.

```
<data>/work_reports/toggl_days/2025-10-07.json
<data>/work_reports/2025-10-06_2025-10-12/…         one folder per range key
<data>/work_reports/scopes/users-1a2b3c4d.json       the e-mails behind an ad-hoc scope
<data>/.volt/                                         workspace.json, people.json, fibery_schema.json, progress/, scratch/
```
Belongs here: paths, the claim of a folder by one workspace, scopes. Does not: what is in the documents.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from volt_assets.environment import FiberyAccess, TogglAccess
from volt_assets.errors import StoredDataError, UsageError
from volt_assets.resilience.atomic_file import AnyPath, is_local, open_folder, write_atomically
from volt_assets.settings import Settings
from volt_assets.work_reports.range_key import RangeKey, users_scope

DOMAIN = "work_reports"


@dataclass(frozen=True)
class DataFolder:
    """The data folder at `location` (an absolute path or a URL of fsspec)."""

    location: str

    @property
    def root(self) -> AnyPath:
        """The folder itself."""
        return open_folder(self.location)

    @property
    def days(self) -> AnyPath:
        """The store of days."""
        return self.root / DOMAIN / "toggl_days"

    def of_range(self, key: str) -> AnyPath:
        """The folder of one range key (already validated)."""
        return self.root / DOMAIN / key

    def cache(self, name: str) -> AnyPath:
        """A file that may be deleted at any time."""
        return self.root / ".volt" / name

    def progress_file(self, run_id: str) -> Path | None:
        """Where a run tells how far it is; None when the data is not on a local disk."""
        path = self.cache("progress") / f"{run_id}.jsonl"
        return Path(str(path)) if is_local(path) else None

    def claim(self, toggl: TogglAccess, fibery: FiberyAccess) -> None:
        """Bind the folder to one workspace at one host. Raises StoredDataError when it belongs to another."""
        owner = {
            "toggl_host": urlsplit(toggl.base_url).hostname,
            "toggl_workspace_id": toggl.workspace_id,
            "fibery_host": urlsplit(fibery.base_url).hostname,
        }
        path = self.root / ".volt" / "workspace.json"
        stored = self._read_json(path)
        if stored is None:
            write_atomically(path, json.dumps(owner, indent=2).encode() + b"\n")
        elif stored != owner:
            theirs, ours = (", ".join(f"{name}={value}" for name, value in sorted(each.items())) for each in (stored, owner))
            raise StoredDataError(
                f"{self.location}: this data folder belongs to another workspace ({theirs}); the environment says {ours}",
                hint="choose another folder with --output-dir or VOLT_DATA_DIR",
            )

    def check_claim(self, toggl: TogglAccess, fibery: FiberyAccess) -> None:
        """The same judgement without binding an unclaimed folder."""
        if (self.root / ".volt" / "workspace.json").is_file():
            self.claim(toggl, fibery)

    def remember_users(self, emails: Sequence[str]) -> str:
        """Store the e-mails of an ad-hoc list and return its scope, `users-<8 hex>`."""
        scope = users_scope(emails)
        content = {"scope": scope, "emails": sorted({email.strip().lower() for email in emails})}
        write_atomically(self.root / DOMAIN / "scopes" / f"{scope}.json", json.dumps(content, indent=2).encode() + b"\n")
        return scope

    def scope_emails(self, key: RangeKey, settings: Settings) -> frozenset[str] | None:
        """Whom a range is about; None is everybody. Raises UsageError for a scope that nobody defined."""
        if key.scope is None:
            return None
        if key.scope in settings.teams:
            return frozenset(settings.teams[key.scope])
        stored = self._read_json(self.root / DOMAIN / "scopes" / f"{key.scope}.json")
        if stored is None:
            known = ", ".join(sorted(settings.teams)) or "none"
            raise UsageError(
                f"{key}: nobody knows the scope '{key.scope}' (teams in volt.yaml: {known})", hint="use --team or --users to make it"
            )
        return frozenset(stored["emails"])

    @staticmethod
    def _read_json(path: AnyPath) -> dict[str, Any] | None:
        try:
            content = json.loads(path.read_bytes())
        except FileNotFoundError:
            return None
        except ValueError as error:
            raise StoredDataError(
                f"{path}: is not readable JSON", hint="restore the file from a backup, or choose another data folder"
            ) from error
        if not isinstance(content, dict):
            raise StoredDataError(f"{path}: does not hold what Volt writes there", hint="choose another data folder")
        return content
