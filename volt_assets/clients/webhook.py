"""Posting one JSON object to an address that is itself a secret. The address appears in no message, only its host does."""

from __future__ import annotations

import os
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import httpx
from pydantic import SecretStr

from volt_assets import __version__
from volt_assets.clients.network import proxy_for, ssl_context_for
from volt_assets.errors import ConnectionFailedError, RequestRejectedError

TIMEOUT_SECONDS = 10.0


def post_json(
    url: SecretStr, body: Mapping[str, Any], *, environ: Mapping[str, str] | None = None, timeout: float = TIMEOUT_SECONDS
) -> None:
    """One try; any answer of the 200s is success, redirects are not followed.

    Raises ConnectionFailedError when no answer came within `timeout` seconds, RequestRejectedError for any other answer.
    """
    address, environ = url.get_secret_value(), os.environ if environ is None else environ
    host = urlsplit(address).hostname
    try:
        with httpx.Client(
            trust_env=False, proxy=proxy_for(address, environ), verify=ssl_context_for(address, environ), timeout=timeout
        ) as client:
            answer = client.post(address, json=body, headers={"User-Agent": f"volt-agent/{__version__}"})
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        raise ConnectionFailedError(f"the webhook at {host} cannot be reached: {type(error).__name__}") from None
    if not HTTPStatus.OK <= answer.status_code < HTTPStatus.MULTIPLE_CHOICES:
        raise RequestRejectedError(f"the webhook at {host} answered {answer.status_code}", hint="check the address")
