"""A language model behind any OpenAI-compatible server: one prompt in, one text out.

Belongs here: sending the prompt through the openai SDK and reading the answer. Prompts and what to do with the text are
work_reports/report. The SDK is imported when a client is made: most runs use no model, and it costs half a second.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from types import TracebackType
from typing import TYPE_CHECKING, Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, FailFast, TypeAdapter

from volt_assets.clients.answers import Answer, Service, bounded_body, parse, read_json
from volt_assets.clients.http import is_outage
from volt_assets.clients.http_errors import error_for_answer, error_for_connection
from volt_assets.clients.network import check_address, proxy_for, ssl_context_for
from volt_assets.clients.retrying import Retrying, RetryPatience
from volt_assets.environment import LlmAccess
from volt_assets.errors import NotFoundError, RequestRejectedError, UnexpectedAnswerError, VoltError
from volt_assets.resilience.breaker_board import BreakerBoard
from volt_assets.resilience.circuit_breaker import CircuitBreaker
from volt_assets.settings import LlmSettings, RetrySettings

if TYPE_CHECKING:
    from openai import AsyncOpenAI

_COMPLETIONS = "POST /chat/completions"
_MODELS = "GET /models"
_OF_THE_WIRE = ("content-encoding", "content-length", "transfer-encoding")


@dataclass(frozen=True)
class Completion:
    """The text of a model; `model` as the server names it, tokens None when the server does not count them."""

    text: str
    model: str
    input_tokens: int | None
    output_tokens: int | None
    was_cut: bool = False
    """The text ends where the limit of output tokens was reached."""


class _Wire(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class _Message(_Wire):
    content: str | None = None
    refusal: str | None = None


class _Choice(_Wire):
    message: _Message
    finish_reason: str | None = None


class _Usage(_Wire):
    prompt_tokens: int | None = None
    completion_tokens: int | None = None


class _ChatCompletion(_Wire):
    choices: Annotated[tuple[_Choice, ...], FailFast(), BeforeValidator(lambda value: () if value is None else value)] = ()
    model: str | None = None
    usage: _Usage | None = None


_READER = TypeAdapter(_ChatCompletion)

BREAKER_CALLS = 10
BREAKER_SECONDS = 30.0


class LlmClient:
    """Asks one model. An async context manager; `requests_made` counts every attempt."""

    def __init__(
        self,
        access: LlmAccess,
        *,
        settings: LlmSettings,
        retries: RetrySettings,
        pace: float,
        now: Callable[[], datetime],
        environ: Mapping[str, str] | None = None,
        patience: RetryPatience | None = None,
    ) -> None:
        """`pace` scales the waits between tries; `now` gives aware times; `environ` names proxy and certificates.

        `patience` is that of whoever waits for the answers.
        """
        key = access.api_key.get_secret_value()
        self.model = access.model
        self.requests_made = 0
        self.input_tokens = 0
        self.output_tokens = 0
        """Tokens of all answers so far, as far as the server counts them."""
        self._service = Service(
            name="Language model",
            base_url=access.base_url,
            url_variable="OPENAI_BASE_URL",
            token_variable="OPENAI_API_KEY",  # noqa: S106 -- the variable's name
            secrets=(key,),
            access_hint="is it the key of the server in OPENAI_BASE_URL?",
            not_found_hint=f"does the server in OPENAI_BASE_URL know the model '{access.model}' (VOLT_LLM_MODEL, llm.model)?",
        )
        self._settings = settings
        self._retrying = Retrying(retries, pace, patience)
        # Fewer calls than elsewhere decide: each may take minutes, and the reports are whole without a model.
        self.breaker = CircuitBreaker(
            "Language model",
            minimum_calls=BREAKER_CALLS,
            cool_down_seconds=BREAKER_SECONDS,
            is_failure=is_outage,
            on_turn=BreakerBoard("Language model", BREAKER_SECONDS).turned,
        )
        self._now = now
        self._limit_name = "max_tokens"
        check_address(access.base_url, self._service.url_variable)
        self._openai = _sdk(access, self._service, settings, os.environ if environ is None else environ)

    async def __aenter__(self) -> Self:
        """Ready at once."""
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Close the connections."""
        await self._openai.close()

    @property
    def retries(self) -> int:
        """Attempts beyond the first of each request."""
        return self._retrying.retries

    async def complete(
        self, *, system: str, user: str, after: Sequence[Mapping[str, str]] = (), response_format: Mapping[str, Any] | None = None
    ) -> Completion:
        """The model's text. Raises UnexpectedAnswerError when it refuses or says nothing.

        `after` are the messages that follow; `response_format` asks for JSON, which not every server knows: RequestRejectedError.
        """
        messages = [{"role": "system", "content": system}, {"role": "user", "content": user}, *map(dict, after)]
        try:
            answer = await self._ask(_COMPLETIONS, lambda: self._create(messages, response_format))
        except RequestRejectedError as error:
            # Reasoning models take the limit under its newer name only, most compatible servers under the older one.
            if self._limit_name != "max_tokens" or "max_completion_tokens" not in str(error):
                raise
            self._limit_name = "max_completion_tokens"
            answer = await self._ask(_COMPLETIONS, lambda: self._create(messages, response_format))
        completion = self._completion(answer)
        self.input_tokens += completion.input_tokens or 0
        self.output_tokens += completion.output_tokens or 0
        return completion

    async def check(self) -> None:
        """Raise an error that names OPENAI_API_KEY or OPENAI_BASE_URL when the server cannot be used."""
        try:
            await self._ask(_MODELS, self._list_models)
        except NotFoundError:
            # A server need not list its models to complete a chat.
            return

    async def _create(self, messages: list[dict[str, str]], response_format: Mapping[str, Any] | None) -> Any:
        body: dict[str, Any] = {"model": self.model, "messages": messages, self._limit_name: self._settings.max_output_tokens}
        if response_format is not None:
            body["response_format"] = dict(response_format)
        return await self._openai.chat.completions.with_raw_response.create(**body)

    async def _list_models(self) -> Any:
        return await self._openai.models.with_raw_response.list()

    async def _ask(self, tried: str, send: Callable[[], Awaitable[Any]]) -> Any:
        return await self._retrying.call(lambda: self.breaker.call(lambda: self._attempt(tried, send)))

    async def _attempt(self, tried: str, send: Callable[[], Awaitable[Any]]) -> Any:
        from openai import APIConnectionError, APIStatusError  # noqa: PLC0415 -- only runs with a model pay for the import

        self.requests_made += 1
        try:
            async with asyncio.timeout(self._settings.timeout_seconds):
                answer = _answer(tried, (await send()).http_response)
        except APIStatusError as error:
            # Not raised here: chained, the SDK's error would carry its uncleaned text along.
            answer = _answer(tried, error.response)
        except APIConnectionError as error:
            if isinstance(error.__cause__, VoltError):  # said by our own client below the SDK
                raise error.__cause__ from None
            raise error_for_connection(self._service, tried, error.__cause__ or error) from error
        except OSError as error:
            raise error_for_connection(self._service, tried, error) from error
        if not HTTPStatus.OK <= answer.status < HTTPStatus.MULTIPLE_CHOICES:
            raise error_for_answer(self._service, answer, self._now())
        return read_json(self._service, answer)

    def _completion(self, body: Any) -> Completion:
        answer = parse(self._service, _COMPLETIONS, _READER, body)
        choice = answer.choices[0] if answer.choices else None
        text = (choice.message.content or "").strip() if choice else ""
        if choice is None or not text or choice.finish_reason == "content_filter":
            # A refusal may quote the question, and that holds people's texts: its own words go no further.
            refused = choice is not None and (choice.message.refusal or choice.finish_reason == "content_filter")
            reason = "it refused" if refused else "the answer is empty"
            raise UnexpectedAnswerError(
                f"{self._service.name}: {_COMPLETIONS}: the model '{self.model}' gave no text: {reason}",
                hint="try again, or with another model (VOLT_LLM_MODEL), or with --no-llm",
            )
        usage = answer.usage or _Usage()
        return Completion(
            text, answer.model or self.model, usage.prompt_tokens, usage.completion_tokens, was_cut=choice.finish_reason == "length"
        )


def _sdk(access: LlmAccess, service: Service, settings: LlmSettings, environ: Mapping[str, str]) -> AsyncOpenAI:
    from openai import AsyncOpenAI, DefaultAsyncHttpxClient  # noqa: PLC0415 -- only runs with a model pay for the import

    class BoundedClient(DefaultAsyncHttpxClient):
        """The SDK reads whole answers, refusals too, however large they are; this one reads them within the bound."""

        async def send(self, request: Any, **options: Any) -> Any:
            streamed = await super().send(request, **{**options, "stream": True})
            try:
                body = await bounded_body(service, f"{request.method} {request.url.path}", streamed.aiter_bytes())
            finally:
                await streamed.aclose()
            # The body is unpacked by now.
            headers = [(name, value) for name, value in streamed.headers.multi_items() if name.lower() not in _OF_THE_WIRE]
            return type(streamed)(streamed.status_code, headers=headers, content=body, request=request)

    return AsyncOpenAI(
        api_key=access.api_key.get_secret_value(),
        base_url=access.base_url,
        # retrying.py retries, so that tries are counted and paced in one place.
        max_retries=0,
        timeout=settings.timeout_seconds,
        http_client=BoundedClient(
            trust_env=False,
            proxy=proxy_for(access.base_url, environ),
            verify=ssl_context_for(access.base_url, environ),
            follow_redirects=False,
        ),
    )


def _answer(tried: str, response: Any) -> Answer:
    return Answer.of_bytes(tried, response.status_code, response.headers.items(), response.content)
