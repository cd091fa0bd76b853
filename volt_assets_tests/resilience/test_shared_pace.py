from __future__ import annotations

from pathlib import Path

import pytest

from volt_assets.resilience.shared_pace import SharedPace, shared_name

TOKEN = "fake-token"


class _Clock:
    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


def test_a_name_tells_address_and_token_apart_and_reveals_neither() -> None:
    names = {
        shared_name(api, url, token)
        for api in ("toggl", "fibery")
        for url in ("https://a.example.com", "https://b.example.com")
        for token in (TOKEN, "x")
    }
    assert len(names) == 8
    assert not any(TOKEN in name or "example" in name or "/" in name for name in names)


def test_the_next_start_of_anybody_is_an_interval_later(tmp_path: Path) -> None:
    clock = _Clock()
    one, other = (SharedPace("thing", lambda: tmp_path) for _ in range(2))
    assert one.claim(clock, 0.4) == 0
    clock.seconds += 0.1
    assert other.claim(clock, 0.4) == pytest.approx(0.3)
    # Each keeps its own distance: another pace is no reason to wait longer.
    assert other.claim(clock, 0.1) == 0
    assert one.claim(clock, 0.4) == pytest.approx(0.4)
    assert [file.name for file in tmp_path.iterdir()] == ["thing.pace"]


@pytest.mark.parametrize("content", [b"nonsense", b"nan", b"inf", b"-inf", b"1e999", b"4000.0", b"\x00" * 32, b"9" * 5000])
def test_a_file_that_cannot_be_true_costs_one_interval_and_is_written_anew(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "thing.pace").write_bytes(content)
    clock = _Clock()
    pace = SharedPace("thing", lambda: tmp_path)
    assert pace.claim(clock, 0.4) == pytest.approx(0.4)
    clock.seconds += 0.4
    assert pace.claim(clock, 0.4) == 0
    assert float((tmp_path / "thing.pace").read_bytes()) == clock.seconds


def test_what_cannot_be_written_is_not_shared(tmp_path: Path) -> None:
    (tmp_path / "thing.pace").mkdir()
    pace = SharedPace("thing", lambda: tmp_path)
    assert pace.claim(_Clock(), 0.4) is None
    assert not pace.is_usable
