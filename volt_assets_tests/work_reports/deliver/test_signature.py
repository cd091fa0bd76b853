"""What a receiver checks."""

from __future__ import annotations

import time
from typing import Any

import pytest

from volt_assets.work_reports.deliver.signature import is_genuine, signature
from volt_assets_tests.checkout import ROOT

SIGNED = signature("secret", 1_760_000_000, b'{"a":1}')


def test_the_signature_is_the_documented_one() -> None:
    # printf '1760000000.{"a":1}' | openssl dgst -sha256 -hmac secret
    assert SIGNED == "v1=b6c2583f8204bec09d6388c3b4ef4be121e880606c4f1b491d6f295dc76b09c9"


@pytest.mark.parametrize(
    ("secret", "timestamp", "signed", "body", "now", "expected"),
    [
        ("secret", "1760000000", SIGNED, b'{"a":1}', 1_760_000_299.0, True),
        ("secret", "1760000000", SIGNED, b'{"a":1}', 1_760_000_301.0, False),
        ("other", "1760000000", SIGNED, b'{"a":1}', 1_760_000_000.0, False),
        ("secret", "1760000001", SIGNED, b'{"a":1}', 1_760_000_000.0, False),
        ("secret", "1760000000", SIGNED, b'{"a":2}', 1_760_000_000.0, False),
        ("secret", "", SIGNED, b'{"a":1}', 1_760_000_000.0, False),
        ("secret", "1760000000", "é", b'{"a":1}', 1_760_000_000.0, False),
    ],
)
def test_only_what_was_signed_lately_is_genuine(
    secret: str, timestamp: str, signed: str, body: bytes, now: float, *, expected: bool
) -> None:
    assert is_genuine(secret, timestamp, signed, body, now=now) is expected


def test_the_check_that_the_guide_gives_receivers_is_ours() -> None:
    page = (ROOT / "docs" / "delivery.md").read_text(encoding="utf-8")
    receiver: dict[str, Any] = {}
    exec(page.partition("```python\n")[2].partition("```")[0], receiver)  # noqa: S102 -- our own page
    now, body = int(time.time()), '{"title": "T\u00e4am"}'.encode()
    assert receiver["is_genuine"]("secret", str(now), signature("secret", now, body), body)
    assert not receiver["is_genuine"]("other", str(now), signature("secret", now, body), body)
