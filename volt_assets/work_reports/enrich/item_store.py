"""Work items as they were fetched last, so that an unchanged one need not be fetched again.

Nothing here is believed: a stored row counts only after Fibery has said in this very run that it is still the same
(freshness.py). So a file that is missing, damaged or foreign, a write that was lost to a crash or to another run, all cost
a request and never a wrong report. Each file has two lines: the SHA-256 of the second, and JSON.

```
<folder>/<16 hex digits of the type's name>.jsonl    the rows of one type, all fetched with one select
<folder>/hints.jsonl                                 what is worth asking at once, found out by earlier fetches
```
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from volt_assets.resilience.atomic_file import AnyPath, write_atomically

Row = dict[str, Any]
Content = TypeVar("Content", bound=BaseModel)
MOST_ROWS = 5_000
"""Per type; beyond it those fetched longest ago are dropped."""
_MOST_HINTS = 1_000
_log = logging.getLogger("volt.enrich")


class _StoredType(BaseModel):
    model_config = ConfigDict(frozen=True)

    type: str
    digest: str
    rows: dict[str, Row]


class Hints(BaseModel):
    """Questions that earlier fetches had to ask in a second request. A wrong one costs nothing but bytes."""

    model_config = ConfigDict(frozen=True)

    emails: tuple[str, ...] = ()
    """E-mails of people of reports as Fibery spells them."""
    cut_children: dict[str, tuple[str, ...]] = {}
    """fibery/id of a parent -> keys of the collections that hold more children than a sub-query gives."""


@dataclass(frozen=True)
class ItemStore:
    """The store in `folder`; names of types come from outside and never become part of a path."""

    folder: AnyPath

    def rows(self, type_name: str, digest: str, public_ids: Iterable[str]) -> dict[str, Row]:
        """The stored rows of these items, as far as they were fetched with the select of this digest."""
        stored = self._stored(type_name, digest)
        return {number: stored[number] for number in dict.fromkeys(public_ids) if number in stored}

    def keep(self, type_name: str, digest: str, rows: Mapping[str, Row], gone: Iterable[str] = ()) -> None:
        """Add or replace rows by public id, and forget those that are `gone`. Rows of another digest are dropped."""
        stored = self._stored(type_name, digest)
        left = {number: row for number, row in stored.items() if number not in rows and number not in set(gone)}
        if not rows and len(left) == len(stored):
            return
        kept = dict([*left.items(), *rows.items()][-MOST_ROWS:])
        content = _StoredType(type=type_name, digest=digest, rows=kept)
        _write(self._path(type_name), content)

    def hints(self) -> Hints:
        """What earlier fetches learned; empty when it cannot be read."""
        return _read(self.folder / "hints.jsonl", Hints) or Hints()

    def learn(self, emails: Iterable[str], cut_children: Mapping[str, tuple[str, ...]]) -> None:
        """Add to the hints; beyond 1,000 of a kind the oldest are dropped."""
        known = self.hints()
        both = dict.fromkeys((*known.emails, *emails))
        cut = {**known.cut_children, **cut_children}
        fresh = Hints(emails=tuple(both)[-_MOST_HINTS:], cut_children=dict(list(cut.items())[-_MOST_HINTS:]))
        if fresh != known:
            _write(self.folder / "hints.jsonl", fresh)

    def _stored(self, type_name: str, digest: str) -> dict[str, Row]:
        content = _read(self._path(type_name), _StoredType)
        return content.rows if content is not None and (content.type, content.digest) == (type_name, digest) else {}

    def _path(self, type_name: str) -> AnyPath:
        return self.folder / f"{hashlib.sha256(type_name.encode()).hexdigest()[:16]}.jsonl"


def _write(path: AnyPath, content: BaseModel) -> None:
    text = content.model_dump_json().encode()
    # Not flushed to the disk: after a loss of power the digest tells what is whole.
    content_with_digest = b'"%s"\n%s\n' % (hashlib.sha256(text).hexdigest().encode(), text)
    try:
        write_atomically(path, content_with_digest, durable=False)
    except OSError as error:
        _log.warning("work items are not kept for the next run: %s", error)


def _read(path: AnyPath, kind: type[Content]) -> Content | None:
    """Exactly what was written there, or None."""
    try:
        digest, _, text = path.read_bytes().removesuffix(b"\n").partition(b"\n")
        is_whole = digest == b'"%s"' % hashlib.sha256(text).hexdigest().encode()
        return kind.model_validate_json(text) if is_whole else None
    except (OSError, ValidationError):
        return None
