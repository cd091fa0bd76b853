"""Operators are told once, by every way, again when it did not get through; and no run suffers for it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from volt_assets.alert_settings import AlertSettings
from volt_assets.errors import EnvironmentVariableError
from volt_assets.work_reports.alerts.alert import Alert, of_end
from volt_assets.work_reports.alerts.alert_book import AlertBook
from volt_assets.work_reports.alerts.alerting import Alerter
from volt_assets.work_reports.alerts.channels import channels
from volt_assets.work_reports.data_folder import DataFolder
from volt_assets.work_reports.models.run_metadata import RunError, RunMetadata
from volt_assets_tests.pipeline import WEEK, record_of
from volt_assets_tests.work_reports.alerts.receivers import MailBox, Webhook, serving

NOON = datetime(2025, 10, 13, 12, tzinfo=UTC)


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    server = Webhook()
    with serving(server):
        yield server


@pytest.fixture
def mail() -> Iterator[MailBox]:
    server = MailBox()
    with serving(server):
        yield server


@pytest.fixture
def data(tmp_path: Path) -> DataFolder:
    return DataFolder(str(tmp_path / "data"))


def alerter(data: DataFolder, webhook: Webhook | None = None, mail: MailBox | None = None, *, at: datetime = NOON) -> Alerter:
    settings = AlertSettings(email_to=("ops@example.com",), smtp_port=mail.port, smtp_host="127.0.0.1") if mail else AlertSettings()
    return Alerter(data, settings, {"VOLT_ALERT_WEBHOOK_URL": webhook.url} if webhook else {}, now=lambda: at)


def failed_record(stored: RunMetadata, status: str = "failed", **changes: object) -> RunMetadata:
    error = RunError(type="X", message="Fibery\nanswered 401", hint="renew FIBERY_API_TOKEN", step="enriched_entities")
    return stored.model_copy(update={"status": status, "error": error.model_copy(update=changes)})


def test_a_failed_run_is_told_once_by_every_way(data: DataFolder, webhook: Webhook, mail: MailBox, stored_week: Path) -> None:
    record = failed_record(record_of(stored_week))
    for _ in range(2):  # the command line and a sensor; also after a restart
        alerter(data, webhook, mail).run_ended("failed", key=WEEK, run_id=record.run_id, record=record)
    [posted], [message] = webhook.taken, mail.taken
    assert (posted["kind"], posted["key"], posted["run_id"]) == ("failed", WEEK, record.run_id)
    assert posted["path"] == "/hooks/a-secret-path?token=abc"
    assert posted["hint"] == "renew FIBERY_API_TOKEN"
    assert (message["To"], message["Subject"]) == ("ops@example.com", f"Volt: the run of {WEEK} failed")
    for text in (posted["text"], message.get_content()):
        assert "enriched_entities: Fibery" in text
        assert f"volt-agent show-run --run-id {record.run_id}" in text


def test_what_does_not_get_through_is_tried_again_where_it_did_not(
    data: DataFolder, webhook: Webhook, mail: MailBox, caplog: pytest.LogCaptureFixture
) -> None:
    webhook.status = 500
    with caplog.at_level(logging.WARNING, "volt"):
        alerter(data, webhook, mail).run_ended("failed", key=WEEK, run_id="r1", record=None)
    assert (len(webhook.taken), len(mail.taken)) == (0, 1)
    assert "the webhook at 127.0.0.1 answered 500" in caplog.text
    assert "a-secret-path" not in caplog.text
    webhook.status = 200
    alerter(data, webhook, mail, at=NOON + timedelta(hours=1)).tell()
    assert (len(webhook.taken), len(mail.taken)) == (1, 1)
    [alert] = AlertBook(data.cache("alerts")).alerts()
    assert (sorted(alert.sent), alert.tries, alert.problem) == (["email", "webhook"], 2, None)


def test_after_days_an_alert_is_no_news_any_more(data: DataFolder, webhook: Webhook) -> None:
    webhook.status = 404
    alerter(data, webhook).run_ended("failed", key=WEEK, run_id="r1", record=None)
    webhook.status = 200
    alerter(data, webhook, at=NOON + timedelta(days=4)).tell()
    assert not webhook.taken


def test_a_range_that_waits_is_told_once_until_it_went_through(data: DataFolder, webhook: Webhook, stored_week: Path) -> None:
    resets_at = NOON + timedelta(minutes=40)
    stored = record_of(stored_week)
    for minutes, status in enumerate(("waiting", "waiting", "completed", "waiting", "canceled"), start=1):
        run_id = f"r{minutes}"
        record = failed_record(stored.model_copy(update={"run_id": run_id}), status, resets_at=resets_at)
        alerter(data, webhook, at=NOON + timedelta(minutes=minutes)).run_ended(status, key=WEEK, run_id=run_id, record=record)
    assert [(posted["kind"], posted["run_id"]) for posted in webhook.taken] == [("waiting", "r1"), ("waiting", "r4")]
    assert "the quota resets at 2025-10-13 12:40 UTC" in webhook.taken[0]["text"]


@pytest.mark.parametrize("status", ["completed", "incomplete", "canceled", "in_progress"])
def test_other_ends_are_no_reason(status: str) -> None:
    assert of_end(status, key=WEEK, run_id="r1", record=None, now=NOON) is None


def test_kinds_that_nobody_wants_and_folders_without_a_way_write_nothing(data: DataFolder, webhook: Webhook) -> None:
    alerter(data).run_ended("failed", key=WEEK, run_id="r1", record=None)
    environ = {"VOLT_ALERT_WEBHOOK_URL": webhook.url}
    Alerter(data, AlertSettings(kinds=("missed",)), environ, now=lambda: NOON).run_ended("failed", key=WEEK, run_id="r1", record=None)
    assert not webhook.taken
    assert not AlertBook(data.cache("alerts")).alerts()


def test_nothing_that_goes_wrong_reaches_the_run(data: DataFolder, webhook: Webhook, mail: MailBox, tmp_path: Path) -> None:
    mail.refused = "ops@example.com"
    alerter(data, None, mail).run_ended("failed", key=WEEK, run_id="r1", record=None)
    (tmp_path / "file").write_text("no folder")
    alerter(DataFolder(str(tmp_path / "file")), webhook).run_ended("failed", key=WEEK, run_id="r1", record=None)
    Alerter(data, AlertSettings(), {"VOLT_ALERT_WEBHOOK_URL": "ftp://x"}, now=lambda: NOON).tell()
    closed = Webhook()
    closed.server_close()
    alerter(data, closed).run_ended("failed", key=WEEK, run_id="r2", record=None)
    assert [alert.problem is None for alert in AlertBook(data.cache("alerts")).alerts()] == [False, False]


def test_texts_from_outside_forge_no_header_and_no_file(data: DataFolder, mail: MailBox, tmp_path: Path) -> None:
    key = "../../x\r\nBcc: evil@example.com"
    alerter(data, None, mail).run_ended("failed", key=key, run_id=key, record=None)
    [message] = mail.taken
    assert message["Bcc"] is None
    assert sorted(path.parent.name for path in tmp_path.rglob("*.json")) == ["alerts"]


def test_while_somebody_sends_nobody_else_does(data: DataFolder, webhook: Webhook) -> None:
    with AlertBook(data.cache("alerts")).sending() as is_free:
        assert is_free
        alerter(data, webhook).run_ended("failed", key=WEEK, run_id="r1", record=None)
    assert not webhook.taken
    alerter(data, webhook).tell()
    assert len(webhook.taken) == 1


def test_a_password_does_not_travel_in_the_open() -> None:
    environ = {"VOLT_SMTP_USER": "volt", "VOLT_SMTP_PASSWORD": "s3cret"}
    with pytest.raises(EnvironmentVariableError, match="without encryption"):
        channels(AlertSettings(email_to=("ops@example.com",), smtp_host="mail.example.com"), environ)
    assert set(channels(AlertSettings(email_to=("ops@example.com",), smtp_host="mail.example.com", smtp_security="tls"), environ)) == {
        "email"
    }


def test_a_damaged_page_of_the_book_costs_one_alert(data: DataFolder) -> None:
    book = AlertBook(data.cache("alerts"))
    book.note(Alert(kind="failed", subject="r1", key=WEEK, reason="x", raised_at=NOON))
    (Path(str(data.cache("alerts"))) / "failed-r0.json").write_text("{")
    assert [alert.subject for alert in book.alerts()] == ["r1"]
