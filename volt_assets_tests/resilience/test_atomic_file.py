"""A file is replaced whole or stays as it was."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from upath import UPath

from volt_assets.errors import UsageError
from volt_assets.resilience.atomic_file import is_local, open_folder, write_atomically

OLD, NEW = b"the old content\n", b"new" * 4000


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """No file may grow beyond `size` bytes: what a full disk looks like to the one who writes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_file_and_its_folders_appear_and_are_replaced(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "report.md"
    write_atomically(path, OLD)
    assert path.read_bytes() == OLD
    write_atomically(path, NEW)
    assert path.read_bytes() == NEW
    assert [file.name for file in path.parent.iterdir()] == ["report.md"]


def test_a_full_disk_leaves_the_old_file_whole_and_no_litter_and_names_the_file(tmp_path: Path) -> None:
    path = tmp_path / "report.md"
    write_atomically(path, OLD)
    with room_for(1000), pytest.raises(OSError, match="File too large") as raised:
        write_atomically(path, NEW)
    assert raised.value.filename == str(path)
    assert path.read_bytes() == OLD
    assert [file.name for file in tmp_path.iterdir()] == ["report.md"]


def test_a_place_that_is_no_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(OLD)
    with pytest.raises(FileExistsError) as raised:
        write_atomically(tmp_path / "file" / "report.md", NEW)
    assert raised.value.filename == str(tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == OLD


def test_a_target_that_is_a_folder_stays_one(tmp_path: Path) -> None:
    (tmp_path / "report.md").mkdir()
    with pytest.raises(OSError, match=r"report\.md"):
        write_atomically(tmp_path / "report.md", NEW)
    assert [path.name for path in tmp_path.iterdir()] == ["report.md"]


def test_a_reader_never_sees_a_part(tmp_path: Path) -> None:
    path = tmp_path / "report.md"
    write_atomically(path, OLD)
    reader = path.open("rb")
    first = reader.read(3)
    write_atomically(path, NEW)
    with reader:
        assert first + reader.read() == OLD


def test_an_object_store_gets_the_content_in_one_put() -> None:
    path = UPath("memory://atomic_file/reports/report.md")
    write_atomically(path, OLD)
    write_atomically(path, NEW)
    assert path.read_bytes() == NEW
    assert [file.name for file in path.parent.iterdir()] == ["report.md"]


def test_what_is_on_a_disk_of_this_machine(tmp_path: Path) -> None:
    assert is_local(tmp_path)
    assert is_local(UPath(tmp_path))
    assert is_local(open_folder(str(tmp_path)))
    assert not is_local(open_folder("memory://somewhere"))


@pytest.mark.parametrize("location", ["nosuch://bucket/data", "://bucket"])
def test_a_storage_that_nobody_knows_is_a_matter_of_configuration(location: str) -> None:
    with pytest.raises(UsageError, match="data folder") as raised:
        open_folder(location)
    assert location in str(raised.value)
    assert raised.value.hint is not None
