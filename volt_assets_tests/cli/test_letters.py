"""`dead-letters`: what failed is listed, tried again, given up."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from volt_assets.cli.console import Console
from volt_assets.cli.letters import print_redriven
from volt_assets.cli.main import app
from volt_assets.errors import CircuitOpenError, ServerError, UsageError
from volt_assets.resilience.dead_letters import DeadLetters
from volt_assets.work_reports.data_folder import DataFolder
from volt_assets.work_reports.enrich.failed_items import KIND, FailedItem, RedrivenItems
from volt_assets.work_reports.models import ItemToEnrich

WEEK = "2025-10-06_2025-10-12"


def letters_of(data: Path) -> DeadLetters:
    return DeadLetters(DataFolder(str(data)).dead_letters, now=lambda: datetime(2025, 10, 13, 6, 0, tzinfo=UTC))


def add(data: Path, public_id: str) -> FailedItem:
    item = ItemToEnrich(
        type="Scrum/Task", public_id=public_id, label="[Scrum] [Task]", resolution="alias", duration_seconds=3600, user_ids=(1,)
    )
    failed = FailedItem(range=WEEK, start_date=date(2025, 10, 6), end_date=date(2025, 10, 12), item=item)
    letters_of(data).add(KIND, failed.key, failed.model_dump(mode="json"), ServerError("Fibery: answered with 503\x1b[31m"))
    return failed


def test_a_store_without_letters_says_so(environment: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert app(["dead-letters", "list"], standalone_mode=False) == 0
    heard = capsys.readouterr()
    assert (heard.out, heard.err) == ("", "nothing waits to be tried again\n")
    assert not environment.exists()


def test_letters_are_listed_with_error_tries_and_times(environment: Path, capsys: pytest.CaptureFixture[str]) -> None:
    failed = add(environment, "9658")
    add(environment, "9658")
    assert app(["dead-letters", "list"], standalone_mode=False) == 0
    said = capsys.readouterr().out
    assert failed.key in said
    assert "ServerError" in said
    assert "2025-10-13 06:00" in said
    assert "\x1b[31m" not in said
    assert app(["dead-letters", "list", "--json"], standalone_mode=False) == 0
    assert [one["attempts"] for one in json.loads(capsys.readouterr().out)] == [2]


def test_a_redrive_takes_what_succeeds_off_the_list(environment: Path, capsys: pytest.CaptureFixture[str]) -> None:
    failed = add(environment, "9658")
    assert app(["dead-letters", "redrive"], standalone_mode=False) == 0
    heard = capsys.readouterr()
    assert heard.out == f"{WEEK}: Scrum/Task #9658: enriched\n"
    assert f"--start-from fibery --run-id {WEEK}" in heard.err
    assert letters_of(environment).letters() == (), failed


def test_a_redrive_that_ends_early_counts_what_had_no_turn(environment: Path, capsys: pytest.CaptureFixture[str]) -> None:
    add(environment, "9658")
    add(environment, "9659")
    failed, untried = letters_of(environment).letters()
    stopped_by = CircuitOpenError("Fibery fails too often", retry_in_seconds=30, hint="wait")
    assert print_redriven(RedrivenItems((), (failed,), (untried,), stopped_by), Console()) == 4
    heard = capsys.readouterr()
    assert heard.out == ""
    assert f"{failed.key}: failed again" in heard.err
    assert heard.err.endswith("error: Fibery fails too often\nhint: wait\n0 tried with success, 1 failed again, 1 not tried\n")


def test_a_redrive_of_one_range_leaves_the_others(environment: Path) -> None:
    add(environment, "9658")
    assert app(["dead-letters", "redrive", "--range", "2025-10-13_2025-10-19"], standalone_mode=False) == 0
    assert len(letters_of(environment).letters()) == 1


def test_a_letter_can_be_given_up_and_only_one_that_is_there(environment: Path, capsys: pytest.CaptureFixture[str]) -> None:
    add(environment, "9658")
    [letter] = letters_of(environment).letters()
    assert app(["dead-letters", "forget", letter.id], standalone_mode=False) == 0
    assert letter.key in capsys.readouterr().err
    with pytest.raises(UsageError, match="no dead letter has this id"):
        app(["dead-letters", "forget", letter.id], standalone_mode=False)
