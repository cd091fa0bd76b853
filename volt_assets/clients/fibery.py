"""Fibery: the schema, queries in shared batches, and the documents behind rich text and comments.

Belongs here: which request to send, and that no row is lost on the way. Shapes are fibery_wire.py, pages fibery_paging.py,
documents that cannot be had fibery_documents.py; which types and fields to ask for is work_reports/enrich.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

from pydantic import FailFast, SecretStr, TypeAdapter

from volt_assets.clients.answers import Service, parse
from volt_assets.clients.fibery_documents import DocumentSearch, OnLost, OnTexts
from volt_assets.clients.fibery_paging import EntityQuery, PagedQuery, QueryAnswer
from volt_assets.clients.fibery_wire import CommandAnswer, FiberyDocument, Schema, SchemaAnswer
from volt_assets.clients.http import ApiClient, Request, ServiceClient
from volt_assets.clients.retrying import RetryPatience
from volt_assets.environment import FiberyAccess
from volt_assets.errors import AnswerTooLargeError, RetryableError, UnexpectedAnswerError
from volt_assets.resilience.rate_limit import RateLimiter
from volt_assets.resilience.rolling_window import rolling_window
from volt_assets.resilience.shared_pace import SharedPace, shared_name
from volt_assets.settings import FiberySettings, RetrySettings

__all__ = ["EntityQuery", "FiberyClient", "QueryAnswer", "SchemaAnswer"]

OnAnswer = Callable[[int, QueryAnswer], None]
_COMMANDS = "/api/commands"
_DOCUMENTS = "/api/documents/commands"
_SCHEMA = TypeAdapter(Schema)
_ANSWERS = TypeAdapter(Annotated[list[CommandAnswer], FailFast()])
_BODIES = TypeAdapter(Annotated[list[FiberyDocument], FailFast()])


class FiberyClient(ServiceClient):
    """Asks one Fibery workspace. An async context manager."""

    def __init__(
        self,
        access: FiberyAccess,
        *,
        settings: FiberySettings,
        retries: RetrySettings,
        pace: float,
        now: Callable[[], datetime],
        environ: Mapping[str, str] | None = None,
        patience: RetryPatience | None = None,
    ) -> None:
        """`pace` scales all waiting; `now` gives aware times; `environ` (default: the process's) names proxy and certificates.

        `patience` is that of whoever waits for the answers.
        """
        token = access.token.get_secret_value()
        self._settings = settings
        shared_pace = SharedPace(shared_name("fibery", access.base_url, token))
        self._api = ApiClient(
            Service(
                name="Fibery",
                base_url=access.base_url,
                url_variable="FIBERY_BASE_URL",
                token_variable="FIBERY_API_TOKEN",  # noqa: S106 -- the variable's name
                secrets=(token,),
                access_hint="is it the whole token, and of the workspace in FIBERY_WORKSPACE_NAME?",
                not_found_hint="check FIBERY_WORKSPACE_NAME and FIBERY_BASE_URL",
            ),
            authorization=SecretStr(f"Token {token}"),
            timeout_seconds=settings.timeout_seconds,
            limiter=RateLimiter(settings.requests_per_second, settings.max_in_flight, pace, shared=shared_pace),
            retries=retries,
            pace=pace,
            now=now,
            environ=environ,
            patience=patience,
        )

    async def schema(self, known_etag: str | None = None) -> SchemaAnswer:
        """Every type with its fields, or that the schema of `known_etag` still holds. Megabytes: keep it."""
        headers = {"If-None-Match": known_etag} if known_etag else {}
        answer = await self._api.ask(Request("GET", "/api/schema", headers=headers))
        if answer.body is None and known_etag:
            return SchemaAnswer(not_modified=True, etag=answer.headers.get("etag", known_etag), types=None)
        schema = parse(self._api.service, "GET /api/schema", _SCHEMA, answer.body)
        return SchemaAnswer(not_modified=False, etag=answer.headers.get("etag"), types=schema.types)

    async def commands(self, commands: Sequence[dict[str, Any]]) -> list[CommandAnswer]:
        """Answers of all commands in their order, by one request. A failed command is an answer, not an exception."""
        if not commands:
            return []
        answer = await self._api.ask(Request("POST", _COMMANDS, json=list(commands), rejects_with_500=True))
        answers = parse(self._api.service, f"POST {_COMMANDS}", _ANSWERS, answer.body)
        if len(answers) != len(commands):
            raise UnexpectedAnswerError(
                f"Fibery: POST {_COMMANDS}: {len(commands)} commands were answered with {len(answers)} answers",
                hint="check FIBERY_BASE_URL",
            )
        return answers

    async def query_all(self, queries: Sequence[EntityQuery], on_answer: OnAnswer = lambda _number, _answer: None) -> list[QueryAnswer]:
        """All rows of every query, or its error, in the order of the queries.

        One request for all queries as long as no page is full and none times out; the pages that are missing then share
        one request per round. A query that times out is asked again with half its page, and so are all when their answer is
        too large. `on_answer` is told the place of each query and its answer as soon as the answer is whole, before anything
        more is asked.
        """
        paged = [PagedQuery(query) for query in queries]
        while pending := [(number, query) for number, query in enumerate(paged) if query.answer is None]:
            try:
                answers = await self.commands([query.next_command() for _, query in pending])
            except AnswerTooLargeError:
                halved = [query.halve() for _, query in pending]
                if not any(halved):
                    raise
                continue
            for (number, query), answer in zip(pending, answers, strict=True):
                query.take(answer)
                if query.answer is not None:
                    on_answer(number, query.answer)
        return [query.answer for query in paged if query.answer is not None]

    async def documents(
        self, secrets: Sequence[str], on_texts: OnTexts = lambda _texts: None, on_lost: OnLost | None = None
    ) -> dict[str, str]:
        """Markdown by secret. A secret that Fibery does not know is missing in the result.

        `on_texts` is told what each request brought as soon as it is there. `on_lost` is told which document cannot be had
        and why, as soon as it was tried in vain; without it the first such failure is raised.
        """
        distinct, size = list(dict.fromkeys(secrets)), self._settings.documents_per_request
        batches = [distinct[first : first + size] for first in range(0, len(distinct), size)]
        found: dict[str, str] = {}

        def take(texts: dict[str, str]) -> None:
            found.update(texts)
            on_texts(texts)

        search = DocumentSearch(self._documents, take, on_lost)
        await rolling_window(batches, search.batch, max_concurrent=self._settings.max_in_flight)
        return {secret: found[secret] for secret in distinct if secret in found}

    async def _documents(self, secrets: list[str], retry: type[RetryableError], tried: int, subject: object) -> dict[str, str]:
        body = {"command": "get-documents", "args": [{"secret": secret} for secret in secrets]}
        request = Request("POST", _DOCUMENTS, json=body, params={"format": "md"}, subject=subject)
        answer = await self._api.ask(request, retry=retry, tried=tried)
        documents = parse(self._api.service, f"POST {_DOCUMENTS}", _BODIES, answer.body)
        return {document.secret: document.content for document in documents if document.secret in set(secrets)}
