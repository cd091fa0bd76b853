"""Deliveries in volt.yaml: what does not fit is named with its line before anything runs, and no secret is quoted."""

from __future__ import annotations

from datetime import time
from pathlib import Path

import pytest

from volt_assets.errors import SettingsError
from volt_assets.settings import Settings, load_settings


def load(text: str, folder: Path) -> Settings:
    (folder / "volt.yaml").write_text(text, encoding="utf-8")
    return load_settings({"VOLT_CONFIG": str(folder)})


def test_a_delivery_is_off_and_at_eight_unless_somebody_says_otherwise(tmp_path: Path) -> None:
    [one] = load("delivery: {named: {all: {audience: person, channel: email}}}", tmp_path).delivery.named.values()
    assert (one.send, one.at, one.period, one.if_empty, one.if_incomplete) == (False, time(8), "week", False, False)


def test_the_address_of_the_reports_ends_without_a_slash(tmp_path: Path) -> None:
    settings = load("delivery: {link_base_url: https://r.example.com/volt/}", tmp_path)
    assert settings.delivery.link_base_url == "https://r.example.com/volt"


@pytest.mark.parametrize(
    ("delivery", "complaint"),
    [
        ("{audience: boss, channel: email}", "Input should be 'person', 'lead', 'team' or 'operations'"),
        ("{audience: lead, channel: fax}", "Input should be 'slack', 'email', 'webhook' or 'folder'"),
        ("{audience: lead, channel: email, to: [nobody]}", "'nobody' is not an e-mail address"),
        ("{audience: lead, channel: email}", "channel email needs to"),
        ("{audience: lead, channel: slack}", "channel slack needs url_variable"),
        ("{audience: lead, channel: webhook, url_variable: VOLT_HOOK}", "channel webhook needs secret_variable"),
        ("{audience: lead, channel: folder}", "channel folder needs folder"),
        ("{audience: lead, channel: folder, folder: reports}", "is neither a whole path nor a URL"),
        ("{audience: lead, channel: folder, folder: 's3://key:secret@bucket/x'}", "must not hold a user or a password"),
        ("{audience: lead, channel: email, to: [a@b.c], folder: /x}", "channel email has no use for folder"),
        ("{audience: person, channel: slack, url_variable: VOLT_SLACK}", "a Slack channel is read by others"),
        ("{audience: person, channel: email, to: [a@b.c]}", "goes to their own address"),
        ("{audience: person, channel: email, team: plattform}", "there is no team 'plattform' (teams: none yet)"),
        ("{audience: person, channel: email, at: 18:00}", "write it in quotes"),
        ('{audience: person, channel: email, at: "25:00"}', "'25:00' is not a time of day"),
        ("{audience: person, channel: email, timezone: Mars/Base}", "'Mars/Base' is not a time zone"),
        ("{audience: person, channel: email, sned: true}", "unknown key 'delivery.named.one.sned'"),
        (
            "{audience: lead, channel: slack, url_variable: 'https://hooks.slack.com/services/T0/B0/x'}",
            "the name of an environment variable",
        ),
    ],
)
def test_what_does_not_fit_is_named_with_its_line(delivery: str, complaint: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        load(f"delivery:\n  named:\n    one: {delivery}\n", tmp_path)
    assert complaint in str(caught.value)
    assert "volt.yaml:" in str(caught.value)
    assert "hooks.slack.com" not in str(caught.value)
    assert "key:secret" not in str(caught.value)


@pytest.mark.parametrize(
    "url", ["reports.example.com", "ftp://r.example.com", "https://", "https://a b.com", "https://u:p@r.com", "https://r.com/?x=1"]
)
def test_a_link_base_that_is_no_address_is_refused(url: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"volt\.yaml:1: key 'delivery\.link_base_url': is not an http or https address"):
        load(f"delivery: {{link_base_url: '{url}'}}", tmp_path)
