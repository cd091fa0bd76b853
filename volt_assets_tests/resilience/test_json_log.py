"""Lines that say what they are about, hold no secret and no address, and files that stay small whoever writes them."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextvars import copy_context
from pathlib import Path
from typing import Any

import pytest

from volt_assets.resilience.json_log import JsonFormatter, SharedRotatingHandler, log_is_about, log_to


@pytest.fixture
def path(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "logs" / "volt.jsonl"
    logger = logging.getLogger("volt")
    for handler in [*logger.handlers]:
        logger.removeHandler(handler)
        handler.close()
    logger.setLevel(logging.NOTSET)


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_a_line_says_what_it_is_about_as_long_as_it_is(path: Path) -> None:
    log_to(path, "info")
    logger = logging.getLogger("volt.clients")
    assert not path.parent.exists()
    with log_is_about(run_id="r1", key="k"), log_is_about(step="raw_toggl_data"):
        logger.info("asked %s", "Toggl", extra={"said": {"status": 200}})
        logger.debug("not said")
    logger.warning("later")
    first, second = lines(path)
    assert {name: first[name] for name in first if name != "at"} == {
        "level": "INFO",
        "logger": "volt.clients",
        "run_id": "r1",
        "key": "k",
        "step": "raw_toggl_data",
        "message": "asked Toggl",
        "status": "200",
    }
    assert "run_id" not in second


def test_secrets_addresses_and_the_texts_of_errors_do_not_reach_the_file(path: Path) -> None:
    log_to(path, "info", secrets=["t0p-s3cret", ""])
    try:
        raise RuntimeError("Mila Novak wrote this")
    except RuntimeError:
        logging.getLogger("volt").exception("token t0p-s3cret of mila.novak@example.com\nfailed")
    text = path.read_text()
    assert not [word for word in ("t0p-s3cret", "mila.novak", "Mila Novak") if word in text]
    assert lines(path)[0] | {"error": "RuntimeError"} == lines(path)[0]


def test_a_second_call_changes_the_level_and_another_folder_takes_over(path: Path, tmp_path: Path) -> None:
    log_to(path, "error")
    log_to(path, "debug")
    logging.getLogger("volt").debug("once")
    log_to(tmp_path / "other.jsonl", "debug")
    logging.getLogger("volt").debug("there")
    assert [line["message"] for line in lines(path) + lines(tmp_path / "other.jsonl")] == ["once", "there"]


def test_two_writers_share_the_files_and_no_line_is_lost_or_too_many_kept(tmp_path: Path) -> None:
    path = tmp_path / "volt.jsonl"
    handlers = [SharedRotatingHandler(path, 2_000) for _ in range(2)]
    for handler in handlers:
        handler.setFormatter(JsonFormatter())
    for number in range(90):
        record = logging.LogRecord("volt", logging.INFO, "", 0, "line %d", (number,), None)
        handlers[number % 2].emit(record)
    for handler in handlers:
        handler.close()
    files = [path, *(tmp_path / f"volt.jsonl.{number}" for number in (1, 2, 3))]
    kept = [int(line["message"].split()[1]) for file in reversed(files) if file.exists() for line in lines(file)]
    assert kept == list(range(kept[0], 90))
    assert 40 < len(kept) < 90
    assert all(file.stat().st_size <= 2_200 for file in files if file.exists())
    assert sorted(one.name for one in tmp_path.iterdir()) == [
        "volt.jsonl",
        "volt.jsonl.1",
        "volt.jsonl.2",
        "volt.jsonl.3",
        "volt.jsonl.lock",
    ]


def test_a_file_that_cannot_be_written_disturbs_nobody(path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "logs").write_text("a file, no folder")
    log_to(path, "info")
    logging.getLogger("volt").info("lost")
    assert capsys.readouterr().err == ""


def test_what_is_cleared_away_in_another_context_fails_nobody_and_changes_nothing_there(path: Path) -> None:
    log_to(path, "info")
    about = log_is_about(step="left behind")
    copy_context().run(about.__enter__)
    with log_is_about(step="at work"):
        about.__exit__(None, None, None)
        logging.getLogger("volt").info("going on")
    [line] = [json.loads(each) for each in path.read_text().splitlines()]
    assert line["step"] == "at work"
