"""How a model is asked: JSON by schema, JSON, plain text. What a server cannot do is found out once per run.

Belongs here: the rungs, giving up, the budget around each call. Does not: what is asked (briefing.py) and what of the answer
is believed (verifier.py).
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from volt_assets.errors import CircuitOpenError, RateLimitError, RequestRejectedError, RetryableError, ServerError, UnexpectedAnswerError
from volt_assets.work_reports.report.briefing import Question
from volt_assets.work_reports.report.model_client import Completion, ModelClient
from volt_assets.work_reports.report.model_spending import BudgetUsedUp, Spending

RUNGS = ("schema", "object", "text")
_MOST_FAILURES = 3
_MOST_USELESS_REPAIRS = 2
# All tries of a call together may take so many times the time of one.
_PATIENCE = 1.5


# In the words of a report: what a server or a model says itself may quote anybody's texts.
_REASONS: tuple[tuple[type[Exception], str], ...] = (
    (RequestRejectedError, "its server rejected the question"),
    (CircuitOpenError, "its server failed too often"),
    (RateLimitError, "its server was asked too often"),
    (ServerError, "its server reported an error"),
    (TimeoutError, "no answer in time"),
    (RetryableError, "its server could not be reached"),
    (UnexpectedAnswerError, "it gave no text"),
)


@dataclass(frozen=True)
class NoAnswer:
    """Why a question got no answer, in words of ours; None when it was not asked at all."""

    why: str | None


class Ladder:
    """One model in one step of a run; shared by the reports that are written at the same time."""

    def __init__(self, client: ModelClient, spending: Spending, *, timeout_seconds: float) -> None:
        """Begin at the top, with nothing against the server."""
        self._client = client
        self._spending = spending
        self._timeout_seconds = timeout_seconds
        self._rung = 0
        self._failures = 0
        self._useless_repairs = 0
        self.note = ""
        """Why the model is not asked any more; empty while it is."""

    @property
    def rung(self) -> str:
        """How the next question is asked."""
        return RUNGS[self._rung]

    @property
    def repairs(self) -> bool:
        """Whether asking again has been of use so far."""
        return self._useless_repairs < _MOST_USELESS_REPAIRS and not self.note

    async def ask(self, system: str, question: Question, *, subject: str, after: Sequence[Mapping[str, str]] = ()) -> Completion | NoAnswer:
        """One answer, on the highest rung that the server takes; or why there is none.

        `after` are the messages of the first try when this one is a repair. Rejected keys and used-up quotas are raised.
        """
        while not self.note:
            rung = self._rung
            try:
                return await self._call(system, question, RUNGS[rung], subject, after)
            except RequestRejectedError as error:
                if rung + 1 < len(RUNGS):
                    # Another report may have found out meanwhile.
                    self._rung = max(self._rung, rung + 1)
                    continue
                return self._failed("the model's server rejects every question", error)
            except (RetryableError, UnexpectedAnswerError, CircuitOpenError, TimeoutError) as error:
                return self._failed("the model gave no usable answer", error)
            except BudgetUsedUp as error:
                self.note = str(error)
        return NoAnswer(None)

    def was_useful(self) -> None:
        """An answer that was of use speaks for the server."""
        self._failures = 0

    def repaired(self, *, useful: bool) -> None:
        """Remember whether asking again was of use."""
        self._useless_repairs = 0 if useful else self._useless_repairs + 1

    def was_unreadable(self) -> None:
        """A server that ignores the shape may do better without one."""
        self._rung = min(self._rung + 1, len(RUNGS) - 1)

    async def _call(self, system: str, question: Question, rung: str, subject: str, after: Sequence[Mapping[str, str]]) -> Completion:
        text = question.text()
        size = len(system) + len(text) + sum(len(message["content"]) for message in after)
        with self._spending.call(subject=subject, rung=rung, is_repair=bool(after), characters=size) as call:
            async with asyncio.timeout(self._timeout_seconds * _PATIENCE):
                answer = await self._client.complete(system=system, user=text, after=after, response_format=_format(rung, question.schema))
            call.answered(answer)
        return answer

    def _failed(self, why: str, error: Exception) -> NoAnswer:
        self._failures += 1
        if self._failures >= _MOST_FAILURES:
            self.note = why
        return NoAnswer(next(reason for kind, reason in _REASONS if isinstance(error, kind)))


def _format(rung: str, schema: Mapping[str, Any]) -> dict[str, Any] | None:
    if rung == "schema":
        return {"type": "json_schema", "json_schema": {"name": "report_sentences", "strict": True, "schema": schema}}
    return {"type": "json_object"} if rung == "object" else None
