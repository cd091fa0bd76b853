from __future__ import annotations

import copy
import inspect
import pickle
from datetime import UTC, datetime

import pytest

from volt_assets import errors
from volt_assets.errors import AuthenticationError, QuotaExhaustedError, RateLimitError, RequestRejectedError, SettingsError, VoltError

SAMPLES = [
    SettingsError("wrong", hint="fix it"),
    RateLimitError("too fast", retry_after_seconds=2.5),
    QuotaExhaustedError("used up", resets_at=datetime(2025, 10, 6, tzinfo=UTC), hint="wait"),
    AuthenticationError("refused", variable="TOGGL_API_TOKEN"),
    RequestRejectedError("no", name="entity.error/schema-field-not-found"),
]


@pytest.mark.parametrize("error", SAMPLES, ids=lambda error: type(error).__name__)
def test_errors_travel_between_processes_whole(error: VoltError) -> None:
    for twin in (pickle.loads(pickle.dumps(error)), copy.deepcopy(error)):  # noqa: S301 -- what was pickled a moment ago
        assert type(twin) is type(error)
        assert (str(twin), vars(twin)) == (str(error), vars(error))


def test_a_message_is_one_line() -> None:
    assert str(VoltError(" two\nlines\r\n and\ttabs ")) == "two lines and tabs"


def test_every_error_is_drawn_in_the_tree_and_ends_in_error() -> None:
    for name, kind in inspect.getmembers(errors, inspect.isclass):
        if issubclass(kind, Exception):
            assert name.endswith("Error")
            assert issubclass(kind, VoltError)
            assert name in (errors.__doc__ or "")
