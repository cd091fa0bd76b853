"""What a JSON document says of one person: the objects that are theirs, and of all others the values about them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from volt_assets.work_reports.subjects.people_apart import PeopleApart, Whose
from volt_assets.work_reports.subjects.text_passages import said_of, text_passages

_LONG = 400
"""Characters: a longer text, or one of several lines, is read line by line."""


def json_passages(people: PeopleApart, value: Any, at: str = "", whose: Whose = "nobody") -> Iterator[tuple[str, Any]]:
    """Place and content of each passage; `whose` says whose `value` is when it does not say so itself."""
    if isinstance(value, dict):
        yield from _of_object(people, value, at, whose)
    elif isinstance(value, list):
        for number, one in enumerate(value):
            yield from json_passages(people, one, f"{at}[{number}]", whose)
    elif isinstance(value, str) and people.subject.is_named_in(value):
        if _is_long(value):
            kind = ".html" if value.lstrip().startswith("<") else ".md"
            for line, said in text_passages(people, kind, value, is_theirs=whose == "theirs"):
                yield f"{at}, {line}", said
        else:
            yield at or "whole", said_of(people, value, is_theirs=whose == "theirs")


def _of_object(people: PeopleApart, value: dict[str, Any], at: str, inherited: Whose) -> Iterator[tuple[str, Any]]:
    plain = {key: one for key, one in value.items() if not isinstance(one, dict | list) and not _is_long(one)}
    found = people.whose(plain)
    whose = inherited if found == "nobody" else found
    rest = {key: one for key, one in value.items() if key not in plain}
    if whose == "own" and found == "own" and _is_shared(people, plain):
        whose = "nobody"
    if whose == "own":
        others: list[tuple[str, Any]] = []
        yield at or "whole", {**plain, **{key: _own_part(people, one, f"{at}.{key}", others) for key, one in rest.items()}}
        for place, theirs in others:
            yield from json_passages(people, theirs, place, "theirs")
        return
    named = people.naming(plain)
    if named and (whose == "theirs" or people.others.is_named_in(str(plain))):
        is_theirs = whose == "theirs"
        cut = {key: said_of(people, one, is_theirs=is_theirs) or one if isinstance(one, str) else one for key, one in named.items()}
        yield at or "whole", cut
    elif named:
        yield at or "whole", plain
    for key, one in rest.items():
        place = f"{at}.{key}" if at else str(key)
        by_key = people.whose({"key": str(key).removeprefix("individual/")})
        yield from json_passages(people, one, place, whose if by_key == "nobody" else by_key)


def _is_shared(people: PeopleApart, plain: dict[str, Any]) -> bool:
    """A fact about several people carries the id of one of them; what has a user id of its own may name others in its texts."""
    return "user_id" not in plain and people.others.is_named_in(str(plain))


def _own_part(people: PeopleApart, value: Any, at: str, others: list[tuple[str, Any]]) -> Any:
    """What stands inside the person's own object, without the objects of others, which are put into `others`."""
    if isinstance(value, dict):
        kept = {}
        for key, one in value.items():
            if isinstance(one, dict) and people.whose(one) == "theirs":
                others.append((f"{at}.{key}", one))
            else:
                kept[key] = _own_part(people, one, f"{at}.{key}", others)
        return kept
    if isinstance(value, list):
        parts = []
        for number, one in enumerate(value):
            if isinstance(one, dict) and people.whose(one) == "theirs":
                others.append((f"{at}[{number}]", one))
            else:
                parts.append(_own_part(people, one, f"{at}[{number}]", others))
        return parts
    return value


def _is_long(value: object) -> bool:
    return isinstance(value, str) and (len(value) > _LONG or "\n" in value)
