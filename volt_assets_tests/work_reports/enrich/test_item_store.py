from __future__ import annotations

from pathlib import Path

import pytest

from volt_assets.work_reports.enrich import item_store
from volt_assets.work_reports.enrich.item_store import Hints, ItemStore

TYPE = "../../Scrum/Task"


def test_rows_are_found_again_by_type_select_and_number_and_names_never_reach_a_path(tmp_path: Path) -> None:
    store = ItemStore(tmp_path / "items")
    store.keep(TYPE, "d1", {"7": {"name": "Zoë"}, "8": {"name": "b"}})
    store.keep(TYPE, "d1", {"8": {"name": "c"}})
    assert store.rows(TYPE, "d1", ["8", "7", "9"]) == {"8": {"name": "c"}, "7": {"name": "Zoë"}}
    assert store.rows(TYPE, "d2", ["7"]) == store.rows("Scrum/Bug", "d1", ["7"]) == {}
    assert [path.parent for path in tmp_path.rglob("*.jsonl")] == [tmp_path / "items"]


def test_what_is_gone_is_forgotten_and_another_select_replaces_everything(tmp_path: Path) -> None:
    store = ItemStore(tmp_path)
    store.keep(TYPE, "d1", {"7": {}, "8": {}})
    store.keep(TYPE, "d1", {}, gone=["7"])
    assert store.rows(TYPE, "d1", ["7", "8"]) == {"8": {}}
    store.keep(TYPE, "d2", {"9": {}})
    assert (store.rows(TYPE, "d1", ["8"]), store.rows(TYPE, "d2", ["9"])) == ({}, {"9": {}})


def test_nothing_new_writes_nothing(tmp_path: Path) -> None:
    ItemStore(tmp_path / "items").keep(TYPE, "d1", {}, gone=["7"])
    ItemStore(tmp_path / "items").learn([], {})
    assert not (tmp_path / "items").exists()


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff", b'{"type": "A/B", "digest": "d1", "rows": {"7": 1}}', b"\0" * 100])
def test_a_file_that_cannot_be_read_is_as_good_as_none(tmp_path: Path, content: bytes) -> None:
    store = ItemStore(tmp_path)
    store.keep("A/B", "d1", {"7": {}})
    (path,) = tmp_path.iterdir()
    path.write_bytes(content)
    (tmp_path / "hints.jsonl").write_bytes(content)
    assert (store.rows("A/B", "d1", ["7"]), store.hints()) == ({}, Hints())
    store.keep("A/B", "d1", {"8": {}})
    store.learn(["Jane@Example.com"], {})
    assert (store.rows("A/B", "d1", ["8"]), store.hints().emails) == ({"8": {}}, ("Jane@Example.com",))


def test_one_changed_letter_is_found_out(tmp_path: Path) -> None:
    store = ItemStore(tmp_path)
    store.keep("A/B", "d1", {"7": {"name": "cat"}})
    (path,) = tmp_path.iterdir()
    path.write_bytes(path.read_bytes().replace(b"cat", b"car"))
    assert store.rows("A/B", "d1", ["7"]) == {}


def test_a_file_of_another_type_is_not_taken(tmp_path: Path) -> None:
    store = ItemStore(tmp_path)
    store.keep("A/B", "d1", {"7": {}})
    (path,) = tmp_path.iterdir()
    store.keep("A/C", "d1", {"7": {"name": "c"}})
    other = next(one for one in tmp_path.iterdir() if one != path)
    path.write_bytes(other.read_bytes())
    assert store.rows("A/B", "d1", ["7"]) == {}


def test_the_store_is_bounded_and_drops_what_was_fetched_longest_ago(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(item_store, "MOST_ROWS", 3)
    store = ItemStore(tmp_path)
    store.keep(TYPE, "d1", {"1": {}, "2": {}, "3": {}})
    store.keep(TYPE, "d1", {"1": {}, "4": {}})
    assert set(store.rows(TYPE, "d1", "1234")) == {"1", "3", "4"}


def test_hints_add_up_and_are_bounded(tmp_path: Path) -> None:
    store = ItemStore(tmp_path)
    store.learn(["a@example.com"], {"one": ("children/0",)})
    store.learn(["b@example.com", "a@example.com"], {"two": ("children/1",)})
    assert store.hints().emails == ("a@example.com", "b@example.com")
    assert store.hints().cut_children == {"one": ("children/0",), "two": ("children/1",)}
    store.learn((f"{number}@example.com" for number in range(2_000)), {})
    assert (len(store.hints().emails), store.hints().emails[-1]) == (1_000, "1999@example.com")


def test_what_cannot_be_written_is_said_and_fails_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "items").write_text("a file where the folder should be", encoding="utf-8")
    store = ItemStore(tmp_path / "items")
    store.keep(TYPE, "d1", {"7": {}})
    assert store.rows(TYPE, "d1", ["7"]) == {}
    assert "not kept for the next run" in caplog.text
