"""The invented people of the company: eleven with a story, then as many ordinary ones as asked for.

Belongs here: who they are, where they live, how they differ between Toggl and Fibery. What they did is in entries.py
and work_items.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Literal

Role = Literal["lead", "engineer", "product", "designer", "tester"]
FIRST_USER_ID = 10_658_400
ZONES = ("Europe/Belgrade", "Europe/Lisbon", "America/New_York", "Asia/Tokyo", "Asia/Kolkata", "Pacific/Auckland", "UTC")
_FIRST_NAMES = (
    "Ana",
    "Bojan",
    "Chiara",
    "Dmitri",
    "Elif",
    "Farid",
    "Greta",
    "Hana",
    "Ivo",
    "Jelena",
    "Kofi",
    "Lucía",
    "Marko",
    "Noor",
    "Omar",
)
_LAST_NAMES = (
    "Adler",
    "Brandt",
    "Castro",
    "Dubois",
    "Eriksen",
    "Fontana",
    "Gruber",
    "Horvat",
    "Ito",
    "Jansen",
    "Kovač",
    "Lindgren",
    "Moreau",
)
_ORDINARY_ROLES: tuple[Role, ...] = ("engineer", "engineer", "engineer", "tester", "product", "designer", "engineer")


@dataclass(frozen=True)
class SandboxPerson:
    """Somebody of the company. `toggl_email` None: Toggl shows none. `fibery_email` None: Fibery does not know them."""

    user_id: int
    name: str
    zone: str
    role: Role
    toggl_email: str | None
    fibery_email: str | None
    hourly_rate_cents: int
    tracks_time: bool = True
    is_active: bool = True
    """False: left after the first week."""
    is_admin: bool = False


# name, zone, role, e-mail in Toggl, e-mail in Fibery; the package docstring says who is odd and why.
_STORIED: tuple[tuple[str, str, Role, str | None, str | None], ...] = (
    ("Mila Petrović", "Europe/Belgrade", "lead", "mila.petrovic@example.com", "mila.petrovic@example.com"),
    ("João Figueiredo", "Europe/Lisbon", "engineer", "joao.figueiredo@example.com", "joao.figueiredo@example.com"),
    ("Grace Howell", "America/New_York", "product", "grace.howell@example.com", "grace.howell@example.com"),
    ("田中 陽子", "Asia/Tokyo", "designer", "yoko.tanaka@example.com", "yoko.tanaka@example.com"),
    ("Arjun Mehta", "Asia/Kolkata", "engineer", "arjun.mehta@example.com", "arjun.mehta@example.com"),
    ("Ольга Кравец", "Europe/Belgrade", "tester", "olga.kravets@example.org", None),
    ("Alex Kim", "America/New_York", "engineer", "alex.kim@example.com", "alex.kim@example.com"),
    ("Alex Kim", "Asia/Tokyo", "engineer", "alex.kim2@example.com", "alex.kim2@example.com"),
    ("Tāne Rangi", "Pacific/Auckland", "engineer", "tane@example.org", "tane.rangi@example.com"),
    ("Sofia Almeida", "Europe/Lisbon", "designer", None, "sofia.almeida@example.com"),
    ("Ben Carter", "America/New_York", "engineer", "ben.carter@example.com", "ben.carter@example.com"),
)
LEAVER, SILENT = 4, 10
"""Positions of the one who left after the first week and of the one who tracks nothing."""


def build_people(count: int, rng: Random) -> tuple[SandboxPerson, ...]:
    """`count` people; the first eleven are always the same, so their oddities exist in every world that is large enough."""
    storied = [
        SandboxPerson(
            user_id=FIRST_USER_ID + 7 * position,
            name=name,
            zone=zone,
            role=role,
            toggl_email=toggl_email,
            fibery_email=fibery_email,
            hourly_rate_cents=4500 + 500 * (position % 6),
            tracks_time=position != SILENT,
            is_active=position != LEAVER,
            is_admin=position == 0,
        )
        for position, (name, zone, role, toggl_email, fibery_email) in enumerate(_STORIED[:count])
    ]
    return tuple(storied + [_ordinary(position, rng) for position in range(len(_STORIED), count)])


def _ordinary(position: int, rng: Random) -> SandboxPerson:
    first = _FIRST_NAMES[int(rng.random() * len(_FIRST_NAMES))]
    last = _LAST_NAMES[int(rng.random() * len(_LAST_NAMES))]
    email = f"person{position}@example.com"
    return SandboxPerson(
        user_id=FIRST_USER_ID + 7 * position,
        name=f"{first} {last}",
        zone=ZONES[int(rng.random() * len(ZONES))],
        role=_ORDINARY_ROLES[position % len(_ORDINARY_ROLES)],
        toggl_email=email,
        fibery_email=email,
        hourly_rate_cents=4500 + 500 * (position % 6),
    )
