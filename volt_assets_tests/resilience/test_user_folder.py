from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from volt_assets.resilience.user_folder import user_folder


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_the_folder_is_this_users_alone(temporary: Path) -> None:
    folder = user_folder()
    assert folder == user_folder()
    assert folder.parent == temporary
    assert folder.stat().st_mode & 0o777 == 0o700


def test_a_folder_that_is_open_to_others_is_refused(temporary: Path) -> None:
    user_folder().chmod(0o777)
    with pytest.raises(PermissionError, match=str(temporary)):
        user_folder()


def test_a_link_to_somewhere_else_is_refused(temporary: Path) -> None:
    folder = user_folder()
    folder.rmdir()
    (temporary / "elsewhere").mkdir(mode=0o700)
    folder.symlink_to(temporary / "elsewhere")
    with pytest.raises(NotADirectoryError, match="is a link"):
        user_folder()
