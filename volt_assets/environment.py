"""The environment variables Volt reads, and the access they give to the outside world.

Every secret may also be given as a file: TOGGL_API_TOKEN_FILE, FIBERY_API_TOKEN_FILE, OPENAI_API_KEY_FILE.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import SecretStr

from volt_assets.errors import EnvironmentVariableError

TOGGL_DEFAULT_URL = "https://api.track.toggl.com"
OPENAI_DEFAULT_URL = "https://api.openai.com/v1"

LOG_LEVELS = ("debug", "info", "warning", "error")
SECRETS = ("TOGGL_API_TOKEN", "FIBERY_API_TOKEN", "OPENAI_API_KEY", "VOLT_ALERT_WEBHOOK_URL", "VOLT_SMTP_PASSWORD")


@dataclass(frozen=True)
class TogglAccess:
    """What it takes to ask Toggl."""

    token: SecretStr
    workspace_id: int
    base_url: str


@dataclass(frozen=True)
class FiberyAccess:
    """What it takes to ask Fibery; `link_base_url` is where a person opens an item."""

    token: SecretStr
    workspace_name: str
    base_url: str
    link_base_url: str


@dataclass(frozen=True)
class LlmAccess:
    """What it takes to ask a language model."""

    api_key: SecretStr
    base_url: str
    model: str


def toggl_access(environ: Mapping[str, str]) -> TogglAccess:
    """Read TOGGL_*. Raises EnvironmentVariableError that names the variable."""
    token = _secret(environ, "TOGGL_API_TOKEN", "Toggl, Profile settings, API token")
    workspace = _text(environ, "TOGGL_WORKSPACE_ID")
    if workspace is None:
        raise EnvironmentVariableError(
            "TOGGL_WORKSPACE_ID is not set", hint="the number in the URL of Toggl's reports: track.toggl.com/reports/<number>"
        )
    if not re.fullmatch(r"[0-9]{1,18}", workspace):
        raise EnvironmentVariableError(
            f"TOGGL_WORKSPACE_ID must be a number, not '{workspace[:40]}'", hint="the number in the URL of Toggl's reports"
        )
    return TogglAccess(token, int(workspace), _url(environ, "TOGGL_BASE_URL") or TOGGL_DEFAULT_URL)


def fibery_access(environ: Mapping[str, str]) -> FiberyAccess:
    """Read FIBERY_*. Raises EnvironmentVariableError that names the variable."""
    token = _secret(environ, "FIBERY_API_TOKEN", "Fibery, Settings, API tokens")
    name = _text(environ, "FIBERY_WORKSPACE_NAME")
    base_url = _url(environ, "FIBERY_BASE_URL")
    if name is None and base_url is None:
        raise EnvironmentVariableError(
            "FIBERY_WORKSPACE_NAME is not set", hint="the part before .fibery.io in the address of your workspace"
        )
    if name is not None and not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9-]{0,62}", name):
        raise EnvironmentVariableError(
            f"FIBERY_WORKSPACE_NAME must be a bare name, not '{name[:60]}'", hint="for https://acme.fibery.io it is acme"
        )
    own_url = f"https://{name}.fibery.io" if name else None
    api_url = base_url or own_url or ""
    return FiberyAccess(token, name or (urlsplit(api_url).hostname or ""), api_url, own_url or api_url)


def llm_access(environ: Mapping[str, str], default_model: str) -> LlmAccess | None:
    """Read OPENAI_* and VOLT_LLM_MODEL; None when no key is set: then the reports are written without a model."""
    if not (_text(environ, "OPENAI_API_KEY") or _text(environ, "OPENAI_API_KEY_FILE")):
        return None
    key = _secret(environ, "OPENAI_API_KEY", "the model provider's console")
    model = _text(environ, "VOLT_LLM_MODEL") or default_model
    return LlmAccess(key, _url(environ, "OPENAI_BASE_URL") or OPENAI_DEFAULT_URL, model)


def data_dir(environ: Mapping[str, str]) -> str:
    """VOLT_DATA_DIR as an absolute local path or a URL of fsspec, default ./data. Raises EnvironmentVariableError."""
    chosen = _text(environ, "VOLT_DATA_DIR") or "data"
    try:
        return chosen if "://" in chosen else str(Path(chosen).expanduser().resolve())
    except RuntimeError as error:  # ~somebody without a home
        raise EnvironmentVariableError(f"VOLT_DATA_DIR: {chosen[:80]}: {error}", hint="write the whole path") from error


def webhook_url(environ: Mapping[str, str]) -> SecretStr | None:
    """VOLT_ALERT_WEBHOOK_URL, None when unset. The whole address is a secret. Raises EnvironmentVariableError."""
    name = "VOLT_ALERT_WEBHOOK_URL"
    if not (_text(environ, name) or _text(environ, f"{name}_FILE")):
        return None
    return _secret_address(environ, name, "the service that takes the alerts")


def mail_login(environ: Mapping[str, str]) -> tuple[str | None, SecretStr | None]:
    """VOLT_SMTP_USER and VOLT_SMTP_PASSWORD, both or neither. Raises EnvironmentVariableError."""
    user = _text(environ, "VOLT_SMTP_USER")
    return (user, _secret(environ, "VOLT_SMTP_PASSWORD", "the mail server's account")) if user else (None, None)


def log_level(environ: Mapping[str, str]) -> str:
    """VOLT_LOG_LEVEL: from which level on runs log; default info. Raises EnvironmentVariableError for any other word."""
    chosen = (_text(environ, "VOLT_LOG_LEVEL") or "info").lower()
    if chosen not in LOG_LEVELS:
        raise EnvironmentVariableError(f"VOLT_LOG_LEVEL: '{chosen[:40]}' is no level", hint=f"one of: {', '.join(LOG_LEVELS)}")
    return chosen


def secrets_in(environ: Mapping[str, str]) -> list[str]:
    """The secrets that are set, to keep them out of what is written; one that cannot be read is nobody's concern here."""
    found = []
    for name in SECRETS:
        try:
            found.append(_secret(environ, name, "").get_secret_value())
        except EnvironmentVariableError:
            continue
    return found


def named_secret(environ: Mapping[str, str], name: str) -> SecretStr:
    """The secret in a variable that volt.yaml names. Raises EnvironmentVariableError naming the variable."""
    return _secret(environ, name, "the service that takes the deliveries")


def named_address(environ: Mapping[str, str], name: str) -> SecretStr:
    """The same for an http or https address that is a secret as a whole."""
    return _secret_address(environ, name, "the service that takes the deliveries")


def _text(environ: Mapping[str, str], name: str) -> str | None:
    return environ.get(name, "").strip() or None


def _secret(environ: Mapping[str, str], name: str, where: str) -> SecretStr:
    value = _text(environ, name)
    if value is None and (file := _text(environ, f"{name}_FILE")):
        try:
            value = Path(file).expanduser().read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError, RuntimeError) as error:
            raise EnvironmentVariableError(
                f"{name}_FILE: {file} cannot be read", hint="name a text file that holds only the token"
            ) from error
        if not value:
            raise EnvironmentVariableError(f"{name}_FILE: {file} is empty", hint="name a text file that holds only the token")
    if value is None:
        raise EnvironmentVariableError(f"{name} is not set", hint=f"find it in {where}; set {name} or {name}_FILE")
    if not value.isascii() or not value.isprintable() or " " in value:
        raise EnvironmentVariableError(
            f"{name} holds characters that no token has (a space, a line break or a non-Latin letter)", hint="copy the token again"
        )
    return SecretStr(value)


def _secret_address(environ: Mapping[str, str], name: str, where: str) -> SecretStr:
    """An http or https address, all of which is secret: no message quotes it."""
    url = _secret(environ, name, where)
    try:
        parts = urlsplit(url.get_secret_value())
        is_address = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_address = False
    if not is_address:
        raise EnvironmentVariableError(f"{name} is not an http or https address", hint=f"copy it from {where}")
    return url


def _url(environ: Mapping[str, str], name: str) -> str | None:
    value = _text(environ, name)
    if value is None:
        return None
    # Checked first, and never quoted: what stands before @ or after ? may be a secret.
    if "@" in value.partition("?")[0]:
        raise EnvironmentVariableError(f"{name} must not hold a user or a password", hint="put the token into its own variable")
    address, has_query, _ = value.partition("?")
    quoted = address.partition("#")[0][:80] + ("?…" if has_query else "")
    wrong = f"{name}: '{quoted}' is not an http or https address"
    try:
        parts = urlsplit(value)
        is_address = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError as error:
        raise EnvironmentVariableError(wrong, hint="for example https://api.example.com") from error
    # urlsplit drops line breaks and tabs silently; the request would not.
    if not is_address or parts.query or parts.fragment or has_query or " " in value or not value.isprintable():
        raise EnvironmentVariableError(wrong, hint="for example https://api.example.com")
    return value.rstrip("/")
