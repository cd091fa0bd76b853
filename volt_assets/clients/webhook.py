"""Posting to an address that is itself a secret. The address appears in no message, only its host does."""

from __future__ import annotations

import asyncio
import json
import logging
import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import httpx
from pydantic import SecretStr

from volt_assets import __version__
from volt_assets.clients.network import proxy_for, ssl_context_for
from volt_assets.errors import ConnectionFailedError, RequestRejectedError

TIMEOUT_SECONDS = 10.0
# At INFO httpx logs the whole address of each request, to whatever log the process has.
logging.getLogger("httpx").setLevel(logging.WARNING)


def post_json(
    url: SecretStr, body: Mapping[str, Any], *, environ: Mapping[str, str] | None = None, timeout: float = TIMEOUT_SECONDS
) -> None:
    """One try; any answer of the 200s is success, redirects are not followed.

    Raises ConnectionFailedError when no answer came within `timeout` seconds, RequestRejectedError for any other answer.
    """
    post_bytes(url, json.dumps(body, ensure_ascii=False).encode(), environ=environ, timeout=timeout)


def post_bytes(
    url: SecretStr,
    content: bytes,
    *,
    headers: Mapping[str, str] | None = None,
    environ: Mapping[str, str] | None = None,
    timeout: float = TIMEOUT_SECONDS,
) -> None:
    """The same for JSON that is written already and must arrive byte by byte, as a signature wants it."""
    address, environ = url.get_secret_value(), os.environ if environ is None else environ
    try:
        host = urlsplit(address).hostname
    except ValueError:
        raise RequestRejectedError("the address of a webhook is none", hint="copy it from the service that gave it") from None
    try:
        # In a thread of its own: the caller may have a loop that runs already.
        with ThreadPoolExecutor(max_workers=1) as thread:
            status = thread.submit(asyncio.run, _status(address, content, headers or {}, environ, timeout)).result()
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        raise ConnectionFailedError(f"the webhook at {host} cannot be reached: {type(error).__name__}") from None
    if not HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        raise RequestRejectedError(f"the webhook at {host} answered {status}", hint="check the address")


async def _status(address: str, content: bytes, headers: Mapping[str, str], environ: Mapping[str, str], seconds: float) -> int:
    sent = {"Content-Type": "application/json", "User-Agent": f"volt-agent/{__version__}", **headers}
    async with (
        # The bound on the whole exchange; httpx's own timeouts start anew with every byte.
        asyncio.timeout(seconds),
        httpx.AsyncClient(
            trust_env=False, proxy=proxy_for(address, environ), verify=ssl_context_for(address, environ), timeout=seconds
        ) as client,
        # The answer's body is of no use, and somebody else decides how long it is.
        client.stream("POST", address, content=content, headers=sent) as answer,
    ):
        return answer.status_code
