"""Streams that break, close or cannot say everything."""

from __future__ import annotations

import io
import os
from typing import TextIO

import pytest

from volt_assets.cli.safe_stream import SafeStream


def test_what_the_encoding_lacks_becomes_its_like_or_a_question_mark() -> None:
    raw = io.BytesIO()
    target = io.TextIOWrapper(raw, encoding="ascii", write_through=True)
    stream = SafeStream(lambda: target)

    assert stream.write("1 → 2 … · 東\n") == 12
    assert raw.getvalue() == b"1 -> 2 ... - ?\n"


def test_lone_surrogates_do_not_end_the_command() -> None:
    raw = io.BytesIO()
    target = io.TextIOWrapper(raw, encoding="utf-8", write_through=True)

    SafeStream(lambda: target).write("a\ud800ö")

    assert raw.getvalue() == "a?ö".encode()


def test_a_reader_that_has_gone_is_no_error_even_at_exit() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    target = os.fdopen(writer, "w", encoding="utf-8")
    stream = SafeStream(lambda: target)

    assert stream.write("nobody reads this") == len("nobody reads this")
    stream.flush()
    stream.write("nor this")
    stream.flush()
    leads_to = os.fstat(stream.fileno())
    target.close()

    assert target.closed, "what the interpreter does at exit goes nowhere instead of failing"
    assert leads_to.st_rdev == os.stat(os.devnull).st_rdev  # noqa: PTH116 -- compared with fstat


def test_a_stream_that_was_closed_before_the_start_swallows_everything() -> None:
    stream = SafeStream(lambda: None)

    assert stream.write("x") == 1
    stream.flush()
    assert not stream.isatty()
    assert stream.encoding == "utf-8"
    with pytest.raises(OSError, match="closed"):
        stream.fileno()


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="only Linux has a device that is always full")  # noqa: PTH110 -- no path to keep
def test_other_faults_are_told() -> None:
    full = open("/dev/full", "w", encoding="utf-8")  # noqa: SIM115, PTH123 -- closing it fails, which is the point
    target: TextIO = full
    stream = SafeStream(lambda: target)
    stream.write("x")

    with pytest.raises(OSError, match="No space"):
        stream.flush()
    with pytest.raises(OSError, match="No space"):
        full.close()
