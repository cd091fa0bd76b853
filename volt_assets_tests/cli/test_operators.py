"""The command line tells operators of a run that could not begin, once a day, and nobody who sits in front of it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from volt_assets.cli.console import Console
from volt_assets.cli.operators import operators_are_told, tell_operators
from volt_assets.cli.run_plan import RunPlan
from volt_assets.errors import EnvironmentVariableError, QuotaExhaustedError, VoltError
from volt_assets.settings import Settings
from volt_assets_tests.pipeline import WEEK
from volt_assets_tests.work_reports.alerts.receivers import Webhook, serving

NOON = datetime(2025, 10, 13, 12, tzinfo=UTC)
REJECTED = EnvironmentVariableError("TOGGL_API_TOKEN was rejected", hint="renew it")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def webhook(environment: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Webhook]:
    del environment
    server = Webhook()
    monkeypatch.setenv("VOLT_ALERT_WEBHOOK_URL", server.url)
    with serving(server):
        yield server


def fail(data: Path, error: VoltError, *, stderr: io.StringIO | None = None, at: datetime = NOON) -> None:
    plan = RunPlan(key=WEEK, data_location=str(data))
    console = Console(stderr=stderr or io.StringIO(), environ={"TERM": "xterm"})
    with pytest.raises(type(error)), operators_are_told(plan, Settings(), console, now=lambda: at):
        raise error


def test_a_run_that_could_not_begin_is_told_once_a_day(webhook: Webhook, environment: Path) -> None:
    for hours in (0, 1, 24):
        fail(environment, REJECTED, at=NOON + timedelta(hours=hours))
    assert [posted["reason"] for posted in webhook.taken] == ["it could not begin: TOGGL_API_TOKEN was rejected"] * 2
    assert webhook.taken[0]["hint"] == "renew it"


def test_a_quota_that_is_used_up_before_the_first_step_is_waited_for(webhook: Webhook, environment: Path) -> None:
    for _ in range(2):
        fail(environment, QuotaExhaustedError("used up", resets_at=NOON + timedelta(minutes=30)))
    [posted] = webhook.taken
    assert (posted["kind"], posted["reason"]) == ("waiting", "used up; the quota resets at 2025-10-13 12:30 UTC")


def test_who_sits_in_front_of_it_reads_it_there(webhook: Webhook, environment: Path) -> None:
    fail(environment, REJECTED, stderr=Terminal())
    assert not webhook.taken


def test_the_end_of_a_run_is_told_however_it_ended(webhook: Webhook, environment: Path) -> None:
    plan = RunPlan(key=WEEK, data_location=str(environment))
    for status in ("completed", "canceled", "failed", "failed"):
        tell_operators(plan, status, now=lambda: NOON)
    [posted] = webhook.taken
    assert (posted["kind"], posted["run_id"]) == ("failed", plan.run_id)
