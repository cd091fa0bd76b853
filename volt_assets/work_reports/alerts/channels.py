"""By which ways operators are told: a webhook, e-mail; from the settings and the environment."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from volt_assets.alert_settings import AlertSettings
from volt_assets.clients.mail import Mail, MailServer, send_mail
from volt_assets.clients.network import is_loopback
from volt_assets.clients.webhook import post_json
from volt_assets.environment import mail_login, webhook_url
from volt_assets.errors import EnvironmentVariableError
from volt_assets.work_reports.alerts.alert import Alert

Send = Callable[[Alert], None]


def channels(settings: AlertSettings, environ: Mapping[str, str]) -> dict[str, Send]:
    """The ways that are configured, by name. Raises EnvironmentVariableError for an address or a password that cannot be used."""
    found: dict[str, Send] = {}
    url = webhook_url(environ)
    if url is not None:
        found["webhook"] = lambda alert: post_json(url, webhook_body(alert), environ=environ)
    if settings.email_to:
        user, password = mail_login(environ)
        if user is not None and settings.smtp_security == "none" and not is_loopback(f"smtp://{settings.smtp_host}"):
            raise EnvironmentVariableError(
                "VOLT_SMTP_PASSWORD would be sent without encryption", hint="set alerts.smtp_security to starttls or tls in volt.yaml"
            )
        server = MailServer(settings.smtp_host, settings.smtp_port, settings.smtp_security, user, password)

        def by_mail(alert: Alert) -> None:
            send_mail(server, Mail(settings.email_from, settings.email_to, subject=alert.headline, text=alert.text))

        found["email"] = by_mail
    return found


def webhook_body(alert: Alert) -> dict[str, str | None]:
    """What the webhook gets; `text` is all of it, as chat services want it."""
    return {
        "kind": alert.kind,
        "key": alert.key,
        "run_id": alert.run_id,
        "headline": alert.headline,
        "reason": alert.reason,
        "hint": alert.hint,
        "raised_at": alert.raised_at.isoformat(timespec="seconds"),
        "text": alert.text,
    }
