"""One mail to a server that takes it, refuses it, or is not there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from volt_assets.clients.mail import Mail, MailServer, send_mail
from volt_assets.errors import ConnectionFailedError, RequestRejectedError
from volt_assets_tests.work_reports.alerts.receivers import MailBox, serving

MAIL = Mail("volt@example.com", ["a@example.com", "b@example.com"], "One\r\nBcc: evil@example.com", "Täam\n.\nend\n")


@pytest.fixture
def box() -> Iterator[MailBox]:
    server = MailBox()
    with serving(server):
        yield server


def test_it_arrives_as_it_is_and_forges_no_header(box: MailBox) -> None:
    send_mail(MailServer("127.0.0.1", box.port, "none"), MAIL)
    [message] = box.taken
    assert (message["To"], message["Subject"]) == ("a@example.com, b@example.com", "One Bcc: evil@example.com")
    assert message["Bcc"] is None
    assert message.get_content().splitlines() == ["Täam", ".", "end"]
    assert message["Message-ID"].endswith("@example.com>")


def test_a_server_that_refuses_everybody_says_so(box: MailBox) -> None:
    box.refused = "@example.com"
    with pytest.raises(RequestRejectedError, match="refused the mail: SMTPRecipientsRefused"):
        send_mail(MailServer("127.0.0.1", box.port, "none"), MAIL)


def test_encryption_that_the_server_does_not_know_is_not_done_without(box: MailBox) -> None:
    with pytest.raises(RequestRejectedError, match="SMTPNotSupportedError"):
        send_mail(MailServer("127.0.0.1", box.port, "starttls"), MAIL)
    assert not box.taken


def test_a_server_that_is_not_there() -> None:
    with pytest.raises(ConnectionFailedError, match=r"127\.0\.0\.1:1 cannot be reached"):
        send_mail(MailServer("127.0.0.1", 1, "none"), MAIL, timeout=2)
