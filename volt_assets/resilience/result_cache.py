"""Results that are expensive to get and never change for the same question, on the local disk.

An entry is found by the SHA-256 of what it depends on, and holds the SHA-256 of its content: whatever is not exactly what was
stored is a miss and is removed. Nothing here is worth a failure: what cannot be read is a miss, what cannot be written is
logged. Several processes may share a folder without locks, because an entry is replaced whole and never changes its meaning.

Belongs here: keeping and dropping. What a result depends on is said by whoever asks.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydantic import JsonValue

from volt_assets.resilience.atomic_file import write_atomically

_NAMESPACE = re.compile(r"[a-z][a-z_]{0,39}")
_FORMAT = "volt-result-1"
_KEY = re.compile(r"[0-9a-f]{64}")
# What a process leaves that is killed while it writes.
_ORPHAN = re.compile(r"\.[0-9a-f]{64}\..*\.tmp")
# Evicting a little more than needed keeps the next results from scanning the folder again.
_KEPT_SHARE = 0.9
# Other processes store too: their results are counted at least this often.
_STORES_BETWEEN_SCANS = 1000
_ORPHAN_SECONDS = 24 * 3600
_log = logging.getLogger("volt.resilience")


@dataclass(frozen=True)
class _Stored:
    path: Path
    size: int
    used_at: float


class ResultCache:
    """The entries of one namespace ("documents", "answers") below `folder`.

    Beyond `most_bytes` those used longest ago are dropped; meanwhile other processes may exceed it by what they stored since
    the last look. `ttl_seconds` is for facts of the outside world that change without telling. `now` gives aware times.
    """

    def __init__(
        self, folder: Path, namespace: str, *, most_bytes: int, now: Callable[[], datetime], ttl_seconds: float | None = None
    ) -> None:
        """Raise ValueError for a namespace that is no plain word, and for bounds that keep nothing."""
        if not _NAMESPACE.fullmatch(namespace) or most_bytes < 1 or (ttl_seconds is not None and ttl_seconds <= 0):
            raise ValueError("a result cache needs a namespace of a-z and _, most_bytes >= 1 and ttl_seconds > 0 or None")
        self._folder = folder / namespace
        self._namespace = namespace
        self._most_bytes = most_bytes
        self._now = now
        self._ttl_seconds = ttl_seconds
        self._bytes_seen: int | None = None
        self._stores_since_scan = 0

    def get(self, key_parts: JsonValue) -> bytes | None:
        """The content stored for exactly these parts, if it is still there, whole and fresh."""
        key = self._key(key_parts)
        path = self._path(key)
        try:
            content = self._trusted(key, path.read_bytes())
            if content is None:
                path.unlink(missing_ok=True)
                return None
            used_at = self._now().timestamp()
            os.utime(path, (used_at, used_at))
        except FileNotFoundError:
            return None
        except OSError as error:
            _log.warning("a stored result cannot be used, so it is asked for again: %s", error)
            return None
        return content

    def put(self, key_parts: JsonValue, content: bytes) -> None:
        """Keep the content for exactly these parts; what is larger than the whole cache is not kept."""
        key = self._key(key_parts)
        stored_at = self._now().timestamp()
        digest = hashlib.sha256(content).hexdigest()
        header = {"format": _FORMAT, "key": key, "sha256": digest, "stored_at_seconds": stored_at}
        entry = json.dumps(header).encode() + b"\n" + content
        if len(entry) > self._most_bytes:
            return
        path = self._path(key)
        try:
            # Not flushed to the disk: after a loss of power the digest tells what is whole.
            write_atomically(path, entry, durable=False)
            os.utime(path, (stored_at, stored_at))
            self._keep_bound(len(entry))
        except OSError as error:
            _log.warning("a result cannot be kept, so it will be asked for again: %s", error)

    def size_bytes(self) -> int:
        """Size of all entries together."""
        return sum(stored.size for stored in self._entries())

    def _key(self, key_parts: JsonValue) -> str:
        canonical = json.dumps([self._namespace, key_parts], sort_keys=True, separators=(",", ":"), allow_nan=False)
        return hashlib.sha256(canonical.encode()).hexdigest()

    def _path(self, key: str) -> Path:
        return self._folder / key[:2] / key

    def _trusted(self, key: str, entry: bytes) -> bytes | None:
        header_line, _, content = entry.partition(b"\n")
        try:
            header = json.loads(header_line)
            stored_at = float(header["stored_at_seconds"])
            is_whole = (header["format"], header["key"], header["sha256"]) == (_FORMAT, key, hashlib.sha256(content).hexdigest())
        except (ValueError, TypeError, KeyError, RecursionError):
            return None
        # An age below zero means that the clock was set back: then nobody knows how old the entry is.
        is_fresh = self._ttl_seconds is None or 0 <= self._now().timestamp() - stored_at < self._ttl_seconds
        return content if is_whole and is_fresh else None

    def _keep_bound(self, added_bytes: int) -> None:
        self._stores_since_scan += 1
        if self._bytes_seen is not None:
            self._bytes_seen += added_bytes
            if self._bytes_seen <= self._most_bytes and self._stores_since_scan < _STORES_BETWEEN_SCANS:
                return
        self._bytes_seen, self._stores_since_scan = self._evicted(), 0

    def _evicted(self) -> int:
        entries = sorted(self._entries(), key=lambda stored: stored.used_at, reverse=True)
        size = sum(stored.size for stored in entries)
        if size <= self._most_bytes:
            return size
        while entries and size > self._most_bytes * _KEPT_SHARE:
            oldest = entries.pop()
            oldest.path.unlink(missing_ok=True)
            size -= oldest.size
        return size

    def _entries(self) -> Iterator[_Stored]:
        for path in self._folder.glob("??/*"):
            is_orphan = _ORPHAN.fullmatch(path.name) is not None
            # Somebody else's file is neither counted nor touched.
            if not is_orphan and not _KEY.fullmatch(path.name):
                continue
            try:
                status = path.stat()
                if is_orphan and self._now().timestamp() - status.st_mtime > _ORPHAN_SECONDS:
                    path.unlink(missing_ok=True)
                    continue
            except FileNotFoundError:
                continue  # another process has dropped it
            yield _Stored(path, status.st_size, status.st_mtime)
