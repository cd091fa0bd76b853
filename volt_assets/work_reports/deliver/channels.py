"""The four ways out: each takes a parcel and either returns, the message being accepted, or raises.

Belongs here: putting a parcel into the hands of a client. Does not: how a message reads (message.py), whether it may go (sending.py).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime

from volt_assets.clients.mail import Attachment, Mail, MailServer, send_mail
from volt_assets.clients.network import is_loopback
from volt_assets.clients.webhook import post_bytes
from volt_assets.delivery_settings import Channel, Delivery, DeliverySettings
from volt_assets.environment import mail_login, named_address, named_secret
from volt_assets.errors import ConnectionFailedError, EnvironmentVariableError, RequestRejectedError
from volt_assets.resilience.atomic_file import open_folder, write_atomically
from volt_assets.work_reports.deliver.message import plain_text, slack_message, webhook_content
from volt_assets.work_reports.deliver.parcel import Parcel
from volt_assets.work_reports.deliver.signature import IDEMPOTENCY_HEADER, SIGNATURE_HEADER, TIMESTAMP_HEADER, signature

REPEATABLE: frozenset[Channel] = frozenset(("webhook", "folder"))
"""Channels on which a second try of the same message does no harm: the receiver knows its id, or the file is the same."""


class Channels:
    """Sends by what the settings and the environment say."""

    def __init__(self, settings: DeliverySettings, environ: Mapping[str, str], now: Callable[[], datetime]) -> None:
        """Nothing is read before the first message."""
        self._settings = settings
        self._environ = environ
        self._now = now

    def check(self, delivery: Delivery) -> None:
        """Raise EnvironmentVariableError for a variable that is not set or holds what cannot be used. Asks nobody."""
        self._secrets_of(delivery)
        if delivery.channel == "email":
            self._server()

    def secrets(self, delivery: Delivery) -> list[str]:
        """What must not be written anywhere; nothing of what is not set."""
        try:
            return self._secrets_of(delivery)
        except EnvironmentVariableError:
            return []

    def send(self, parcel: Parcel) -> None:
        """One try. Raises VoltError: nobody there, refused, a variable that is missing, an address that is none."""
        ways = {"slack": self._slack, "email": self._email, "webhook": self._webhook, "folder": self._folder}
        ways[parcel.delivery.channel](parcel)

    def where(self, parcel: Parcel) -> str:
        """In words, without a secret: for whoever looks before sending."""
        delivery = parcel.delivery
        if delivery.channel == "email":
            return f"e-mail to {', '.join(parcel.recipients) or 'nobody: Toggl knows no address'}"
        return f"{delivery.channel} {delivery.folder or delivery.url_variable}"

    def _slack(self, parcel: Parcel) -> None:
        url = named_address(self._environ, str(parcel.delivery.url_variable))
        content = json.dumps(slack_message(parcel), ensure_ascii=False).encode()
        post_bytes(url, content, environ=self._environ, timeout=self._settings.timeout_seconds)

    def _webhook(self, parcel: Parcel) -> None:
        url = named_address(self._environ, str(parcel.delivery.url_variable))
        secret = named_secret(self._environ, str(parcel.delivery.secret_variable)).get_secret_value()
        content, timestamp = webhook_content(parcel), int(self._now().timestamp())
        headers = {
            TIMESTAMP_HEADER: str(timestamp),
            SIGNATURE_HEADER: signature(secret, timestamp, content),
            IDEMPOTENCY_HEADER: parcel.idempotency_key,
        }
        post_bytes(url, content, headers=headers, environ=self._environ, timeout=self._settings.timeout_seconds)

    def _email(self, parcel: Parcel) -> None:
        if not parcel.recipients:
            raise RequestRejectedError("Toggl knows no e-mail address of the person", hint="give the person one in Toggl")
        mail = Mail(
            sender=self._settings.email_from,
            to=parcel.recipients,
            subject=parcel.form.title,
            text=plain_text(parcel),
            attachments=self._attachments(parcel),
            message_id=parcel.idempotency_key,
        )
        if refused := send_mail(self._server(), mail, timeout=self._settings.timeout_seconds):
            message = f"the mail server refused {refused} of {len(mail.to)} recipients; the others have the mail"
            raise RequestRejectedError(message, hint="correct the addresses; a redrive sends to all of them")

    def _attachments(self, parcel: Parcel) -> tuple[Attachment, ...]:
        """The page itself, where no address leads to it."""
        if not parcel.is_attached or parcel.page is None:
            return ()
        return (Attachment(f"{parcel.key}_{parcel.page.name}", parcel.page.read_bytes().decode(errors="replace")),)

    def _folder(self, parcel: Parcel) -> None:
        target = open_folder(str(parcel.delivery.folder)) / parcel.key
        try:
            for source in (parcel.markdown, *([parcel.page] if parcel.page is not None else [])):
                below = "/".join(source.parts[len(source.parts) - _depth(parcel) :])
                write_atomically(target / below, source.read_bytes())
        except OSError as error:
            raise ConnectionFailedError(f"{target}: cannot be written to: {error.strerror or type(error).__name__}") from error

    def _server(self) -> MailServer:
        keys = self._settings
        user, password = mail_login(self._environ)
        if user is not None and keys.smtp_security == "none" and not is_loopback(f"smtp://{keys.smtp_host}"):
            hint = "set delivery.smtp_security to starttls or tls in volt.yaml"
            raise EnvironmentVariableError("VOLT_SMTP_PASSWORD would be sent without encryption", hint=hint)
        return MailServer(keys.smtp_host, keys.smtp_port, keys.smtp_security, user, password)

    def _secrets_of(self, delivery: Delivery) -> list[str]:
        found = []
        if delivery.url_variable:
            found.append(named_address(self._environ, delivery.url_variable))
        if delivery.secret_variable:
            found.append(named_secret(self._environ, delivery.secret_variable))
        return [secret.get_secret_value() for secret in found]


def _depth(parcel: Parcel) -> int:
    """`team_summary.md` lies in reports/ itself, the pages of people and the views one folder below."""
    return 1 if parcel.delivery.audience == "lead" else 2
