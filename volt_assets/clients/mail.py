"""Sending one plain e-mail through an SMTP server."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import Literal

from pydantic import SecretStr

from volt_assets.errors import ConnectionFailedError, RequestRejectedError

TIMEOUT_SECONDS = 10.0


@dataclass(frozen=True)
class MailServer:
    """Where mail is handed in; `user` None: without a login."""

    host: str
    port: int
    security: Literal["none", "starttls", "tls"]
    user: str | None = None
    password: SecretStr | None = None


@dataclass(frozen=True)
class Mail:
    """One message. The subject is put on one line, whatever it quotes."""

    sender: str
    to: Sequence[str]
    subject: str
    text: str


def send_mail(server: MailServer, mail: Mail, *, timeout: float = TIMEOUT_SECONDS) -> None:
    """One try. Raises ConnectionFailedError when the server is not there, RequestRejectedError when it takes no such mail."""
    message = EmailMessage()
    message["From"], message["To"] = mail.sender, ", ".join(mail.to)
    message["Subject"] = " ".join(mail.subject.split())[:200]
    message["Date"], message["Message-ID"] = formatdate(localtime=False), make_msgid(domain=mail.sender.rpartition("@")[2])
    # Nobody's out-of-office answer is wanted.
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    place = f"the mail server {server.host}:{server.port}"
    try:
        with _connected(server, timeout) as connection:
            if server.user is not None and server.password is not None:
                connection.login(server.user, server.password.get_secret_value())
            connection.send_message(message)
    except (smtplib.SMTPConnectError, smtplib.SMTPServerDisconnected, OSError) as error:
        if isinstance(error, smtplib.SMTPResponseException | smtplib.SMTPRecipientsRefused | smtplib.SMTPNotSupportedError):
            raise RequestRejectedError(f"{place} refused the mail: {type(error).__name__}", hint="check alerts in volt.yaml") from None
        raise ConnectionFailedError(f"{place} cannot be reached: {type(error).__name__}") from None


def _connected(server: MailServer, timeout: float) -> smtplib.SMTP:
    if server.security == "tls":
        return smtplib.SMTP_SSL(server.host, server.port, timeout=timeout, context=ssl.create_default_context())
    connection = smtplib.SMTP(server.host, server.port, timeout=timeout)
    if server.security == "starttls":
        connection.starttls(context=ssl.create_default_context())
    return connection
