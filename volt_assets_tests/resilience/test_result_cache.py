from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from pydantic import JsonValue

from volt_assets.resilience.result_cache import ResultCache

# Two of these fill the folder at once with entries that evict each other.
STORER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from volt_assets.resilience.result_cache import ResultCache
cache = ResultCache(Path(sys.argv[1]), "documents", most_bytes=20_000, now=lambda: datetime.now(UTC))
for number in range(400):
    name = f"{number % 150}"
    content = cache.get([name])
    assert content in (None, name.encode() * 200), name
    cache.put([name], name.encode() * 200)
"""
JSON: st.SearchStrategy[JsonValue] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


class _Clock:
    def __init__(self) -> None:
        self.moment = datetime(2025, 10, 13, 6, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment

    def move(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


def _cache(folder: Path, clock: _Clock, *, most_bytes: int = 1_000_000, ttl_seconds: float | None = None) -> ResultCache:
    return ResultCache(folder, "documents", most_bytes=most_bytes, now=clock, ttl_seconds=ttl_seconds)


def _entries(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@settings(max_examples=50)
@given(JSON, JSON, st.binary(max_size=200))
def test_what_was_stored_is_found_by_exactly_its_parts(parts: JsonValue, others: JsonValue, content: bytes) -> None:
    with TemporaryDirectory() as folder:
        cache = _cache(Path(folder), _Clock())
        assert cache.get(parts) is None
        cache.put(parts, content)
        assert _cache(Path(folder), _Clock()).get(parts) == content
        # 1, 1.0 and True are equal in Python and not the same parts.
        assert cache.get(others) == (content if _is_same(others, parts) else None)


def _is_same(one: JsonValue, other: JsonValue) -> bool:
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_is_same(value, other[name]) for name, value in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_is_same, one, other))
    return repr(one) == repr(other)


def test_the_order_of_a_mapping_does_not_matter_and_namespaces_do_not_mix(tmp_path: Path) -> None:
    cache = _cache(tmp_path, _Clock())
    cache.put({"prompt": "p", "model": "m"}, b"one")
    assert cache.get({"model": "m", "prompt": "p"}) == b"one"
    assert ResultCache(tmp_path, "answers", most_bytes=1000, now=_Clock()).get({"prompt": "p", "model": "m"}) is None


@pytest.mark.parametrize("damage", ["cut", "changed", "other key", "empty", "no header", "nested"])
def test_a_damaged_entry_is_a_miss_and_goes(tmp_path: Path, damage: str) -> None:
    cache = _cache(tmp_path, _Clock())
    cache.put(["a"], b"one")
    (path,) = _entries(tmp_path)
    entry = path.read_bytes()
    cache.put(["b"], b"one")
    (other,) = set(_entries(tmp_path)) - {path}
    damaged = {
        "cut": entry[:-1],
        "changed": entry[:-3] + b"two",
        "other key": other.read_bytes(),
        "empty": b"",
        "no header": b"[]\none",
        "nested": b"[" * 100_000,
    }
    path.write_bytes(damaged[damage])
    assert cache.get(["a"]) is None
    assert _entries(tmp_path) == [other]
    assert cache.get(["b"]) == b"one"


def test_a_fact_of_the_outside_world_grows_old(tmp_path: Path) -> None:
    clock = _Clock()
    cache = _cache(tmp_path, clock, ttl_seconds=60)
    cache.put(["a"], b"one")
    clock.move(59)
    assert cache.get(["a"]) == b"one"
    clock.move(1)
    assert cache.get(["a"]) is None
    assert _entries(tmp_path) == []


def test_a_clock_that_was_set_back_makes_nothing_immortal(tmp_path: Path) -> None:
    clock = _Clock()
    cache = _cache(tmp_path, clock, ttl_seconds=60)
    cache.put(["a"], b"one")
    clock.move(-3600)
    assert cache.get(["a"]) is None


def test_beyond_its_bound_what_was_used_longest_ago_goes(tmp_path: Path) -> None:
    clock = _Clock()
    cache = _cache(tmp_path, clock, most_bytes=10_000)
    for name in "abcdefgh":
        cache.put([name], b"x" * 1000)
        clock.move(1)
    assert cache.get(["a"]) is not None
    clock.move(1)
    for name in "ijk":
        cache.put([name], b"x" * 1000)
        clock.move(1)
    assert cache.size_bytes() <= 10_000
    assert {name for name in "abcdefghijk" if cache.get([name]) is not None} >= {"a", "h", "i", "j", "k"}
    assert cache.get(["b"]) is None


def test_what_is_larger_than_the_whole_cache_is_not_kept(tmp_path: Path) -> None:
    cache = _cache(tmp_path, _Clock(), most_bytes=1000)
    cache.put(["a"], b"x" * 1000)
    assert cache.get(["a"]) is None


def test_the_files_of_others_are_left_alone_and_those_of_the_killed_are_not(tmp_path: Path) -> None:
    clock = _Clock()
    cache = _cache(tmp_path, clock, most_bytes=2000)
    cache.put(["a"], b"x" * 100)
    (entry,) = _entries(tmp_path)
    foreign, orphan = entry.with_name("notes.txt"), entry.with_name(f".{entry.name}.1.ab.tmp")
    foreign.write_bytes(b"mine" * 2000)
    orphan.write_bytes(b"half")
    clock.moment = datetime.fromtimestamp(orphan.stat().st_mtime, UTC) + timedelta(days=2)
    for name in "bcdefghijk":
        cache.put([name], b"x" * 500)
    assert foreign.exists()
    assert not orphan.exists()


def test_what_cannot_be_written_or_read_fails_nothing_and_is_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "documents").write_bytes(b"a file where a folder should be")
    cache = _cache(tmp_path, _Clock())
    cache.put(["a"], b"one")
    assert cache.get(["a"]) is None
    assert "a result cannot be kept" in caplog.text
    assert "a stored result cannot be used" in caplog.text


def test_two_processes_share_a_folder(tmp_path: Path) -> None:
    storers = [subprocess.Popen([sys.executable, "-c", STORER, str(tmp_path)]) for _ in range(2)]  # noqa: S603 -- this very interpreter
    assert [storer.wait(timeout=60) for storer in storers] == [0, 0]
    cache = _cache(tmp_path, _Clock(), most_bytes=20_000)
    cache.put(["last"], b"x")
    assert 0 < cache.size_bytes() <= 20_000


@pytest.mark.parametrize(("namespace", "most_bytes", "ttl_seconds"), [("../x", 1, None), ("", 1, None), ("x", 0, None), ("x", 1, 0)])
def test_a_cache_that_makes_no_sense_is_refused(tmp_path: Path, namespace: str, most_bytes: int, ttl_seconds: float | None) -> None:
    with pytest.raises(ValueError, match="result cache"):
        ResultCache(tmp_path, namespace, most_bytes=most_bytes, now=_Clock(), ttl_seconds=ttl_seconds)


class _TwoProcesses(RuleBasedStateMachine):
    """Two caches over one folder, with damage and a jumping clock: never a wrong answer, never above the bound for long."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.clock = _Clock()
        self.caches = [_cache(Path(self.folder.name), self.clock, most_bytes=3000, ttl_seconds=100) for _ in range(2)]
        self.stored: dict[int, tuple[datetime, bytes]] = {}

    @rule(which=st.integers(0, 1), key=st.integers(0, 9), size=st.integers(0, 400))
    def someone_stores(self, which: int, key: int, size: int) -> None:
        content = bytes([key]) * size
        self.caches[which].put(key, content)
        self.stored[key] = (self.clock.moment, content)

    @rule(which=st.integers(0, 1), key=st.integers(0, 9))
    def someone_looks(self, which: int, key: int) -> None:
        found = self.caches[which].get(key)
        if found is not None:
            at, content = self.stored[key]
            assert found == content
            assert timedelta(0) <= self.clock.moment - at < timedelta(seconds=100)

    @rule(seconds=st.sampled_from([1, 50, 100, -30]))
    def the_clock_moves(self, seconds: int) -> None:
        self.clock.move(seconds)

    @rule(data=st.data())
    def the_disk_forgets(self, data: st.DataObject) -> None:
        if entries := sorted(_entries(Path(self.folder.name))):
            path = data.draw(st.sampled_from(entries))
            path.write_bytes(path.read_bytes()[: data.draw(st.integers(0, 300))])

    @invariant()
    def the_bound_is_kept_by_each(self) -> None:
        assert self.caches[0].size_bytes() <= 2 * 3000

    def teardown(self) -> None:
        self.folder.cleanup()


_TwoProcesses.TestCase.settings = settings(max_examples=25, stateful_step_count=30, deadline=None)
TestTwoProcesses = _TwoProcesses.TestCase
