"""What a model costs: a budget in tokens and in money per run, and a ledger line per call that outlives the process.

A call is written down before it is made, with what it may cost at most, and again with what it did cost: whoever reads the
ledger of a run that was killed counts the call that was under way.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from volt_assets.settings import LlmSettings
from volt_assets.work_reports.report.model_client import Completion

_CHARACTERS_PER_TOKEN = 4


class BudgetUsedUp(Exception):  # noqa: N818 -- no error: the rest is written without a model
    """The next call could cost more than is left."""


@dataclass(frozen=True)
class Spent:
    """A sum over calls."""

    calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float = 0.0


@dataclass
class Call:
    """One call under way."""

    input_tokens: int
    output_tokens: int
    is_estimated: bool = True
    outcome: str = "failed"
    model: str = ""

    def answered(self, answer: Completion) -> None:
        """Take over what the server counted; what it does not count is estimated from the length."""
        self.outcome, self.model = "answered", answer.model
        self.is_estimated = answer.input_tokens is None or answer.output_tokens is None
        self.input_tokens = self.input_tokens if answer.input_tokens is None else answer.input_tokens
        self.output_tokens = _tokens(len(answer.text)) if answer.output_tokens is None else answer.output_tokens


@dataclass
class Spending:
    """The budget and the ledger of one run. `ledger` None: nothing is written down."""

    settings: LlmSettings
    now: Callable[[], datetime]
    ledger: Path | None = None
    step: str = ""
    _calls: dict[str, dict[str, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Read what the run has spent in earlier steps."""
        if self.ledger is not None and self.ledger.exists():
            for line in self.ledger.read_text(encoding="utf-8", errors="replace").splitlines():
                self._take(line)

    @contextmanager
    def call(self, *, subject: str, rung: str, is_repair: bool, characters: int) -> Iterator[Call]:
        """Write one call down, before and after. Raises BudgetUsedUp when it could cost more than is left."""
        call = Call(input_tokens=_tokens(characters), output_tokens=self.settings.max_output_tokens)
        self._check(call)
        number = f"{self.step}-{len(self._calls) + 1}"
        about = {"call": number, "step": self.step, "subject": subject, "rung": rung, "repair": is_repair}
        self._write({**about, "outcome": "asked"}, call)
        try:
            yield call
        finally:
            if call.outcome == "failed":
                call.output_tokens = 0
            self._write({**about, "outcome": call.outcome, "model": call.model}, call)

    def total(self, step: str | None = None) -> Spent:
        """What the run, or one step of it, has spent."""
        calls = [each for each in self._calls.values() if step is None or each["step"] == step]
        return Spent(
            calls=len(calls),
            input_tokens=sum(each["input_tokens"] for each in calls),
            output_tokens=sum(each["output_tokens"] for each in calls),
            cost_usd=round(sum(each["cost_usd"] or 0.0 for each in calls), 6),
        )

    def _check(self, call: Call) -> None:
        spent = self.total()
        tokens, money = self.settings.budget_tokens, self.settings.budget_usd
        if tokens is not None and spent.input_tokens + spent.output_tokens + call.input_tokens + call.output_tokens > tokens:
            raise BudgetUsedUp(f"the budget of {tokens:,} tokens (llm.budget_tokens) does not allow another question")
        if money is not None and spent.cost_usd + (self._cost(call) or 0.0) > money:
            raise BudgetUsedUp(f"the budget of {money:g} USD (llm.budget_usd) does not allow another question")

    def _cost(self, call: Call) -> float | None:
        price_in, price_out = self.settings.usd_per_million_input_tokens, self.settings.usd_per_million_output_tokens
        if price_in is None or price_out is None:
            return None
        return round((call.input_tokens * price_in + call.output_tokens * price_out) / 1_000_000, 6)

    def _write(self, about: dict[str, Any], call: Call) -> None:
        line = json.dumps(
            {
                "at": self.now().isoformat(),
                **about,
                "input_tokens": call.input_tokens,
                "output_tokens": call.output_tokens,
                "estimated": call.is_estimated,
                "cost_usd": self._cost(call),
            }
        )
        self._take(line)
        if self.ledger is not None:
            self.ledger.parent.mkdir(parents=True, exist_ok=True)
            with self.ledger.open("a+b") as file:
                # A process that was killed may have left half a line: this one must not be glued to it.
                size = file.seek(0, os.SEEK_END)
                if size and file.seek(size - 1) >= 0 and file.read(1) != b"\n":
                    file.write(b"\n")
                file.write(f"{line}\n".encode())
                file.flush()
                os.fsync(file.fileno())

    def _take(self, line: str) -> None:
        try:
            entry = json.loads(line)
            self._calls[entry["call"]] = {name: entry[name] for name in ("step", "input_tokens", "output_tokens", "cost_usd")}
        except (ValueError, KeyError, TypeError):
            return  # the half line of a process that was killed


def _tokens(characters: int) -> int:
    return -(-characters // _CHARACTERS_PER_TOKEN)
