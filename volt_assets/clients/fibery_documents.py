"""Finding the documents that cannot be had: a batch that fails is halved until whatever fails stands alone.

    a batch fails              its halves are asked for at once; being asked too fast is waited for instead
    one document fails         it is tried as often as any request, the batches it was in included, then it is lost; the others go on
    one is lost unexplained    nothing was answered since: the largest part that is left tells soonest whose fault it is
    twenty parts in a row fail then it is the service and not the documents: the rest is lost without being asked for

One bad document among n costs about twice log2(n) requests, and what is left of its tries. Belongs here: which documents to ask for
together, and when to give up. Does not: the request (fibery.py), what is done without a document (work_reports/enrich).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from volt_assets.clients.http_errors import PAYLOAD_TOO_LARGE
from volt_assets.errors import (
    AnswerTooLargeError,
    RateLimitError,
    RequestRejectedError,
    RetryableError,
    UnexpectedAnswerError,
    VoltError,
)

OnTexts = Callable[[dict[str, str]], None]
OnLost = Callable[[str, VoltError], None]
"""Told a secret and why its document cannot be had."""
Ask = Callable[[list[str], type[RetryableError], int, object], Awaitable[dict[str, str]]]
"""Texts by secret, by one request: which failures are tried again, how many tries were made, what the request is a part of."""
MOST_FAILED_IN_A_ROW = 20
_OF_DOCUMENTS = (RetryableError, RequestRejectedError, UnexpectedAnswerError)


@dataclass
class _Part:
    """Documents to ask for together, and how often they were in a batch that failed without being called too large."""

    secrets: list[str]
    failed: int = 0

    def halves(self, *, was_try: bool) -> tuple[_Part, _Part]:
        """After one more failure, which was a try of each document or not."""
        middle, failed = len(self.secrets) // 2, self.failed + was_try
        return _Part(self.secrets[:middle], failed), _Part(self.secrets[middle:], failed)


@dataclass
class DocumentSearch:
    """One call for documents in batches; `take` is told what each request brought, `on_lost` what cannot be had.

    Without `on_lost` the first document that is lost is raised. What does not speak of documents (a token, an open circuit)
    is raised in any case.
    """

    ask: Ask
    take: OnTexts
    on_lost: OnLost | None = None
    _answers: int = 0
    _failed_in_a_row: int = 0
    """Parts of any batch since the last answer."""
    _service_error: VoltError | None = None
    """Why no document at all can be had."""

    async def batch(self, secrets: Sequence[str]) -> None:
        """Take every document of a batch that can be had."""
        parts, lost_after_answers, answers_before = deque([_Part(list(secrets))]), -1, self._answers
        while parts and not self._has_given_up(parts):
            part = max(parts, key=lambda one: len(one.secrets)) if lost_after_answers == self._answers else parts[0]
            parts.remove(part)
            # The service is given the time of all tries once; when it answers, or had its time, the batches were tries too.
            had_time = self._answers > answers_before or lost_after_answers >= 0
            # A batch that is too much is halved at once; only waiting for the rate limit makes it pass as it is.
            retry: type[RetryableError] = RateLimitError if len(part.secrets) > 1 else RetryableError
            try:
                texts = await self.ask(part.secrets, retry, part.failed if had_time else 0, parts)
            except _OF_DOCUMENTS as error:
                self._failed_in_a_row += 1
                if self._failed_in_a_row >= MOST_FAILED_IN_A_ROW or isinstance(error, RateLimitError):
                    self._service_error = error
                if len(part.secrets) > 1 and self._may_be_had_in_parts(error):
                    parts.extendleft(reversed(part.halves(was_try=isinstance(error, RetryableError))))
                    continue
                self._lose(part, error)
                lost_after_answers = self._answers
            else:
                self._answers, self._failed_in_a_row = self._answers + 1, 0
                self.take(texts)

    def _has_given_up(self, parts: deque[_Part]) -> bool:
        if self._service_error is None:
            return False
        for part in parts:
            self._lose(part, self._service_error)
        return True

    def _may_be_had_in_parts(self, error: VoltError) -> bool:
        if isinstance(error, RateLimitError):
            return False
        is_too_much = isinstance(error, RetryableError | AnswerTooLargeError) or getattr(error, "name", None) == PAYLOAD_TOO_LARGE
        # A refusal or an answer out of shape may be the fault of a single document, which matters only to those who go on without it.
        return is_too_much or self.on_lost is not None

    def _lose(self, part: _Part, error: VoltError) -> None:
        if self.on_lost is None:
            raise error
        for secret in part.secrets:
            self.on_lost(secret, error)
