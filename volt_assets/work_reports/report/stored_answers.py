"""Answers of a model that were of use, by everything the answer depends on: an unchanged report asks nobody again.

Belongs here: the key and the form of an entry. Keeping and dropping is resilience/result_cache.py's.
"""

from __future__ import annotations

from pydantic import JsonValue, ValidationError

from volt_assets.resilience.result_cache import ResultCache
from volt_assets.work_reports.models import Frozen
from volt_assets.work_reports.report.model_client import Completion


class StoredAnswer(Frozen):
    """One answer as it came."""

    text: str
    model: str
    input_tokens: int | None
    output_tokens: int | None


class StoredAnswers:
    """The answers of one model."""

    def __init__(self, cache: ResultCache, *, model: str, max_output_tokens: int) -> None:
        """`model` is the name that was asked for: another model's answers are other answers."""
        self._cache = cache
        self._model = model
        self._max_output_tokens = max_output_tokens

    def get(self, system: str, user: str) -> StoredAnswer | None:
        """The kept answer to exactly this question."""
        content = self._cache.get(self._question(system, user))
        if content is None:
            return None
        try:
            return StoredAnswer.model_validate_json(content)
        except ValidationError:
            return None  # of an earlier format: asked again and replaced

    def keep(self, system: str, user: str, answer: Completion) -> None:
        """Keep an answer that was of use."""
        stored = StoredAnswer(text=answer.text, model=answer.model, input_tokens=answer.input_tokens, output_tokens=answer.output_tokens)
        self._cache.put(self._question(system, user), stored.model_dump_json().encode())

    def _question(self, system: str, user: str) -> dict[str, JsonValue]:
        return {"model": self._model, "max_output_tokens": self._max_output_tokens, "system": system, "user": user}
