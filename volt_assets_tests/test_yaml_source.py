from __future__ import annotations

from pathlib import Path

import pytest

from volt_assets.errors import SettingsError
from volt_assets.yaml_source import read_yaml


def source(folder: Path, text: str) -> Path:
    path = folder / "some.yaml"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    return path


def test_places_are_those_of_the_key_or_of_its_nearest_parent(tmp_path: Path) -> None:
    path = source(tmp_path, "a:\n  b:\n    - x\n    - y: 1\nc: 2\n")
    read = read_yaml(path)
    assert read.content == {"a": {"b": ["x", {"y": 1}]}, "c": 2}
    assert read.place(("a", "b", 1, "y")) == f"{path}:4"
    assert read.place(("a", "b", 0)) == f"{path}:3"
    assert read.place(("a", "zzz")) == f"{path}:1"
    assert read.place(("zzz",)) == str(path)


def test_an_empty_file_has_no_keys(tmp_path: Path) -> None:
    assert read_yaml(source(tmp_path, "# nothing\n")).content == {}


def test_anchors_may_be_shared(tmp_path: Path) -> None:
    assert read_yaml(source(tmp_path, "a: &x [1]\nb: *x\nc: *x\n")).content == {"a": [1], "b": [1], "c": [1]}


@pytest.mark.parametrize(
    ("text", "place", "complaint"),
    [
        ("a: [1,\nb: 2", ":2", "is not valid YAML"),
        ("a: 1\n\tb: 2", ":2", "is not valid YAML"),
        ("a: 1\n---\nb: 2", "", "is not valid YAML"),
        ("a: !!python/object:os.system x", ":1", "is not valid YAML"),
        ("a: 1\nb: 2\na: 3", ":3", "key 'a' stands twice"),
        ("a:\n  b: 1\n  b: 2", ":3", "key 'b' stands twice"),
        ("- a\n- b", ":1", "must be a mapping"),
        ("just text", ":1", "must be a mapping"),
        ("a: 2025-13-45", "", "month must be in"),
        ("a: " + "1" * 5000, "", "is not valid YAML"),
        ("a: " + "[" * 5000, "", "is not valid YAML"),
        ("a: &x [1, *x]", ":1", "contains itself"),
        ("a: \x00", "", "is not valid YAML"),
        ("a: \udcff", "", "is not UTF-8 text (byte 3)"),
    ],
)
def test_what_cannot_be_read_is_told_in_one_line(tmp_path: Path, text: str, place: str, complaint: str) -> None:
    path = source(tmp_path, text)
    with pytest.raises(SettingsError) as raised:
        read_yaml(path)
    message = str(raised.value)
    assert message.startswith(f"{path}{place}")
    assert complaint in message
    assert "\n" not in message


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read: No such file"):
        read_yaml(tmp_path / "none.yaml")
