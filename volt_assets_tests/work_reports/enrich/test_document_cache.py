from __future__ import annotations

from pathlib import Path

import pytest

from volt_assets.work_reports.enrich.document_cache import DocumentCache


def test_a_text_is_known_as_long_as_it_has_not_changed(tmp_path: Path) -> None:
    cache = DocumentCache(tmp_path / "documents.json")
    cache.keep({"a": "one", "b": "two"}, {"a": "t1", "b": None})
    assert cache.known({"a": "t1", "b": None, "c": "t1"}) == {"a": "one"}
    assert cache.known({"a": "t2"}) == {}
    cache.keep({"c": "three"}, {"c": "t1"})
    assert cache.known({"a": "t1", "c": "t1"}) == {"a": "one", "c": "three"}


@pytest.mark.parametrize("content", ["", "[]", '{"a": "x", "b": [1, 2], "c": ["t1"]}'])
def test_what_cannot_be_read_is_fetched_again(tmp_path: Path, content: str) -> None:
    path = tmp_path / "documents.json"
    path.write_text(content, encoding="utf-8")
    assert DocumentCache(path).known({"a": "t1", "b": "t1", "c": "t1"}) == {}
    DocumentCache(path).keep({"a": "one"}, {"a": "t1"})
    assert DocumentCache(path).known({"a": "t1"}) == {"a": "one"}
