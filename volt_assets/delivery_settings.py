"""The deliveries of config/volt.yaml: which report goes to whom, by which channel, at what time of day.

Belongs here: the keys, their limits, and what of them does not fit together. Does not: that a team exists (settings.py), that a
variable is set (environment.py), sending (work_reports/deliver/). Addresses that are secrets stand in variables, named here.
"""

from __future__ import annotations

import re
from datetime import time
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from volt_assets.settings_values import Email, Keys, ScopeName, ZoneName

Audience = Literal["person", "lead", "team", "operations"]
Channel = Literal["slack", "email", "webhook", "folder"]
_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]{2,79}")
_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
_NEEDED: dict[Channel, tuple[str, ...]] = {
    "slack": ("url_variable",),
    "email": (),
    "webhook": ("url_variable", "secret_variable"),
    "folder": ("folder",),
}
_POSSIBLE: dict[Channel, tuple[str, ...]] = {**_NEEDED, "email": ("to",)}


def _variable(name: str) -> str:
    if not _VARIABLE.fullmatch(name):
        # Not quoted: somebody may have put the secret itself here.
        raise ValueError("must be the name of an environment variable, such as VOLT_SLACK_URL_PLATFORM; the secret itself stands there")
    return name


def _time_of_day(value: Any) -> Any:
    """Text, because YAML takes 18:00 without quotes for a number of minutes."""
    if isinstance(value, str) and (match := _TIME.fullmatch(value)):
        return time(int(match[1]), int(match[2]))
    if isinstance(value, time):
        return value
    raise ValueError(f"'{value}' is not a time of day; write it in quotes, as \"18:00\"")


def _link_base(url: str) -> str:
    try:
        parts = urlsplit(url)
        is_address = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_address = False
    plain = url.isprintable() and not set(url) & set(" <>|\"'`") and "?" not in url and "#" not in url and "@" not in url
    if not is_address or not plain:
        raise ValueError("is not an http or https address without user, query and spaces, such as https://reports.example.com/volt")
    return url.rstrip("/")


def _place(location: str) -> str:
    if "://" in location:
        if "@" in location.partition("://")[2].partition("/")[0]:
            raise ValueError("must not hold a user or a password: the storage reads them from the environment")
        return location.rstrip("/")
    if not location.startswith("/"):
        raise ValueError(f"'{location}' is neither a whole path nor a URL such as s3://bucket/reports")
    return location


TimeOfDay = Annotated[time, BeforeValidator(_time_of_day)]
VariableName = Annotated[str, AfterValidator(_variable)]
LinkBase = Annotated[str, AfterValidator(_link_base)]
Place = Annotated[str, AfterValidator(_place)]


class Delivery(Keys):
    """One report to one audience by one channel."""

    audience: Audience
    channel: Channel
    team: str | None = None
    period: Literal["week", "month", "any"] = "week"
    to: tuple[Email, ...] = ()
    url_variable: VariableName | None = None
    secret_variable: VariableName | None = None
    folder: Place | None = None
    at: TimeOfDay = time(8)
    timezone: ZoneName | None = None
    send: bool = False
    if_empty: bool = False
    if_incomplete: bool = False

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        """Each channel with what it needs and nothing else, and no personal text where others read it."""
        for name in _NEEDED[self.channel]:
            if not getattr(self, name):
                raise ValueError(f"channel {self.channel} needs {name}")
        for name in ("to", "url_variable", "secret_variable", "folder"):
            if getattr(self, name) and name not in _POSSIBLE[self.channel]:
                raise ValueError(f"channel {self.channel} has no use for {name}; leave it out")
        if self.audience == "person":
            if self.channel == "slack":
                raise ValueError("a Slack channel is read by others: a person's report goes by email, webhook or folder")
            if self.to:
                raise ValueError("each person's report goes to their own address; leave `to` out")
        elif self.channel == "email" and not self.to:
            raise ValueError("channel email needs to: the addresses of the recipients")
        return self


class DeliverySettings(Keys):
    """What every delivery shares, and the deliveries by their names."""

    link_base_url: LinkBase | None = None
    latest_days: int = Field(default=14, ge=1, le=366)
    timeout_seconds: float = Field(default=15, gt=0, le=300)
    email_from: Email = "volt-agent@localhost"
    smtp_host: str = Field(default="localhost", pattern=r"^[A-Za-z0-9.:-]{1,253}$")
    smtp_port: int = Field(default=25, ge=1, le=65535)
    smtp_security: Literal["none", "starttls", "tls"] = "none"
    named: dict[ScopeName, Delivery] = Field(default_factory=dict)
