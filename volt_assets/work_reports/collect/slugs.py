"""File names of people: `[a-z0-9_]`, made from the name, unique among the people given.

The same people give the same slugs in any order; nothing else of a name reaches a path.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

from volt_assets.work_reports.models import Person

_LONGEST = 60
# Letters that do not decompose into a Latin letter and a diacritic; case-folding already turns ß into ss.
_LATIN = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "\u0131": "i", "ħ": "h", "ŧ": "t", "ŋ": "n"}
)


def name_slug(name: str) -> str:
    """`john_doe` for `John Doe`, '' when the name has no Latin letter or digit."""
    decomposed = unicodedata.normalize("NFKD", name.casefold().translate(_LATIN))
    without_marks = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return re.sub(r"[^a-z0-9]+", "_", without_marks)[:_LONGEST].strip("_")


def report_slugs(people: Iterable[Person]) -> dict[int, str]:
    """user_id -> slug. Slugs that clash all get the user id (`john_doe_12`); names that yield nothing become `user_12`."""
    slugs = {person.user_id: name_slug(person.name) or f"user_{person.user_id}" for person in people}
    while clashing := {slug for slug, count in Counter(slugs.values()).items() if count > 1}:
        slugs = {user_id: f"{slug}_{user_id}" if slug in clashing else slug for user_id, slug in slugs.items()}
    return slugs
