"""One owner at a time, and never a dead one."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from volt_assets.errors import UsageError
from volt_assets.resilience.owner_lock import OwnerLock

CLAIM_AND_STAY = """
import sys
from pathlib import Path
from volt_assets.resilience.owner_lock import OwnerLock
OwnerLock(Path(sys.argv[1])).claim("theirs")
print("claimed", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "locks" / "range.lock"


def other_owner(path: Path) -> "subprocess.Popen[bytes]":
    process = subprocess.Popen([sys.executable, "-c", CLAIM_AND_STAY, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603 -- our own interpreter
    assert process.stdout is not None
    assert process.stdout.readline() == b"claimed\n"
    return process


def test_another_process_is_refused_and_named_until_it_ends(path: Path) -> None:
    process = other_owner(path)
    with pytest.raises(UsageError, match=rf"run theirs of the same range is under way \(process {process.pid} "):
        OwnerLock(path).claim("ours")
    process.communicate()
    OwnerLock(path).claim("ours")
    assert json.loads(path.read_bytes())["name"] == "ours"


def test_processes_of_one_run_share_it(path: Path) -> None:
    process = other_owner(path)
    OwnerLock(path).claim("theirs")
    assert json.loads(path.read_bytes())["pid"] == os.getpid()
    process.communicate()


def test_a_check_claims_nothing(path: Path) -> None:
    OwnerLock(path).check("ours")
    assert path.read_bytes() == b""
    process = other_owner(path)
    with pytest.raises(UsageError):
        OwnerLock(path).check("ours")
    process.communicate()


def test_a_killed_owner_never_blocks(path: Path) -> None:
    process = other_owner(path)
    process.kill()
    process.communicate()
    OwnerLock(path).claim("ours")
    assert json.loads(path.read_bytes())["name"] == "ours"


def test_a_released_lock_is_free_and_only_the_owner_releases(path: Path) -> None:
    process = other_owner(path)
    OwnerLock(path).release()
    with pytest.raises(UsageError):
        OwnerLock(path).claim("ours")
    process.communicate()
    OwnerLock(path).claim("ours")
    OwnerLock(path).release()
    assert path.read_bytes() == b""


def test_the_same_process_may_claim_again(path: Path) -> None:
    OwnerLock(path).claim("first")
    OwnerLock(path).claim("second")
    assert json.loads(path.read_bytes())["name"] == "second"


@pytest.mark.parametrize("content", [b"", b"{", b'{"pid": 1}', b"[]", b"\xff"])
def test_a_note_that_cannot_be_read_is_nobodys(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    OwnerLock(path).claim("ours")
    assert json.loads(path.read_bytes())["name"] == "ours"


def test_a_process_of_another_machine_is_believed(path: Path) -> None:
    path.parent.mkdir()
    path.write_text(json.dumps({"name": "far", "host": "elsewhere.example.com", "pid": 1, "started": "1"}))
    with pytest.raises(UsageError, match="on elsewhere") as refusal:
        OwnerLock(path).claim("ours")
    assert refusal.value.hint is not None
    assert refusal.value.hint.endswith(f"if that machine is gone, delete {path}")
