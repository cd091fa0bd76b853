"""Where everything of this domain lies in the data folder, and whose data it is.

```
<data>/work_reports/toggl_days/2025-10-07.json
<data>/work_reports/2025-10-06_2025-10-12/…         one folder per range key
<data>/work_reports/scopes/users-1a2b3c4d.json       the e-mails behind an ad-hoc scope
<data>/work_reports/dead_letters/…                    items that failed and wait to be tried again
<data>/work_reports/suppressed.json                   hashes of people who must not come back
<data>/.volt/                                         workspace.json, people.json, fibery_schema.json, progress/, scratch/
```
Belongs here: paths, the claim of a folder by one workspace, scopes. Does not: what is in the documents.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from platformdirs import user_cache_path
from upath import UPath

from volt_assets.environment import FiberyAccess, TogglAccess
from volt_assets.errors import StoredDataError, UsageError
from volt_assets.resilience.atomic_file import AnyPath, is_local, open_folder, write_atomically
from volt_assets.resilience.owner_lock import OwnerLock
from volt_assets.settings import Settings
from volt_assets.work_reports.range_key import RangeKey, users_scope

DOMAIN = "work_reports"
_CLAIM = "workspace.json"
# What a range key is made of; anything else could lead out of the folder.
_KEY_TEXT = re.compile(r"[A-Za-z0-9_-]{1,80}")


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
        """The folder of one range key. Raises UsageError for a text that is no name of a folder, wherever it comes from."""
        if not _KEY_TEXT.fullmatch(key):
            raise UsageError(f"'{key[:80]}' is not a range key", hint="write it as 2025-10-06_2025-10-12, with _team at the end for a team")
        return self.root / DOMAIN / key

    @property
    def dead_letters(self) -> AnyPath:
        """The items that failed and wait to be tried again."""
        return self.root / DOMAIN / "dead_letters"

    @property
    def suppressed(self) -> AnyPath:
        """The list of people who were forgotten and must not come back."""
        return self.root / DOMAIN / "suppressed.json"

    def cache(self, name: str) -> AnyPath:
        """A file that may be deleted at any time."""
        return self.root / ".volt" / name

    def local_cache(self, name: str) -> Path:
        """A folder on this machine's disk that may be deleted at any time, wherever the data lies."""
        if is_local(self.root):
            return Path(str(self.cache(name)))
        return user_cache_path("volt-agent") / hashlib.sha256(self.location.encode()).hexdigest()[:16] / name

    def lock(self, key: str) -> OwnerLock:
        """Held by the run that makes the files of this range key."""
        return OwnerLock(self.cache("locks") / f"{key}.lock")

    def progress_file(self, run_id: str) -> Path | None:
        """Where a run tells how far it is; None when the data is not on a local disk."""
        path = self.cache("progress") / f"{run_id}.jsonl"
        return Path(str(path)) if is_local(path) else None

    def remove_scratch(self, run_id: str) -> None:
        """Remove what the ops of a run handed to each other."""
        folder = self.cache("scratch") / run_id
        if isinstance(folder, UPath) and not is_local(folder):
            folder.fs.rm(folder.path, recursive=True)
        else:
            shutil.rmtree(str(folder), ignore_errors=True)

    def claim(self, toggl: TogglAccess, fibery: FiberyAccess) -> None:
        """Bind the folder to one workspace at one host. Raises StoredDataError when it belongs to another."""
        if self._owner() is None:
            self._check_place()
            write_atomically(self.cache(_CLAIM), json.dumps(_owner_of(toggl, fibery), indent=2).encode() + b"\n")
        self.check_claim(toggl, fibery)

    def check_claim(self, toggl: TogglAccess, fibery: FiberyAccess) -> None:
        """The same judgement without binding an unclaimed folder, or even making it."""
        stored, owner = self._owner(), _owner_of(toggl, fibery)
        if stored is None:
            self._check_place()
        elif stored != owner:
            raise StoredDataError(
                f"{self.location}: this data folder belongs to another workspace: {_named(stored)}, not {_named(owner)}",
                hint="choose another folder with --output-dir or VOLT_DATA_DIR",
            )

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
        path = self.root / DOMAIN / "scopes" / f"{key.scope}.json"
        stored = self._read_json(path)
        if stored is None:
            known = ", ".join(sorted(settings.teams)) or "none"
            raise UsageError(
                f"{key}: nobody knows the scope '{key.scope}' (teams in volt.yaml: {known})", hint="use --team or --users to make it"
            )
        emails = stored.get("emails")
        if not isinstance(emails, list) or not all(isinstance(email, str) for email in emails):
            raise StoredDataError(f"{path}: does not hold the e-mails of a scope", hint="use --users again to make it")
        return frozenset(emails)

    def _owner(self) -> dict[str, Any] | None:
        return self._read_json(self.cache(_CLAIM))

    def _check_place(self) -> None:
        """A local folder can be made and written to: found before anything is asked of anybody."""
        if not is_local(self.root):
            return
        place = Path(str(self.root))
        there = next((path for path in (place, *place.parents) if path.exists()), place)
        if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
            problem = f"{there} is not a folder" if not there.is_dir() else f"nothing can be written to {there}"
            raise StoredDataError(
                f"{self.location}: cannot be a data folder: {problem}", hint="choose another one with --output-dir or VOLT_DATA_DIR"
            )

    @staticmethod
    def _read_json(path: AnyPath) -> dict[str, Any] | None:
        try:
            content = json.loads(path.read_bytes())
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise StoredDataError(f"{path}: cannot be read: {error.strerror or error}", hint="check the file's rights") from error
        except ValueError as error:
            raise StoredDataError(
                f"{path}: is not readable JSON", hint="restore the file from a backup, or choose another data folder"
            ) from error
        if not isinstance(content, dict):
            raise StoredDataError(f"{path}: does not hold what Volt writes there", hint="choose another data folder")
        return content


def _named(owner: dict[str, Any]) -> str:
    return f"Toggl {owner.get('toggl_workspace_id')} at {owner.get('toggl_host')} with Fibery at {owner.get('fibery_host')}"


def _owner_of(toggl: TogglAccess, fibery: FiberyAccess) -> dict[str, Any]:
    return {
        "toggl_host": urlsplit(toggl.base_url).hostname,
        "toggl_workspace_id": toggl.workspace_id,
        "fibery_host": urlsplit(fibery.base_url).hostname,
    }
