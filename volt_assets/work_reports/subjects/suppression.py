"""Whose data must not come back: a list of people who were forgotten, readable by nobody, recognised when they turn up.

Belongs here: the list and its file. Does not: leaving people out of what Toggl and Fibery give (hiding_toggl.py,
hiding_fibery.py), removing what is stored (forget.py). Only keyed hashes are kept: the file says that somebody is left out, not who.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from datetime import date

from pydantic import ValidationError

from volt_assets.errors import StoredDataError
from volt_assets.resilience.atomic_file import AnyPath, write_atomically
from volt_assets.work_reports.models import Frozen


class SuppressedSubject(Frozen):
    """One person: hashes of what they can be recognised by."""

    since: date
    user_ids: tuple[str, ...]
    emails: tuple[str, ...]
    names: tuple[str, ...]


class Suppression(Frozen):
    """`suppressed.json`: everybody who was forgotten, and the key of the hashes."""

    schema_version: int = 1
    salt: str
    subjects: tuple[SuppressedSubject, ...] = ()

    def hides_user(self, user_id: int | None, email: str | None = None) -> bool:
        """Whether somebody in Toggl is one of them, by user id or by e-mail."""
        if not self.subjects:
            return False
        by_id = user_id is not None and self._has("user_ids", str(user_id))
        return by_id or self.hides_email(email)

    def hides_email(self, email: str | None) -> bool:
        """Whether the e-mail, in any case, is of one of them."""
        return bool(email) and self._has("emails", email or "")

    def hides_name(self, name: str | None) -> bool:
        """Whether the name, in any case and spacing, is of one of them; a namesake is taken for them."""
        return bool(name) and self._has("names", name or "")

    def with_subject(self, *, user_ids: Iterable[int], emails: Iterable[str], names: Iterable[str], since: date) -> Suppression:
        """The list with one person more; somebody who is on it already is replaced."""
        subject = SuppressedSubject(
            since=since,
            user_ids=self._hashes(map(str, user_ids)),
            emails=self._hashes(emails),
            names=self._hashes(names),
        )
        return self._replaced([one for one in self.subjects if not set(one.emails) & set(subject.emails)] + [subject])

    def without_email(self, email: str) -> Suppression:
        """The list without the person of this e-mail."""
        return self._replaced([one for one in self.subjects if self._hash(email) not in one.emails])

    def _replaced(self, subjects: Iterable[SuppressedSubject]) -> Suppression:
        return self.model_copy(update={"subjects": tuple(subjects)})

    def _has(self, kind: str, text: str) -> bool:
        wanted = self._hash(text)
        return any(wanted in getattr(one, kind) for one in self.subjects)

    def _hashes(self, texts: Iterable[str]) -> tuple[str, ...]:
        return tuple(sorted({self._hash(text) for text in texts}))

    def _hash(self, text: str) -> str:
        return hmac.new(bytes.fromhex(self.salt), " ".join(text.split()).casefold().encode(), hashlib.sha256).hexdigest()


def read_suppression(path: AnyPath) -> Suppression:
    """The stored list, an empty one when there is none.

    Raises StoredDataError for a file that cannot be read: without it, people would come back who were forgotten.
    """
    try:
        stored = Suppression.model_validate_json(path.read_bytes())
        bytes.fromhex(stored.salt)
    except FileNotFoundError:
        return Suppression(salt=secrets.token_hex(16))
    except (OSError, ValidationError, ValueError) as error:
        raise StoredDataError(
            f"{path}: the list of forgotten people cannot be read", hint="restore it from a backup; without it they would come back"
        ) from error
    return stored


def write_suppression(path: AnyPath, suppression: Suppression) -> None:
    """Replace the stored list."""
    write_atomically(path, suppression.model_dump_json(indent=1).encode() + b"\n")
