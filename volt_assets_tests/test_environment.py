from __future__ import annotations

from pathlib import Path

import pytest

from volt_assets.environment import (
    OPENAI_DEFAULT_URL,
    TOGGL_DEFAULT_URL,
    FiberyAccess,
    LlmAccess,
    TogglAccess,
    data_dir,
    fibery_access,
    llm_access,
    toggl_access,
)
from volt_assets.errors import EnvironmentVariableError

TOGGL = {"TOGGL_API_TOKEN": "token-1", "TOGGL_WORKSPACE_ID": "123456"}
FIBERY = {"FIBERY_API_TOKEN": "token-2", "FIBERY_WORKSPACE_NAME": "acme"}


def test_toggl() -> None:
    access = toggl_access(TOGGL)
    assert (access.token.get_secret_value(), access.workspace_id, access.base_url) == ("token-1", 123456, TOGGL_DEFAULT_URL)
    assert toggl_access(TOGGL | {"TOGGL_BASE_URL": "http://127.0.0.1:8080/"}).base_url == "http://127.0.0.1:8080"


def test_tokens_do_not_show() -> None:
    assert "token-1" not in repr(toggl_access(TOGGL))
    assert "token-2" not in repr(fibery_access(FIBERY))


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"TOGGL_API_TOKEN": ""}, "TOGGL_API_TOKEN is not set"),
        ({"TOGGL_API_TOKEN": "  "}, "TOGGL_API_TOKEN is not set"),
        ({"TOGGL_API_TOKEN": "geheim geheim"}, "TOGGL_API_TOKEN holds characters"),
        ({"TOGGL_API_TOKEN": "geheimé"}, "TOGGL_API_TOKEN holds characters"),
        ({"TOGGL_API_TOKEN": "", "TOGGL_API_TOKEN_FILE": "/nowhere"}, "TOGGL_API_TOKEN_FILE: /nowhere cannot be read"),
        ({"TOGGL_API_TOKEN": "", "TOGGL_API_TOKEN_FILE": "~nobody-has-this-name/t"}, "TOGGL_API_TOKEN_FILE"),
        ({"TOGGL_WORKSPACE_ID": ""}, "TOGGL_WORKSPACE_ID is not set"),
        ({"TOGGL_WORKSPACE_ID": "acme"}, "TOGGL_WORKSPACE_ID must be a number, not 'acme'"),
        ({"TOGGL_WORKSPACE_ID": "-1"}, "TOGGL_WORKSPACE_ID must be a number"),
        ({"TOGGL_WORKSPACE_ID": "١٢"}, "TOGGL_WORKSPACE_ID must be a number"),
        ({"TOGGL_BASE_URL": "api.example.com"}, "TOGGL_BASE_URL: 'api.example.com' is not an http or https address"),
        ({"TOGGL_BASE_URL": "ftp://example.com"}, "is not an http or https address"),
        ({"TOGGL_BASE_URL": "http://"}, "is not an http or https address"),
        ({"TOGGL_BASE_URL": "http://example.com:port"}, "is not an http or https address"),
        ({"TOGGL_BASE_URL": "http://[::1"}, "is not an http or https address"),
        ({"TOGGL_BASE_URL": "https://exa\nmple.com"}, "is not an http or https address"),
        ({"TOGGL_BASE_URL": "https://exa mple.com"}, "is not an http or https address"),
        ({"TOGGL_BASE_URL": "https://example.com/?key=geheim"}, "'https://example.com/?…' is not an http or https address"),
        ({"TOGGL_BASE_URL": "https://example.com/#geheim"}, "is not an http or https address"),
        ({"TOGGL_BASE_URL": "https://user:geheim@example.com"}, "must not hold a user or a password"),
        ({"TOGGL_BASE_URL": "https://user:geheim@example.com:port"}, "must not hold a user or a password"),
        ({"TOGGL_BASE_URL": "ftp://user:geheim@example.com"}, "must not hold a user or a password"),
    ],
)
def test_what_is_wrong_is_named_and_secrets_are_not(changes: dict[str, str], complaint: str) -> None:
    with pytest.raises(EnvironmentVariableError) as raised:
        toggl_access(TOGGL | changes)
    assert complaint in str(raised.value)
    assert "geheim" not in str(raised.value)
    assert "\n" not in str(raised.value)
    assert raised.value.hint


def test_a_secret_may_lie_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("token-3\n", encoding="utf-8")
    environ = {"TOGGL_API_TOKEN_FILE": str(file), "TOGGL_WORKSPACE_ID": "1"}
    assert toggl_access(environ).token.get_secret_value() == "token-3"
    assert toggl_access(environ | {"TOGGL_API_TOKEN": "token-1"}).token.get_secret_value() == "token-1"
    file.write_text(" \n", encoding="utf-8")
    with pytest.raises(EnvironmentVariableError, match="is empty"):
        toggl_access(environ)
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(EnvironmentVariableError, match="cannot be read"):
        toggl_access(environ)


@pytest.mark.parametrize(
    ("environ", "urls"),
    [
        (FIBERY, ("acme", "https://acme.fibery.io", "https://acme.fibery.io")),
        (FIBERY | {"FIBERY_BASE_URL": "http://127.0.0.1:9/"}, ("acme", "http://127.0.0.1:9", "https://acme.fibery.io")),
        ({"FIBERY_API_TOKEN": "t", "FIBERY_BASE_URL": "http://host:9"}, ("host", "http://host:9", "http://host:9")),
    ],
)
def test_fibery(environ: dict[str, str], urls: tuple[str, str, str]) -> None:
    access: FiberyAccess = fibery_access(environ)
    assert (access.workspace_name, access.base_url, access.link_base_url) == urls


@pytest.mark.parametrize(
    ("environ", "complaint"),
    [
        ({"FIBERY_WORKSPACE_NAME": "acme"}, "FIBERY_API_TOKEN is not set"),
        ({"FIBERY_API_TOKEN": "t"}, "FIBERY_WORKSPACE_NAME is not set"),
        (FIBERY | {"FIBERY_WORKSPACE_NAME": "https://acme.fibery.io"}, "must be a bare name"),
        (FIBERY | {"FIBERY_WORKSPACE_NAME": "acme.evil.example.com/"}, "must be a bare name"),
    ],
)
def test_fibery_errors(environ: dict[str, str], complaint: str) -> None:
    with pytest.raises(EnvironmentVariableError, match=complaint):
        fibery_access(environ)


def test_a_model_is_used_exactly_when_a_key_is_set() -> None:
    assert llm_access({"OPENAI_BASE_URL": "http://127.0.0.1:1/v1"}, "small") is None
    access = llm_access({"OPENAI_API_KEY": "k"}, "small")
    assert isinstance(access, LlmAccess)
    assert (access.base_url, access.model) == (OPENAI_DEFAULT_URL, "small")
    chosen = llm_access({"OPENAI_API_KEY": "k", "OPENAI_BASE_URL": "http://127.0.0.1:1/v1/", "VOLT_LLM_MODEL": "large"}, "small")
    assert chosen is not None
    assert (chosen.base_url, chosen.model) == ("http://127.0.0.1:1/v1", "large")


def test_the_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert data_dir({}) == str(tmp_path / "data")
    assert data_dir({"VOLT_DATA_DIR": "elsewhere/../there"}) == str(tmp_path / "there")
    assert data_dir({"VOLT_DATA_DIR": "s3://bucket/prefix"}) == "s3://bucket/prefix"
    with pytest.raises(EnvironmentVariableError, match="VOLT_DATA_DIR"):
        data_dir({"VOLT_DATA_DIR": "~nobody-has-this-name/data"})


def test_access_is_frozen() -> None:
    access: TogglAccess = toggl_access(TOGGL)
    with pytest.raises(AttributeError):
        access.workspace_id = 1  # type: ignore[misc]  # that it cannot be set is the point
