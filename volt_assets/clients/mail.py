"""Sending one e-mail, as text and perhaps with files, through an SMTP server."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import Literal

from pydantic import SecretStr

from volt_assets.errors import ConnectionFailedError, RequestRejectedError

TIMEOUT_SECONDS = 10.0
_HINT = "check addresses and mail server in volt.yaml"


@dataclass(frozen=True)
class MailServer:
    """Where mail is handed in; `user` None: without a login."""

    host: str
    port: int
    security: Literal["none", "starttls", "tls"]
    user: str | None = None
    password: SecretStr | None = None


@dataclass(frozen=True)
class Attachment:
    """A page that goes along."""

    name: str
    html: str


@dataclass(frozen=True)
class Mail:
    """One message. The subject is put on one line, whatever it quotes."""

    sender: str
    to: Sequence[str]
    subject: str
    text: str
    attachments: Sequence[Attachment] = ()
    message_id: str | None = None
    """The part before the @: equal for a message that is sent again, so that mail systems see one. None: a new one."""


def send_mail(server: MailServer, mail: Mail, *, timeout: float = TIMEOUT_SECONDS) -> int:
    """One try; how many recipients were refused while the others have the mail.

    Raises ConnectionFailedError when the server is not there, RequestRejectedError when it takes no such mail or no recipient.
    """
    message = _message(mail)
    place = f"the mail server {server.host}:{server.port}"
    try:
        with _connected(server, timeout) as connection:
            if server.user is not None and server.password is not None:
                connection.login(server.user, server.password.get_secret_value())
            refused = connection.send_message(message)
    except (smtplib.SMTPConnectError, smtplib.SMTPServerDisconnected, OSError) as error:
        if isinstance(error, smtplib.SMTPResponseException | smtplib.SMTPRecipientsRefused | smtplib.SMTPNotSupportedError):
            raise RequestRejectedError(f"{place} refused the mail: {type(error).__name__}", hint=_HINT) from None
        raise ConnectionFailedError(f"{place} cannot be reached: {type(error).__name__}") from None
    return len(refused)


def _message(mail: Mail) -> EmailMessage:
    message = EmailMessage()
    try:
        message["From"] = Address(addr_spec=mail.sender)
        message["To"] = [Address(addr_spec=each) for each in mail.to]
    except (ValueError, HeaderParseError):
        raise RequestRejectedError("a sender or recipient is no e-mail address", hint="check the addresses") from None
    message["Subject"] = " ".join(mail.subject.split())[:200]
    domain = mail.sender.rpartition("@")[2]
    message["Date"] = formatdate(localtime=False)
    message["Message-ID"] = f"<{mail.message_id}@{domain}>" if mail.message_id else make_msgid(domain=domain)
    # Nobody's out-of-office answer is wanted.
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    for attachment in mail.attachments:
        message.add_attachment(attachment.html, subtype="html", filename=attachment.name)
    return message


def _connected(server: MailServer, timeout: float) -> smtplib.SMTP:
    if server.security == "tls":
        return smtplib.SMTP_SSL(server.host, server.port, timeout=timeout, context=ssl.create_default_context())
    connection = smtplib.SMTP(server.host, server.port, timeout=timeout)
    if server.security == "starttls":
        connection.starttls(context=ssl.create_default_context())
    return connection
