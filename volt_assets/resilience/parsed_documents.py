"""Documents that were parsed lately, by their very bytes: steps of one run read the same few files again and again.

Belongs here: keeping what is small and was used last. Does not: reading files. What is kept is shared, so it must be immutable.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import TypeVar, cast

Parsed = TypeVar("Parsed")
_MOST_BYTES = 16 * 1024 * 1024
# A parsed document takes many times its bytes; large ones are parsed once per step, which is little beside their work.
_LARGEST_BYTES = 4 * 1024 * 1024


class ParsedDocuments:
    """At most 16 MiB of documents, measured by their bytes; the one used longest ago goes first."""

    def __init__(self) -> None:
        """Nothing is kept yet."""
        self._kept: OrderedDict[tuple[Hashable, bytes], tuple[int, object]] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def parsed(self, kind: Hashable, content: bytes, parse: Callable[[bytes], Parsed]) -> Parsed:
        """What `parse` makes of the content, or made of the same bytes as the same `kind` before. Its errors are raised, never kept."""
        if len(content) > _LARGEST_BYTES:
            return parse(content)
        key = (kind, hashlib.sha256(content).digest())
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return cast("Parsed", self._kept[key][1])
        value = parse(content)
        with self._lock:
            self._bytes += len(content) - self._kept.pop(key, (0, None))[0]
            self._kept[key] = (len(content), value)
            while self._bytes > _MOST_BYTES:
                self._bytes -= self._kept.popitem(last=False)[1][0]
        return value


DOCUMENTS = ParsedDocuments()
"""Those of this process."""
