from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from upath import UPath

from volt_assets.errors import NotFoundError, ServerError, UsageError
from volt_assets.resilience.atomic_file import AnyPath
from volt_assets.resilience.dead_letters import DeadLetter, DeadLetters

pytestmark = pytest.mark.anyio
TOKEN = 'fake"token\\1'
WRITER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from volt_assets.errors import ServerError
from volt_assets.resilience.dead_letters import DeadLetters
letters = DeadLetters(Path(sys.argv[1]), now=lambda: datetime(2025, 10, 13, tzinfo=UTC))
number = 0
while True:
    letters.add("work_item", f"{sys.argv[2]}#{number % int(sys.argv[3])}", {"number": number}, ServerError("busy"))
    print(number, flush=True)
    number += 1
"""


class _Clock:
    def __init__(self) -> None:
        self.moment = datetime(2025, 10, 13, 6, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment


@pytest.fixture(params=["disk", "object store"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[AnyPath]:
    if request.param == "disk":
        yield tmp_path / "dead_letters"
        return
    remote = UPath("memory://dead_letters")
    yield remote
    if remote.exists():
        remote.fs.rm("/dead_letters", recursive=True)


@contextmanager
def _writing(folder: Path, name: str, distinct: int) -> Iterator[Iterator[str]]:
    """A process that adds letters until it is killed, and tells each that is stored."""
    with subprocess.Popen(  # noqa: S603 -- this very interpreter
        [sys.executable, "-c", WRITER, str(folder), name, str(distinct)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            yield iter(process.stdout)
        finally:
            process.kill()


def _add(letters: DeadLetters, key: str) -> DeadLetter:
    return letters.add("work_item", key, {"range": "2025-10-06_2025-10-12"}, ServerError("busy"))


def test_a_failure_is_kept_and_the_next_one_of_the_same_item_counts(folder: AnyPath) -> None:
    clock = _Clock()
    letters = DeadLetters(folder, now=clock)
    assert (letters.letters(), letters.oldest()) == ((), None)
    first = letters.add("work_item", "Scrum/Task#7", {"range": "a", "ids": [1, None]}, ServerError("busy\nnow"))
    clock.moment += timedelta(hours=1)
    second = letters.add("work_item", "Scrum/Task#7", {"range": "b"}, NotFoundError("gone"))
    other = letters.add("person", "Scrum/Task#7", {}, ServerError("busy"))

    assert (first.error_class, first.message, first.payload, first.attempts) == (
        "ServerError",
        "busy now",
        {"range": "a", "ids": [1, None]},
        1,
    )
    assert (second.id, second.error_class, second.payload, second.attempts) == (first.id, "NotFoundError", {"range": "b"}, 2)
    assert (second.first_seen, second.last_seen) == (first.first_seen, clock.moment)
    assert DeadLetters(folder, now=clock).letters() == (second, other)
    assert letters.oldest() == letters.get(first.id) == second


def test_a_clock_that_was_set_back_makes_no_letter_end_before_it_began(tmp_path: Path) -> None:
    clock = _Clock()
    letters = DeadLetters(tmp_path, now=clock)
    first = _add(letters, "7")
    clock.moment -= timedelta(days=1)
    assert _add(letters, "7").last_seen == first.first_seen


def test_what_succeeded_or_is_given_up_is_forgotten(folder: AnyPath) -> None:
    letters = DeadLetters(folder, now=_Clock())
    for key in "abcd":
        _add(letters, key)
    assert letters.resolve("work_item", "a")
    assert not letters.resolve("work_item", "a")
    assert [letter.key for letter in letters.forget(lambda letter: letter.key == "c")] == ["c"]
    assert sorted(letter.key for letter in letters.letters()) == ["b", "d"]


@pytest.mark.parametrize("text", ["../../etc/passwd", "", "0123456789abcdef", "x" * 16, "0123456789abcde\n"])
def test_an_id_that_is_none_finds_nothing(tmp_path: Path, text: str) -> None:
    assert DeadLetters(tmp_path, now=_Clock()).get(text) is None


def test_no_secret_reaches_the_disk_and_a_message_is_one_short_line(tmp_path: Path) -> None:
    letters = DeadLetters(tmp_path, now=_Clock(), secrets=("", TOKEN))
    error = ServerError(f"{'x' * 495}{TOKEN} \x1b[31m\u202e {'y' * 1000}")
    letter = letters.add("work_item", "7", {"url": f"https://example.com/?t={TOKEN}"}, error)
    assert letter.payload == {"url": "https://example.com/?t=***"}
    assert letter.message == f"{'x' * 495}*** …"
    stored = (tmp_path / f"{letter.id}.json").read_text(encoding="utf-8")
    assert TOKEN not in stored
    assert json.dumps(TOKEN)[1:-1] not in stored


def test_a_damaged_or_foreign_file_is_named_and_costs_no_other_letter(folder: AnyPath, caplog: pytest.LogCaptureFixture) -> None:
    letters = DeadLetters(folder, now=_Clock())
    kept = _add(letters, "kept")
    cut = folder / f"{_add(letters, 'cut').id}.json"
    cut.write_bytes(cut.read_bytes()[:40])
    (folder / "0123456789abcdef.json").write_bytes((folder / f"{kept.id}.json").read_bytes())
    (folder / "notes.txt").write_bytes(b"mine")
    (folder / ".0123456789abcdef.json.1.2.tmp").write_bytes(b"{")

    contents = letters.contents()
    assert contents.letters == (kept,)
    assert contents.damaged == tuple(sorted(["0123456789abcdef.json", cut.name]))
    assert str(cut) in caplog.text
    assert _add(letters, "cut").attempts == 1
    assert len(letters.letters()) == 2


async def test_redriven_letters_go_when_they_succeed_and_count_when_they_fail(folder: AnyPath) -> None:
    clock = _Clock()
    letters = DeadLetters(folder, now=clock)
    for key in ("good", "bad", "other"):
        _add(letters, key)
    clock.moment += timedelta(hours=1)
    marks: dict[str, datetime | None] = {}
    progress: list[tuple[int, int]] = []

    async def process(letter: DeadLetter) -> None:
        for seen in letters.letters():
            marks.setdefault(seen.key, seen.taken_at)
        if letter.key == "bad":
            raise NotFoundError("still gone")

    redriven = await letters.redrive(process, which=lambda letter: letter.key != "other", on_progress=lambda *seen: progress.append(seen))

    assert ([one.key for one in redriven.succeeded], [one.key for one in redriven.failed]) == (["good"], ["bad"])
    assert progress == [(1, 2), (2, 2)]
    assert set(marks.items()) == {("good", clock.moment), ("bad", clock.moment), ("other", None)}
    left = {letter.key: letter for letter in letters.letters()}
    assert set(left) == {"bad", "other"}
    assert (left["bad"].attempts, left["bad"].error_class, left["bad"].taken_at) == (2, "NotFoundError", None)


async def test_an_item_that_failed_anew_while_it_was_redriven_stays(tmp_path: Path) -> None:
    letters = DeadLetters(tmp_path, now=_Clock())
    _add(letters, "7")

    async def process(letter: DeadLetter) -> None:
        _add(letters, letter.key)

    assert len((await letters.redrive(process)).succeeded) == 1
    assert [(letter.attempts, letter.taken_at) for letter in letters.letters()] == [(2, None)]


def test_two_redrives_at_once_are_refused(tmp_path: Path) -> None:
    letters = DeadLetters(tmp_path, now=_Clock())
    _add(letters, "7")
    with letters.redriving() as taken:
        assert [letter.taken_at for letter in taken] == [_Clock().moment]
        with pytest.raises(UsageError, match="redriven by another process"), DeadLetters(tmp_path, now=_Clock()).redriving():
            pass
    with letters.redriving(lambda letter: letter.key == "other") as taken:
        assert taken == ()


def test_a_redrive_that_breaks_gives_its_letters_back(tmp_path: Path) -> None:
    letters = DeadLetters(tmp_path, now=_Clock())
    _add(letters, "7")

    def broken() -> None:
        with letters.redriving():
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        broken()
    assert [letter.taken_at for letter in letters.letters()] == [None]


def test_a_thousand_letters_survive_the_kill_of_their_writer(tmp_path: Path) -> None:
    with _writing(tmp_path, "Scrum/Task", 10_000) as told:
        confirmed = [int(next(told)) for _ in range(1000)]
    contents = DeadLetters(tmp_path, now=_Clock()).contents()
    assert confirmed == list(range(1000))
    assert contents.damaged == ()
    # One more may be whole on the disk without having been told.
    assert {letter.payload["number"] for letter in contents.letters} >= set(confirmed)
    assert all(letter.attempts == 1 for letter in contents.letters)


def test_two_processes_count_the_failures_of_one_item_together(tmp_path: Path) -> None:
    with _writing(tmp_path, "Scrum/Task", 1) as one, _writing(tmp_path, "Scrum/Task", 1) as other:
        for told in (one, other):
            for _ in range(50):
                next(told)
        told_by_one, told_by_other = int(next(one)) + 1, int(next(other)) + 1
    (letter,) = DeadLetters(tmp_path, now=_Clock()).letters()
    assert letter.attempts >= told_by_one + told_by_other
