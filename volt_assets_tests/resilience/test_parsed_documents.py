"""The same bytes are parsed once; other bytes, other kinds, large and broken ones are not mixed up or kept."""

from __future__ import annotations

import json

import pytest

from volt_assets.resilience import parsed_documents
from volt_assets.resilience.parsed_documents import ParsedDocuments


def test_the_same_bytes_of_one_kind_are_parsed_once() -> None:
    kept, parsed = ParsedDocuments(), []

    def parse(content: bytes) -> object:
        parsed.append(content)
        return json.loads(content)

    first = kept.parsed("a", b"[1]", parse)
    assert kept.parsed("a", b"[1]", parse) is first
    assert kept.parsed("b", b"[1]", parse) == first
    assert kept.parsed("a", b"[2]", parse) == [2]
    assert parsed == [b"[1]", b"[1]", b"[2]"]


def test_an_error_is_raised_each_time() -> None:
    kept = ParsedDocuments()
    for _ in range(2):
        with pytest.raises(ValueError, match="Expecting"):
            kept.parsed("a", b"{", json.loads)


def test_what_was_used_longest_ago_goes_first_and_large_ones_are_never_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parsed_documents, "_MOST_BYTES", 10)
    monkeypatch.setattr(parsed_documents, "_LARGEST_BYTES", 5)
    kept, parsed = ParsedDocuments(), []

    def parse(content: bytes) -> bytes:
        parsed.append(content)
        return content

    for content in (b"1111", b"2222", b"1111", b"3333", b"1111", b"2222", b"666666", b"666666"):
        assert kept.parsed("a", content, parse) == content
    assert parsed == [b"1111", b"2222", b"3333", b"2222", b"666666", b"666666"]
