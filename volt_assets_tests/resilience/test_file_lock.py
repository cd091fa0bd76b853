from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from upath import UPath

from volt_assets.resilience.file_lock import file_lock, file_lock_if_free

HOLD = """
import sys
from pathlib import Path
from volt_assets.resilience.file_lock import file_lock
with file_lock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_held_lock_is_not_free_and_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "inner" / "lock"
    with file_lock(path), file_lock_if_free(path) as is_free:
        assert not is_free
    with file_lock_if_free(path) as is_free:
        assert is_free


def test_the_lock_of_a_killed_process_is_free(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    holder = subprocess.Popen(  # noqa: S603 -- this very interpreter
        [sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with file_lock_if_free(path) as is_free:
            assert not is_free
        holder.kill()
        holder.wait()
        with file_lock_if_free(path) as is_free:
            assert is_free


def test_storage_without_locks_grants_every_lock() -> None:
    path = UPath("memory://file_lock/lock")
    with file_lock(path), file_lock_if_free(path) as is_free:
        assert is_free
    assert not path.exists()
