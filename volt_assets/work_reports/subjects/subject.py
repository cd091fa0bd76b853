"""Who a person is in what is stored: every e-mail, user id and name they are known by.

Belongs here: from one e-mail to all identities, and recognising them in a text. Does not: where texts lie (traces.py).
"""

from __future__ import annotations

import difflib
import html
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from volt_assets.errors import UsageError
from volt_assets.settings import Settings
from volt_assets.work_reports.collect.slugs import name_slug
from volt_assets.work_reports.collect.workspace import read_workspace
from volt_assets.work_reports.data_folder import DataFolder
from volt_assets.work_reports.models import DayFile

# A smaller number in a text may count anything.
_TELLING_ID = 1_000_000
_JSON_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")
_SURROGATES = re.compile(r"[\ud800-\udfff]+")
# What our escaping of Markdown and of right-to-left names puts between the letters.
_BETWEEN_LETTERS = re.compile("[\\\\\u2060\u2066-\u2069\u200b]")


@dataclass(frozen=True)
class Subject:
    """One person. `emails` in lower case; `names` as written; `namesakes`: what reports put behind the same name of somebody else."""

    emails: frozenset[str]
    user_ids: frozenset[int]
    names: frozenset[str]
    namesakes: frozenset[str] = frozenset()

    def is_named_in(self, text: str) -> bool:
        """Whether a text names the person by e-mail, full name, file name or user id; any escaping, any case."""
        plain = readable(text)
        return any(pattern.search(plain) for pattern in self._patterns)

    @cached_property
    def slugs(self) -> frozenset[str]:
        """What their reports may be called."""
        plain = {slug for name in self.names if (slug := name_slug(name))}
        ids = self.user_ids
        return frozenset(plain | {f"{slug}_{user_id}" for slug in (*plain, "user") for user_id in ids})

    @cached_property
    def _patterns(self) -> tuple[re.Pattern[str], ...]:
        other = "|".join(re.escape(readable(one)) for one in sorted(self.namesakes))
        no_namesake = rf"(?! \((?:{other})\))" if other else ""
        words = [rf"{_one_of(self.emails)}", rf"{_one_of(self.names)}{no_namesake}"]
        # A file name of one word alone is an ordinary word of a text; it counts where a report is named.
        words += [_one_of(slug for slug in self.slugs if "_" in slug), rf"individual/{_one_of(self.slugs)}"]
        words.append(rf"users?(?:_id)?\"?(?:: ?| |/|_){_one_of(map(str, self.user_ids))}")
        words.append(_one_of(str(user_id) for user_id in self.user_ids if user_id >= _TELLING_ID))
        return tuple(re.compile(rf"(?<!\w)(?:{word})(?!\w)") for word in words)


def _one_of(words: Iterable[str]) -> str:
    """A pattern of them as readable() shows them; without any one that nothing matches."""
    shown = {readable(word) for word in words} - {""}
    return f"(?:{'|'.join(re.escape(word) for word in sorted(shown, key=len, reverse=True))})" if shown else r"(?!)"


def readable(text: str) -> str:
    """The text as its reader sees it: JSON, HTML and Markdown escapes undone, in lower case, single spaces."""
    text = _JSON_ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
    text = _SURROGATES.sub(lambda match: match[0].encode("utf-16", "surrogatepass").decode("utf-16", "replace"), text)
    return " ".join(_BETWEEN_LETTERS.sub("", html.unescape(text)).split()).casefold()


def find_subject(email: str, *, data: DataFolder, settings: Settings, days: Iterable[DayFile]) -> Subject:
    """Everything the person with this e-mail is known by. Raises UsageError, with the nearest e-mail, when nothing stored knows it."""
    given = email.strip().casefold()
    known = _known_people(data, days)
    user_ids = {user_id for own, user_id, _ in known if own == given}
    if not user_ids:
        near = difflib.get_close_matches(given, {own for own, _, _ in known if own}, n=1, cutoff=0.6)
        hint = f"did you mean {near[0]}?" if near else "use the e-mail that Toggl shows under Manage, Members"
        raise UsageError(f"{data.location}: nothing stored here is of '{email.strip()[:80]}'", hint=hint)
    of_them = [one for one in known if one[1] in user_ids]
    mapped = {toggl.strip().casefold(): fibery.strip().casefold() for toggl, fibery in settings.people.items()}
    emails = {own for own, _, _ in of_them if own} | {given}
    names = frozenset(name.strip() for _, _, name in of_them if name.strip())
    return Subject(
        emails=frozenset(emails | {mapped[own] for own in emails if own in mapped}),
        user_ids=frozenset(user_ids),
        names=names,
        namesakes=frozenset(
            mark
            for own, user_id, name in known
            if user_id not in user_ids and readable(name) in {readable(one) for one in names}
            for mark in (own.partition("@")[0], str(user_id))
            if mark
        ),
    )


def everybody_else(subject: Subject, *, data: DataFolder, days: Iterable[DayFile]) -> Subject:
    """All the other people that the folder knows, as if they were one."""
    others = [one for one in _known_people(data, days) if one[1] not in subject.user_ids and one[0] not in subject.emails]
    same = {readable(name) for name in subject.names}
    return Subject(
        emails=frozenset(own for own, _, _ in others if own),
        user_ids=frozenset(user_id for _, user_id, _ in others),
        names=frozenset(name for _, _, name in others if name.strip() and readable(name) not in same)
        | {f"{name} ({mark})" for name in subject.names for mark in subject.namesakes},
    )


def _known_people(data: DataFolder, days: Iterable[DayFile]) -> set[tuple[str, int, str]]:
    """E-mail in lower case ('' without one), user id, name."""
    workspace = read_workspace(data.cache("people.json"))
    known: set[tuple[str, int, str]] = set()
    for person in workspace.people if workspace is not None else ():
        known.add(((person.email or "").strip().casefold(), person.user_id, person.name))
    for day in days:
        known.update(((entry.email or "").strip().casefold(), entry.user_id, entry.user_name) for entry in day.entries)
    return known
