"""Which error ends a command with which code."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from volt_assets import errors
from volt_assets.cli.exit_codes import ExitCode, exit_code_for, original_error

QUOTA = errors.QuotaExhaustedError("quota used up", resets_at=datetime(2025, 10, 13, 7, tzinfo=UTC))


def test_the_codes_are_the_documented_ones() -> None:
    assert {code.name: int(code) for code in ExitCode} == {
        "OK": 0,
        "FAILED": 1,
        "USAGE": 2,
        "WAITING": 3,
        "INCOMPLETE": 4,
        "CANCELED": 130,
    }


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.ConfigurationError("x"), ExitCode.USAGE),
        (errors.SettingsError("x"), ExitCode.USAGE),
        (errors.EnvironmentVariableError("x"), ExitCode.USAGE),
        (errors.UsageError("x"), ExitCode.USAGE),
        (QUOTA, ExitCode.WAITING),
        (errors.AuthenticationError("x", variable="TOGGL_API_TOKEN"), ExitCode.FAILED),
        (errors.ConnectionFailedError("x"), ExitCode.FAILED),
        (errors.IncompleteDataError("x"), ExitCode.FAILED),
        (errors.StoredDataError("x"), ExitCode.FAILED),
        (KeyboardInterrupt(), ExitCode.CANCELED),
        (RuntimeError("a bug"), ExitCode.FAILED),
    ],
)
def test_every_error_has_its_code(error: BaseException, code: ExitCode) -> None:
    assert exit_code_for(error) is code


def test_a_wrapped_error_counts_as_the_one_inside() -> None:
    wrapped = RuntimeError("a step failed")
    wrapped.__cause__ = RuntimeError("executing it failed")
    wrapped.__cause__.__cause__ = QUOTA

    assert original_error(wrapped) is QUOTA
    assert exit_code_for(wrapped) is ExitCode.WAITING


def test_an_error_in_a_group_is_found() -> None:
    group = BaseExceptionGroup("tasks", [ValueError("x"), ExceptionGroup("inner", [QUOTA])])

    assert exit_code_for(group) is ExitCode.WAITING
    assert exit_code_for(BaseExceptionGroup("tasks", [KeyboardInterrupt()])) is ExitCode.CANCELED


def test_what_holds_nothing_of_ours_is_itself_even_when_causes_form_a_ring() -> None:
    first, second = RuntimeError("a"), RuntimeError("b")
    first.__cause__, second.__cause__ = second, first

    assert original_error(first) is first
