"""Who in Fibery the people of a report are: the same e-mail in any case, else the one the `people:` map names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from volt_assets.work_reports.models import Person


@dataclass(frozen=True)
class PeopleMatch:
    """`user_ids` by lower-case Fibery e-mail, the e-mails as Fibery spells them, and whom Fibery does not know."""

    user_ids: Mapping[str, tuple[int, ...]]
    spellings: tuple[str, ...]
    unmatched: tuple[Person, ...]


def match_people(people: Sequence[Person], users: Iterable[Mapping[str, Any]], people_map: Mapping[str, str]) -> PeopleMatch:
    """Match by e-mail, then by the map (Toggl e-mail -> Fibery e-mail). `users` have `email`, as queries.py selects it."""
    spelling_of = {user["email"].strip().lower(): user["email"] for user in users if isinstance(user.get("email"), str)}
    mapped = {toggl.strip().lower(): fibery.strip().lower() for toggl, fibery in people_map.items()}
    user_ids: dict[str, list[int]] = defaultdict(list)
    unmatched: list[Person] = []
    for person in people:
        own = (person.email or "").strip().lower()
        email = next((one for one in (own, mapped.get(own, "")) if one in spelling_of), None)
        if email is None:
            unmatched.append(person)
        else:
            user_ids[email].append(person.user_id)
    return PeopleMatch(
        user_ids={email: tuple(ids) for email, ids in user_ids.items()},
        spellings=tuple(spelling_of[email] for email in user_ids),
        unmatched=tuple(unmatched),
    )


def likely_emails(people: Iterable[Person], people_map: Mapping[str, str]) -> tuple[str, ...]:
    """The e-mails to ask Fibery for before its users are known: as Toggl spells them, in lower case, and mapped."""
    mapped = {toggl.strip().lower(): fibery for toggl, fibery in people_map.items()}
    found: dict[str, None] = {}
    for person in people:
        if person.email and person.email.strip():
            own = person.email.strip()
            found.update(dict.fromkeys(one for one in (own, own.lower(), mapped.get(own.lower())) if one))
    return tuple(found)
