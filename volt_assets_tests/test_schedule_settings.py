"""What volt.yaml may say of schedules: every mistake is named before anything runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from volt_assets.errors import SettingsError
from volt_assets.settings import load_settings

TEAM = "teams: {platform: [ann@example.com]}\n"


def load(tmp_path: Path, text: str) -> None:
    (tmp_path / "volt.yaml").write_text(text)
    load_settings({"VOLT_CONFIG": str(tmp_path)})


@pytest.mark.parametrize(
    ("schedule", "complaint"),
    [
        ("{cron: 0 8 * * mon, period: last-week}", "makes the same ranges as weekly_report (last-week of everybody)"),
        ("{cron: 0 8 * * mon, period: last-month}", "makes the same ranges as monthly_report"),
        ("{cron: 0 8 * * mon, period: last-week, team: platfrom}", "there is no team 'platfrom' (teams: platform)"),
        ("{cron: 0 8 * * mon, period: last-week, team: platform, timezone: Europe/Belgrad}", "'Europe/Belgrad' is not a time zone"),
        ("{cron: 0 25 * * *, period: yesterday}", "25"),
        ("{cron: 0 8 * * *, period: last-year}", "last-14-days"),
        ("{cron: 0 8 * * *}", "period"),
    ],
)
def test_a_mistake_in_a_schedule_is_named(tmp_path: Path, schedule: str, complaint: str) -> None:
    with pytest.raises(SettingsError) as raised:
        load(tmp_path, f"{TEAM}schedules:\n  more:\n    mine: {schedule}\n")
    assert complaint in str(raised.value)
    assert str(tmp_path / "volt.yaml") in str(raised.value)


@pytest.mark.parametrize("name", ["weekly_report", "Mine", "mine week"])
def test_names_are_new_and_usable(tmp_path: Path, name: str) -> None:
    with pytest.raises(SettingsError, match=name):
        load(tmp_path, f'schedules:\n  more:\n    "{name}": {{cron: 0 8 * * mon, period: yesterday}}\n')


def test_two_schedules_of_one_team_and_period_overlap(tmp_path: Path) -> None:
    one = "{cron: 0 8 * * mon, period: last-7-days, team: platform}"
    with pytest.raises(SettingsError, match=r"more\.b: makes the same ranges as a \(last-7-days of team platform\)"):
        load(tmp_path, f"{TEAM}schedules:\n  more:\n    a: {one}\n    b: {one}\n")
    load(tmp_path, f"{TEAM}schedules:\n  more:\n    a: {one}\n    b: {{cron: 0 8 * * mon, period: last-7-days}}\n")
