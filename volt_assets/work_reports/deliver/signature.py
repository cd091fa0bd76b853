"""The signature of a webhook: HMAC-SHA256 over the time and the body, so that a receiver knows who sent it and when.

Belongs here: making it and checking it. `is_genuine` is what a receiver does (docs/delivery.md shows it).
"""

from __future__ import annotations

import hashlib
import hmac

TIMESTAMP_HEADER, SIGNATURE_HEADER, IDEMPOTENCY_HEADER = "Volt-Timestamp", "Volt-Signature", "Idempotency-Key"
OLDEST_SECONDS = 300
_VERSION = "v1="


def signature(secret: str, timestamp: int, body: bytes) -> str:
    """`v1=` and 64 hex digits. `timestamp` in seconds since 1970."""
    return _VERSION + hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()


def is_genuine(secret: str, timestamp: str, signed: str, body: bytes, *, now: float) -> bool:
    """Whether the body came from whoever knows the secret, at most five minutes ago."""
    if not timestamp.isascii() or not timestamp.isdecimal() or abs(now - int(timestamp)) > OLDEST_SECONDS:
        return False
    return hmac.compare_digest(signature(secret, int(timestamp), body).encode(), signed.encode())
