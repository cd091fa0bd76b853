"""Items that failed, kept until they succeed or somebody gives them up: one store per data folder.

One small JSON file per item, replaced atomically. That makes each letter safe by itself: a killed process leaves every
letter whole or absent, a damaged file costs one letter, two processes may write at once, and an object store will do as
well as a disk. A log of lines would need repair and compaction, a database a disk of this machine. On a disk a file lock
guards what is read and written in one go; without file locks two failures of one item at the same moment may count as one.

Belongs here: storing, listing, redriving. Which failures become letters, and what to do with an item, is the domain's.
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from pydantic import AwareDatetime, BaseModel, ConfigDict, JsonValue, ValidationError

from volt_assets.errors import UsageError
from volt_assets.resilience.atomic_file import AnyPath, write_atomically
from volt_assets.resilience.file_lock import file_lock, file_lock_if_free
from volt_assets.resilience.rolling_window import Failed, OnProgress, rolling_outcomes

_MESSAGE_CHARACTERS = 500
_ID = re.compile(r"[0-9a-f]{16}")
_log = logging.getLogger("volt.resilience")


class DeadLetter(BaseModel):
    """One item that failed. `kind` and `key` identify it; `payload` is what trying again needs."""

    model_config = ConfigDict(frozen=True)

    id: str
    kind: str
    key: str
    payload: dict[str, JsonValue]
    error_class: str
    message: str
    attempts: int
    first_seen: AwareDatetime
    last_seen: AwareDatetime
    taken_at: AwareDatetime | None = None
    """Since when somebody tries it again. A mark older than the current redrive was left by a killed one."""


@dataclass(frozen=True)
class Contents:
    """The letters, oldest first, and the names of files that hold none although they should."""

    letters: tuple[DeadLetter, ...]
    damaged: tuple[str, ...]


@dataclass(frozen=True)
class Redriven:
    """What came of a redrive."""

    succeeded: tuple[DeadLetter, ...]
    failed: tuple[DeadLetter, ...]


def everything(_: DeadLetter) -> bool:
    """Choose every letter."""
    return True


class DeadLetters:
    """The store in `folder`. `now` gives aware times; `secrets` never reach the disk, whatever text they hide in."""

    def __init__(self, folder: AnyPath, *, now: Callable[[], datetime], secrets: Sequence[str] = ()) -> None:
        """Nothing is made before the first letter."""
        self._folder = folder
        self._now = now
        self._secrets = [secret for secret in secrets if secret]

    def add(self, kind: str, key: str, payload: dict[str, JsonValue], error: BaseException) -> DeadLetter:
        """Store a failure: a new letter, or one attempt more of the one that is there. On disk when this returns."""
        now, letter_id = self._now(), _id_of(kind, key)
        with self._writing():
            earlier = self.get(letter_id)
            first_seen = earlier.first_seen if earlier is not None else now
            letter = DeadLetter(
                id=letter_id,
                kind=kind,
                key=key,
                payload=payload,
                error_class=type(error).__name__,
                message=self._one_line(str(error)),
                attempts=1 + (earlier.attempts if earlier is not None else 0),
                first_seen=first_seen,
                # A clock that was set back must not end a letter's life before its beginning.
                last_seen=max(now, first_seen),
            )
            return self._write(letter)

    def contents(self) -> Contents:
        """Everything in the store; a file that cannot be trusted is named, and costs nothing else."""
        letters, damaged = [], []
        for path in self._files():
            letter = _read(path)
            if letter is not None:
                letters.append(letter)
            elif path.exists():  # else it succeeded meanwhile
                damaged.append(path.name)
                _log.warning("%s is no dead letter that can be read: delete it, or restore it from a backup", path)
        return Contents(tuple(sorted(letters, key=lambda letter: (letter.first_seen, letter.id))), tuple(sorted(damaged)))

    def letters(self) -> tuple[DeadLetter, ...]:
        """All letters, oldest first."""
        return self.contents().letters

    def get(self, letter_id: str) -> DeadLetter | None:
        """The letter of this id; None for one that is not there, whatever the text."""
        return _read(self._path(letter_id)) if _ID.fullmatch(letter_id) else None

    def oldest(self) -> DeadLetter | None:
        """The letter that waits longest."""
        return next(iter(self.letters()), None)

    def resolve(self, kind: str, key: str) -> bool:
        """The item has succeeded: forget its letter. Says whether there was one."""
        with self._writing():
            return self._remove(_id_of(kind, key))

    def forget(self, which: Callable[[DeadLetter], bool]) -> tuple[DeadLetter, ...]:
        """Give up the chosen letters and return them."""
        with self._writing():
            return tuple(letter for letter in self.letters() if which(letter) and self._remove(letter.id))

    @contextmanager
    def redriving(self, which: Callable[[DeadLetter], bool] = everything) -> Iterator[tuple[DeadLetter, ...]]:
        """Take the chosen letters for the time of the block, in which each is resolved or added again; then unmark the rest.

        Raises UsageError while somebody else redrives. A redrive that is killed loses nothing: its letters stay, and the
        lock goes with the process.
        """
        with file_lock_if_free(self._folder / ".redrive.lock") as is_free:
            if not is_free:
                raise UsageError("dead letters are being redriven by another process", hint="wait until it has ended")
            taken = self._marked([letter for letter in self.letters() if which(letter)], self._now())
            try:
                yield taken
            finally:
                self._marked(taken, None)

    async def redrive(
        self,
        process: Callable[[DeadLetter], Awaitable[None]],
        *,
        which: Callable[[DeadLetter], bool] = everything,
        max_concurrent: int = 1,
        on_progress: OnProgress | None = None,
    ) -> Redriven:
        """Try the chosen letters again: removed on success, one attempt more on failure. Raises UsageError as `redriving` does."""

        async def again(letter: DeadLetter) -> None:
            try:
                await process(letter)
            except Exception as error:
                self.add(letter.kind, letter.key, letter.payload, error)
                raise
            with self._writing():
                current = self.get(letter.id)
                # Failed anew elsewhere while it was tried here: that failure is not answered yet.
                if current is not None and current.attempts == letter.attempts:
                    self._remove(letter.id)

        with self.redriving(which) as taken:
            outcomes = await rolling_outcomes(taken, again, max_concurrent=max_concurrent, on_progress=on_progress)
        failed = {outcome.item.id for outcome in outcomes if isinstance(outcome, Failed)}
        return Redriven(
            tuple(letter for letter in taken if letter.id not in failed), tuple(letter for letter in taken if letter.id in failed)
        )

    @contextmanager
    def _writing(self) -> Iterator[None]:
        with file_lock(self._folder / ".write.lock"):
            yield

    def _marked(self, letters: Sequence[DeadLetter], taken_at: datetime | None) -> tuple[DeadLetter, ...]:
        with self._writing():
            current = [found for letter in letters if (found := self.get(letter.id)) is not None]
            return tuple(
                letter if letter.taken_at == taken_at else self._write(letter.model_copy(update={"taken_at": taken_at}))
                for letter in current
            )

    def _write(self, letter: DeadLetter) -> DeadLetter:
        text = json.dumps(letter.model_dump(mode="json"), indent=2)
        for secret in self._secrets:
            text = text.replace(json.dumps(secret)[1:-1], "***")
        write_atomically(self._path(letter.id), text.encode() + b"\n")
        return DeadLetter.model_validate_json(text)

    def _remove(self, letter_id: str) -> bool:
        try:
            self._path(letter_id).unlink()
        except FileNotFoundError:
            return False
        return True

    def _path(self, letter_id: str) -> AnyPath:
        return self._folder / f"{letter_id}.json"

    def _files(self) -> list[AnyPath]:
        if not self._folder.is_dir():
            return []
        # Whatever begins with a dot is a lock, or what a killed process left half written.
        return [path for path in self._folder.iterdir() if path.suffix == ".json" and not path.name.startswith(".")]

    def _one_line(self, text: str) -> str:
        plain = " ".join("".join(character if character.isprintable() else " " for character in text).split())
        # Redacted before it is cut: half a token is still a secret.
        for secret in self._secrets:
            plain = plain.replace(secret, "***")
        return plain if len(plain) <= _MESSAGE_CHARACTERS else plain[: _MESSAGE_CHARACTERS - 1] + "…"


def _id_of(kind: str, key: str) -> str:
    return hashlib.sha256(json.dumps([kind, key]).encode()).hexdigest()[:16]


def _read(path: AnyPath) -> DeadLetter | None:
    try:
        letter = DeadLetter.model_validate_json(path.read_bytes())
    except (FileNotFoundError, ValidationError):
        return None
    return letter if path.name == f"{letter.id}.json" else None
