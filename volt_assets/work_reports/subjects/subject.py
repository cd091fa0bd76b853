"""Who a person is in what is stored: every e-mail, user id and name they are known by.

Belongs here: from one e-mail to all identities, and recognising them in a text. Does not: where texts lie (traces.py).
"""

from __future__ import annotations

import difflib
import html
import re
from collections.abc import Iterable
from dataclasses import dataclass

from volt_assets.errors import UsageError
from volt_assets.settings import Settings
from volt_assets.work_reports.collect.workspace import read_workspace
from volt_assets.work_reports.data_folder import DataFolder
from volt_assets.work_reports.models import DayFile

_JSON_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")
_SURROGATES = re.compile(r"[\ud800-\udfff]+")
# What our escaping of Markdown and of right-to-left names puts between the letters.
_BETWEEN_LETTERS = re.compile("[\\\\\u2060\u2066-\u2069\u200b]")


@dataclass(frozen=True)
class Subject:
    """One person. `emails` in lower case; `names` as written."""

    emails: frozenset[str]
    user_ids: frozenset[int]
    names: frozenset[str]

    def is_named_in(self, text: str) -> bool:
        """Whether a text names the person by e-mail or full name, or speaks of their user id; any escaping, any case."""
        plain = readable(text)
        words = {readable(word) for word in (*self.emails, *self.names)}
        if any(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", plain) for word in words if word):
            return True
        return any(re.search(rf'"user_id": ?{user_id}\b', text) for user_id in self.user_ids)


def readable(text: str) -> str:
    """The text as its reader sees it: JSON, HTML and Markdown escapes undone, in lower case, single spaces."""
    text = _JSON_ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
    text = _SURROGATES.sub(lambda match: match[0].encode("utf-16", "surrogatepass").decode("utf-16", "replace"), text)
    return " ".join(_BETWEEN_LETTERS.sub("", html.unescape(text)).split()).casefold()


def find_subject(email: str, *, data: DataFolder, settings: Settings, days: Iterable[DayFile]) -> Subject:
    """Everything the person with this e-mail is known by. Raises UsageError, with the nearest e-mail, when nothing stored knows it."""
    given = email.strip().casefold()
    workspace = read_workspace(data.cache("people.json"))
    known: set[tuple[str, int, str]] = set()
    for person in workspace.people if workspace is not None else ():
        known.add(((person.email or "").strip().casefold(), person.user_id, person.name))
    for day in days:
        known.update(((entry.email or "").strip().casefold(), entry.user_id, entry.user_name) for entry in day.entries)
    user_ids = {user_id for own, user_id, _ in known if own == given}
    if not user_ids:
        near = difflib.get_close_matches(given, {own for own, _, _ in known if own}, n=1, cutoff=0.6)
        hint = f"did you mean {near[0]}?" if near else "use the e-mail that Toggl shows under Manage, Members"
        raise UsageError(f"{data.location}: nothing stored here is of '{email.strip()[:80]}'", hint=hint)
    of_them = [one for one in known if one[1] in user_ids]
    mapped = {toggl.strip().casefold(): fibery.strip().casefold() for toggl, fibery in settings.people.items()}
    emails = {own for own, _, _ in of_them if own} | {given}
    return Subject(
        emails=frozenset(emails | {mapped[own] for own in emails if own in mapped}),
        user_ids=frozenset(user_ids),
        names=frozenset(name.strip() for _, _, name in of_them if name.strip()),
    )
