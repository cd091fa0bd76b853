"""The alerts of config/volt.yaml: of what operators are told, and by which mail server.

Belongs here: the keys and their limits. Does not: when something is told (work_reports/alerts/), secrets (environment.py).
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from volt_assets.settings_values import Email, Keys


class AlertSettings(Keys):
    """The address of a webhook and the account of the mail server are in the environment."""

    kinds: tuple[Literal["failed", "hanging", "waiting", "missed"], ...] = ("failed", "hanging", "waiting", "missed")
    hanging_after_seconds: float = Field(default=10_800, gt=0)
    missed_after_seconds: float = Field(default=3600, ge=60)
    email_to: tuple[Email, ...] = ()
    email_from: Email = "volt-agent@localhost"
    smtp_host: str = Field(default="localhost", pattern=r"^[A-Za-z0-9.:-]{1,253}$")
    smtp_port: int = Field(default=25, ge=1, le=65535)
    smtp_security: Literal["none", "starttls", "tls"] = "none"
