"""One JSON object to an address that nobody gets to see."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pydantic import SecretStr

from volt_assets.clients.webhook import post_json
from volt_assets.errors import ConnectionFailedError, RequestRejectedError
from volt_assets_tests.work_reports.alerts.receivers import Webhook, serving


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    server = Webhook()
    with serving(server):
        yield server


def test_an_object_arrives_whole(webhook: Webhook) -> None:
    post_json(SecretStr(webhook.url), {"text": "Täam \n \u202e"}, environ={})
    assert webhook.taken == [{"text": "Täam \n \u202e", "path": "/hooks/a-secret-path?token=abc"}]


@pytest.mark.parametrize("status", [302, 404, 500])
def test_any_other_answer_is_no_success_and_its_address_stays_secret(webhook: Webhook, status: int) -> None:
    webhook.status = status
    with pytest.raises(RequestRejectedError) as caught:
        post_json(SecretStr(webhook.url), {}, environ={})
    assert str(caught.value) == f"the webhook at 127.0.0.1 answered {status}"


@pytest.mark.parametrize("address", ["http://127.0.0.1:1/secret", "http://[::1/secret", "http://127.0.0.1:9/\x00secret"])
def test_nobody_there_is_said_without_the_address(address: str) -> None:
    with pytest.raises((ConnectionFailedError, RequestRejectedError)) as caught:
        post_json(SecretStr(address), {}, environ={}, timeout=2)
    assert "secret" not in str(caught.value)
