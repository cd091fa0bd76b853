"""What a writer needs of a language model, and nothing more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol


class Completion(Protocol):
    """One answer of a model."""

    @property
    def text(self) -> str:
        """The answer as it came."""
        ...

    @property
    def model(self) -> str:
        """The name of the model that answered."""
        ...

    @property
    def input_tokens(self) -> int | None:
        """Tokens of the question; None when the server does not count."""
        ...

    @property
    def output_tokens(self) -> int | None:
        """Tokens of the answer; None when the server does not count."""
        ...


class ModelClient(Protocol):
    """What a client of a language model must be able to do."""

    async def complete(
        self, *, system: str, user: str, after: Sequence[Mapping[str, str]] = (), response_format: Mapping[str, Any] | None = None
    ) -> Completion:
        """One answer to one question; `after` are further messages of the chat. Raises the errors of errors.py."""
        ...
