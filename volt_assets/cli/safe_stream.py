"""Standard output and error that survive `| head`, a closed descriptor and a locale without Unicode.

Belongs here: what writing to a stream may do to us. What is written is console.py's business.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TextIO

# Close relatives for a locale that lacks them; everything else becomes a question mark.
_PLAIN = str.maketrans({"…": "...", "\u2013": "-", "·": "-", "→": "->", "\u202f": " ", "\u00a0": " "})


class SafeStream:
    """Writes to the stream that `target` returns at that moment (tests and shells replace sys.stdout)."""

    def __init__(self, target: Callable[[], TextIO | None]) -> None:
        """`target` may return None: the descriptor was closed before Python started."""
        self._target = target
        self._is_broken = False

    @property
    def encoding(self) -> str:
        """The encoding of the stream."""
        return getattr(self._target(), "encoding", None) or "utf-8"

    @property
    def is_unicode(self) -> bool:
        """Whether the stream takes every character."""
        return self.encoding.lower().startswith("utf")

    def isatty(self) -> bool:
        """Whether a person looks at it."""
        target = self._target()
        return target is not None and not target.closed and target.isatty()

    def fileno(self) -> int:
        """The descriptor. Raises OSError when there is none."""
        target = self._target()
        if target is None:
            raise OSError("the stream is closed")
        return target.fileno()

    def write(self, text: str) -> int:
        """Write what the encoding can say; nothing once the reader has gone."""
        target = self._target()
        if target is not None and not self._is_broken:
            try:
                target.write(self._encodable(text))
            except BrokenPipeError:
                self._reader_has_gone(target)
        return len(text)

    def flush(self) -> None:
        """Hand over what is buffered."""
        target = self._target()
        if target is not None and not self._is_broken:
            try:
                target.flush()
            except BrokenPipeError:
                self._reader_has_gone(target)

    def _encodable(self, text: str) -> str:
        plain = text if self.is_unicode else text.translate(_PLAIN)
        return plain.encode(self.encoding, errors="replace").decode(self.encoding)

    def _reader_has_gone(self, target: TextIO) -> None:
        self._is_broken = True
        # The interpreter flushes once more at exit and would complain then; what is left goes nowhere instead.
        nowhere = os.open(os.devnull, os.O_WRONLY)
        try:
            os.dup2(nowhere, target.fileno())
        finally:
            os.close(nowhere)
