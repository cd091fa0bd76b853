"""The ledger of a model's calls outlives the process, and the budget knows what is under way."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from volt_assets.settings import LlmSettings
from volt_assets.work_reports.report.model_spending import BudgetUsedUp, Spending, Spent
from volt_assets_tests.work_reports.report.scripted_model import Answer

PRICES = {"usd_per_million_input_tokens": 2.0, "usd_per_million_output_tokens": 8.0, "max_output_tokens": 100}


def spending(ledger: Path | None, step: str = "team_summary", **keys: Any) -> Spending:
    settings = LlmSettings.model_validate({**PRICES, **keys})
    return Spending(settings, lambda: datetime(2025, 10, 13, tzinfo=UTC), ledger, step)


def test_a_call_is_written_down_before_and_after_with_what_it_cost(tmp_path: Path) -> None:
    ledger = tmp_path / "calls" / "run.jsonl"
    with spending(ledger).call(subject="user 11", rung="schema", is_repair=False, characters=4_000) as call:
        [asked] = [json.loads(line) for line in ledger.read_text().splitlines()]
        call.answered(Answer("text", input_tokens=900, output_tokens=40))
    _, answered = [json.loads(line) for line in ledger.read_text().splitlines()]
    assert (asked["outcome"], asked["input_tokens"], asked["output_tokens"], asked["estimated"]) == ("asked", 1_000, 100, True)
    assert answered == {
        "at": "2025-10-13T00:00:00+00:00",
        "call": "team_summary-1",
        "step": "team_summary",
        "subject": "user 11",
        "rung": "schema",
        "repair": False,
        "outcome": "answered",
        "model": "gpt-x",
        "input_tokens": 900,
        "output_tokens": 40,
        "estimated": False,
        "cost_usd": 0.00212,
    }


def test_a_later_step_knows_what_was_spent_even_by_a_process_that_was_killed(tmp_path: Path) -> None:
    ledger = tmp_path / "run.jsonl"
    first = spending(ledger, "toggl_summary")
    with first.call(subject="team", rung="schema", is_repair=False, characters=400) as call:
        call.answered(Answer("text", input_tokens=90, output_tokens=10))
    # Killed while asking: the line before the call is all there is, and half of another.
    hanging = first.call(subject="team", rung="schema", is_repair=False, characters=400)
    hanging.__enter__()
    ledger.write_text(ledger.read_text() + '{"at": "2025')
    second = spending(ledger, "team_summary")
    assert second.total() == Spent(calls=2, input_tokens=190, output_tokens=110, cost_usd=0.00126)
    with second.call(subject="team", rung="text", is_repair=True, characters=4) as call:
        call.answered(Answer("text", input_tokens=None, output_tokens=None))
    assert spending(ledger).total("team_summary") == Spent(calls=1, input_tokens=1, output_tokens=1, cost_usd=0.00001)
    assert spending(ledger).total().calls == 3


def test_a_call_that_fails_costs_its_question(tmp_path: Path) -> None:
    calls = spending(tmp_path / "run.jsonl")
    with pytest.raises(TimeoutError), calls.call(subject="team", rung="text", is_repair=False, characters=400):
        raise TimeoutError
    assert calls.total() == Spent(calls=1, input_tokens=100, output_tokens=0, cost_usd=0.0002)


@pytest.mark.parametrize("keys", [{"budget_tokens": 250}, {"budget_usd": 0.0011}])
def test_no_call_is_made_that_could_cost_more_than_is_left(keys: dict[str, Any]) -> None:
    calls = spending(None, **keys)
    with (
        calls.call(subject="team", rung="text", is_repair=False, characters=400),
        pytest.raises(BudgetUsedUp, match="another question"),
    ):
        # The first one is under way: what it may cost counts.
        calls.call(subject="team", rung="text", is_repair=False, characters=400).__enter__()
    assert calls.total().calls == 1
