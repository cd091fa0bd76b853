"""What came back from a service, and reading it as JSON.

Belongs here: who the service is in the words of its errors, one complete answer, its body, and cleaning what it says
before it is quoted. What a status means is http_errors.py.
"""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self, TypeVar

from pydantic import TypeAdapter, ValidationError

from volt_assets.errors import AnswerTooLargeError, ConnectionFailedError, UnexpectedAnswerError

Parsed = TypeVar("Parsed")
# A schema of thousands of fields is a few MiB; anything beyond this is not an answer but a mistake.
LARGEST_ANSWER_BYTES = 64 * 1024 * 1024
# A small value takes a twentieth of its memory in JSON. What services write has its keys and ids beside it: no answer within
# the bound on bytes has so many values.
LARGEST_ANSWER_VALUES = 6_000_000
_QUOTED_CHARACTERS = 200
_LOOKED_AT_CHARACTERS = 5000
_QUOTED_PROBLEMS = 3


@dataclass(frozen=True)
class Service:
    """Whom a client talks to, in the words its errors need. The secrets appear in no repr."""

    name: str
    base_url: str
    url_variable: str
    token_variable: str
    secrets: tuple[str, ...] = field(repr=False)
    access_hint: str
    """What to check when the token or its rights are refused."""
    not_found_hint: str

    def clean(self, text: str) -> str:
        """Text from outside, fit for one line of a message: no tags, no control characters, no secrets, cut."""
        # Redacted before it is cut, twice: half a token is still a secret, and a body may be megabytes of which a line is shown.
        without_tags = re.sub(r"<[^<>]*>", " ", self._redacted(text)[:_LOOKED_AT_CHARACTERS])
        plain = " ".join("".join(character if character.isprintable() else " " for character in without_tags).split())
        plain = self._redacted(plain)
        return plain if len(plain) <= _QUOTED_CHARACTERS else plain[: _QUOTED_CHARACTERS - 1] + "…"

    def _redacted(self, text: str) -> str:
        for secret in self.secrets:
            text = text.replace(secret, "***")
        return text


@dataclass(frozen=True)
class Answer:
    """One complete HTTP answer. Header names are lower case."""

    tried: str
    """Method and path, for messages; never a query."""
    status: int
    headers: Mapping[str, str] = field(repr=False)
    text: str = field(repr=False)
    is_garbled: bool = False
    """Some bytes were no UTF-8 and have been replaced: good enough to be quoted, never to be read as data."""

    @classmethod
    def of_bytes(cls, tried: str, status: int, headers: Iterable[tuple[str, str]], body: bytes) -> Self:
        """An answer as it came over the wire."""
        try:
            text, is_garbled = body.decode(), False
        except UnicodeDecodeError:
            text, is_garbled = body.decode(errors="replace"), True
        return cls(tried, status, {name.lower(): value for name, value in headers}, text, is_garbled)


async def bounded_body(service: Service, tried: str, pieces: AsyncIterable[bytes]) -> bytes:
    """All pieces (unpacked) of a body. Raises AnswerTooLargeError as soon as they are more than any answer has."""
    body = bytearray()
    async for piece in pieces:
        body += piece
        if len(body) > LARGEST_ANSWER_BYTES:
            raise AnswerTooLargeError(
                f"{service.name}: {tried}: the answer is larger than {LARGEST_ANSWER_BYTES // 1024**2} MiB",
                hint=f"check {service.url_variable}; or ask for less at once",
            )
    return bytes(body)


def read_json(service: Service, answer: Answer) -> Any:
    """The body of an answer that has to be JSON, in whatever type of content as long as it is no web page.

    Raises UnexpectedAnswerError for another kind of document and ConnectionFailedError for JSON that was cut short or garbled.
    """
    content_type = answer.headers.get("content-type", "").lower()
    quoted = service.clean(answer.text) or "nothing"
    if "html" in content_type or "xml" in content_type:
        raise UnexpectedAnswerError(
            f"{service.name}: {answer.tried} was answered with a web page instead of JSON: {quoted}",
            hint=f"check {service.url_variable}; a login page or a proxy may have answered",
        )
    if answer.is_garbled:
        raise ConnectionFailedError(
            f"{service.name}: {answer.tried}: the answer is not valid UTF-8: {quoted}",
            hint=f"try again later; if it happens again, check {service.url_variable}",
        )
    if sum(answer.text.count(mark) for mark in ",[{") > LARGEST_ANSWER_VALUES:
        raise AnswerTooLargeError(
            f"{service.name}: {answer.tried}: the answer has more than {LARGEST_ANSWER_VALUES // 1_000_000} million values: {quoted}",
            hint=f"check {service.url_variable}; or ask for less at once",
        )
    try:
        return _without_lone_surrogates(json.loads(answer.text), answer.text)
    except ValueError as error:
        if "json" in content_type:
            raise ConnectionFailedError(
                f"{service.name}: {answer.tried}: the JSON was cut short: {quoted}", hint="try again later"
            ) from error
        raise UnexpectedAnswerError(
            f"{service.name}: {answer.tried} was not answered with JSON: {quoted}", hint=f"check {service.url_variable}"
        ) from error
    except RecursionError as error:
        raise UnexpectedAnswerError(f"{service.name}: {answer.tried}: the JSON is nested too deeply: {quoted}") from error


def parse(service: Service, tried: str, reader: TypeAdapter[Parsed], body: Any) -> Parsed:
    """The body as what the API documents. Raises UnexpectedAnswerError that names the places, never their content.

    Lists in `reader` are FailFast: pydantic would keep one error, some hundred bytes, for each of millions of elements.
    """
    try:
        return reader.validate_python(body)
    except ValidationError as error:
        problems = error.errors(include_input=False, include_url=False, include_context=False)
    # Raised out here, unchained: pydantic's own message quotes the input, which may hold what must not be logged.
    said = "; ".join(f"{_place(problem['loc'])}: {problem['msg']}" for problem in problems[:_QUOTED_PROBLEMS])
    more = "" if len(problems) <= _QUOTED_PROBLEMS else f" and {len(problems) - _QUOTED_PROBLEMS} more"
    raise UnexpectedAnswerError(
        f"{service.name}: {tried}: the answer is not what the API documents: {said}{more}",
        hint=f"check {service.url_variable}; or the API has changed",
    )


def _place(location: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in location) or "the whole body"


def _without_lone_surrogates(value: Any, text: str) -> Any:
    # A server that cuts a text inside an emoji writes half of it as \ud83d; no file and no terminal takes that.
    if "\\ud" not in text.lower():
        return value
    return json.loads(json.dumps(value, ensure_ascii=False).encode("utf-16", "surrogatepass").decode("utf-16", "replace"))
