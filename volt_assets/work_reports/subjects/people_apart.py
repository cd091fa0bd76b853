"""One person and everybody else: whose a row, an object or a report is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from volt_assets.work_reports.subjects.subject import Subject, readable

Whose = Literal["own", "theirs", "nobody"]
_ID_KEYS = frozenset({"user_id", "person", "toggl_user_id"})
_REPORT = re.compile(r"(?:reports|revisions)/individual/([a-z0-9_]+)(?:\.|/)")


@dataclass(frozen=True)
class PeopleApart:
    """`others` are all the other known people, as if they were one."""

    subject: Subject
    others: Subject

    def whose(self, fields: Mapping[str, Any]) -> Whose:
        """By the fields that are nothing but a user id, an e-mail, a name or a file name. Of two people: theirs."""
        if any(self._is(self._theirs, self.others, key, value) for key, value in fields.items()):
            return "theirs"
        return "own" if any(self._is(self._own, self.subject, key, value) for key, value in fields.items()) else "nobody"

    def naming(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        """The fields that name the person."""
        return {key: value for key, value in fields.items() if self.subject.is_named_in(f'"{key}": {value}')}

    def _is(self, words: frozenset[str], person: Subject, key: str, value: object) -> bool:
        if key in _ID_KEYS and str(value).isdigit():
            return int(str(value)) in person.user_ids
        return isinstance(value, str) and bool(value.strip()) and readable(value) in words

    @cached_property
    def _own(self) -> frozenset[str]:
        return _words(self.subject)

    @cached_property
    def _theirs(self) -> frozenset[str]:
        return _words(self.others) - self._own


def person_of_report(relative: str) -> str | None:
    """The file name of the person whom a report, or a revision of it, is about."""
    match = _REPORT.search(relative)
    return match[1] if match else None


def _words(person: Subject) -> frozenset[str]:
    telling = (slug for slug in person.slugs if "_" in slug)
    ids = (f"user {user_id}" for user_id in person.user_ids)
    return frozenset(readable(word) for word in (*person.emails, *person.names, *telling, *ids)) - {""}
