from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from volt_assets.work_reports.enrich.document_cache import COMMENT_FRESH_SECONDS, DocumentCache, TextVersion

NOW = datetime(2025, 10, 13, tzinfo=UTC)
DOCUMENT, COMMENT = TextVersion("t1"), TextVersion("t1", is_certain=False)


def cache_at(folder: Path, seconds: float = 0) -> DocumentCache:
    return DocumentCache(folder, lambda: NOW + timedelta(seconds=seconds))


def test_a_text_is_known_as_long_as_it_has_not_changed(tmp_path: Path) -> None:
    cache = cache_at(tmp_path)
    unknown = TextVersion(None)
    cache.keep({"a": "öne", "b": "two"}, {"a": DOCUMENT, "b": unknown})
    assert cache.known({"a": DOCUMENT, "b": unknown, "c": DOCUMENT}) == {"a": "öne"}
    assert cache.known({"a": TextVersion("t2")}) == {}
    cache.keep({"c": "three"}, {"c": DOCUMENT})
    assert cache_at(tmp_path, 10 * COMMENT_FRESH_SECONDS).known({"a": DOCUMENT, "c": DOCUMENT}) == {"a": "öne", "c": "three"}


def test_the_text_of_a_comment_is_known_for_a_day_and_not_when_the_clock_was_set_back(tmp_path: Path) -> None:
    cache_at(tmp_path).keep({"a": "one"}, {"a": COMMENT})
    known = {seconds: cache_at(tmp_path, seconds).known({"a": COMMENT}) for seconds in (0, COMMENT_FRESH_SECONDS - 1, -60.0)}
    assert known == {0: {"a": "one"}, COMMENT_FRESH_SECONDS - 1: {"a": "one"}, -60.0: {}}
    cache_at(tmp_path).keep({"a": "one"}, {"a": COMMENT})
    assert cache_at(tmp_path, COMMENT_FRESH_SECONDS).known({"a": COMMENT}) == {}


def test_what_cannot_be_read_is_fetched_again(tmp_path: Path) -> None:
    cache = cache_at(tmp_path)
    cache.keep({"a": "one", "b": "two"}, {"a": DOCUMENT, "b": DOCUMENT})
    damaged = next(path for path in tmp_path.rglob("*") if path.is_file() and path.read_bytes().endswith(b"one"))
    damaged.write_bytes(b"{")
    assert cache.known({"a": DOCUMENT, "b": DOCUMENT}) == {"b": "two"}


def test_the_secret_of_a_document_is_not_written_down(tmp_path: Path) -> None:
    cache_at(tmp_path).keep({"secret-of-a": "one"}, {"secret-of-a": DOCUMENT})
    (entry,) = (path for path in tmp_path.rglob("*") if path.is_file())
    assert "secret-of-a" not in str(entry)
    assert b"secret-of-a" not in entry.read_bytes()
