from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import BaseModel

from volt_assets.config_files import find_config_file
from volt_assets.errors import SettingsError, UsageError
from volt_assets.settings import EnrichmentSettings, Settings, TypeSettings, VoltKeys, load_settings, parse_override


def configured(folder: Path, *, volt: str = "", enrichment: str | None = None) -> Settings:
    (folder / "volt.yaml").write_text(volt, encoding="utf-8")
    if enrichment is not None:
        (folder / "enrichment_config.yaml").write_text(enrichment, encoding="utf-8")
    return load_settings({"VOLT_CONFIG": str(folder)})


def leaves(model: type[BaseModel], parent: str = "") -> Iterator[tuple[str, Any]]:
    for name, field in model.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from leaves(field.annotation, f"{parent}{name}.")
        else:
            yield f"{parent}{name}", field.get_default(call_default_factory=True)


def test_the_shipped_volt_yaml_shows_every_key_with_its_default() -> None:
    shipped = yaml.safe_load(find_config_file("volt.yaml", {}).read_text(encoding="utf-8"))
    shown: dict[str, Any] = {}
    for name, value in shipped.items():
        nested = name not in ("people", "teams") and isinstance(value, dict)
        shown |= {f"{name}.{inner}": leaf for inner, leaf in value.items()} if nested else {name: value}
    assert shown == {name: list(value) if isinstance(value, tuple) else value for name, value in leaves(VoltKeys)}


def test_an_empty_file_means_the_defaults(tmp_path: Path) -> None:
    assert configured(tmp_path).model_dump(exclude={"enrichment", "volt_file", "enrichment_file"}) == Settings().model_dump(
        exclude={"enrichment", "volt_file", "enrichment_file"}
    )


@pytest.mark.parametrize(
    ("volt", "line", "complaint", "hint"),
    [
        ("timezon: UTC", 1, "unknown key 'timezon'", "did you mean 'timezone'?"),
        ("toggl:\n  pagesize: 5", 2, "unknown key 'toggl.pagesize'", "did you mean 'page_size'?"),
        (
            "toggl:\n  zzz: 5",
            2,
            "unknown key 'toggl.zzz'",
            "known keys here: page_size, quota_patience_seconds, recheck_days, requests_per_second, timeout_seconds",
        ),
        ("# a comment\n\ntimezone: Mars/Olympus", 3, "key 'timezone': 'Mars/Olympus' is not a time zone", None),
        ("timezone: ../../etc/passwd", 1, "is not a time zone", None),
        ("toggl:\n  page_size: 0", 2, "key 'toggl.page_size': Input should be greater than or equal to 1", None),
        ("toggl:\n  timeout_seconds: .inf", 2, "key 'toggl.timeout_seconds': Input should be a finite number", None),
        ("pace: .nan", 1, "key 'pace'", None),
        ("toggl: 5", 1, "key 'toggl'", None),
        ("teams:\n  good: [a@example.com]\n  Bad Name: [a@example.com]", 3, "team name 'Bad Name' must be lower-case", None),
        ("teams:\n  users-12345678: [a@example.com]", 2, "team name 'users-12345678'", None),
        ("teams:\n  empty: []", 2, "key 'teams.empty': the team has no members", None),
        ("teams:\n  some:\n    - a@example.com\n    - nobody", 4, "'nobody' is not an e-mail address", None),
        ("people:\n  a@example.com: nobody", 2, "'nobody' is not an e-mail address", None),
        ("people:\n  nobody: a@example.com", 2, "'nobody' is not an e-mail address", None),
        ('schedules:\n  weekly_cron: "0 6 * *"', 2, "is not a cron line of five fields", None),
        ('schedules:\n  monthly_cron: "0 6 1 * MOM"', 2, "is not a cron line: the day of the week 'MOM' is neither", None),
        ("1: x", 1, "key '1'", None),
    ],
)
def test_a_wrong_volt_yaml_is_told_by_file_line_and_key(tmp_path: Path, volt: str, line: int, complaint: str, hint: str | None) -> None:
    with pytest.raises(SettingsError) as raised:
        configured(tmp_path, volt=volt)
    assert str(raised.value).startswith(f"{tmp_path / 'volt.yaml'}:{line}: ")
    assert complaint in str(raised.value)
    assert raised.value.hint
    assert hint is None or raised.value.hint == hint


@pytest.mark.parametrize(
    ("enrichment", "line", "complaint"),
    [
        ("enrichment_activities:\n  Scrum:\n    activity: a", 2, "'Scrum' is not of the form Space/Type"),
        ("enrichment_activities:\n  Scrum/Task:\n    max_concurrent: 5", 2, "key 'enrichment_activities.Scrum/Task.activity'"),
        ("enrichment_activities:\n  Scrum/Task:\n    activity: a\n    max_concurent: 5", 4, "unknown key"),
        ("aliases:\n  '[Scrum] [Task]': Scrum/Task\n  Scrum Task: Scrum/Task", 3, "is not written as [Space label] [Type label]"),
        ("aliases:\n  '[Scrum] [Task]': Task", 2, "'Task' is not of the form Space/Type"),
        ("default_database: Task", 1, "'Task' is not of the form Space/Type"),
    ],
)
def test_a_wrong_enrichment_config_is_told_by_file_line_and_key(tmp_path: Path, enrichment: str, line: int, complaint: str) -> None:
    with pytest.raises(SettingsError) as raised:
        configured(tmp_path, enrichment=enrichment)
    assert str(raised.value).startswith(f"{tmp_path / 'enrichment_config.yaml'}:{line}: ")
    assert complaint in str(raised.value)


def test_a_misspelt_key_of_a_type_gets_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as raised:
        configured(tmp_path, enrichment="enrichment_activities:\n  Scrum/Task:\n    activity: a\n    max_concurent: 5")
    assert raised.value.hint == "did you mean 'max_concurrent'?"


def test_emails_are_compared_in_lower_case(tmp_path: Path) -> None:
    settings = configured(tmp_path, volt="people: {' Ada@Example.com ': ADA@example.org}\nteams: {core_team: [BO@example.org]}")
    assert settings.people == {"ada@example.com": "ada@example.org"}
    assert settings.teams == {"core_team": ("bo@example.org",)}


def test_overrides_are_validated_applied_and_recorded() -> None:
    settings = load_settings({}, {"toggl.page_size": 5, "reports.meeting_words": ["daily"], "timezone": "Asia/Tokyo"})
    assert (settings.toggl.page_size, settings.reports.meeting_words, settings.zone.key) == (5, ("daily",), "Asia/Tokyo")
    assert settings.overrides["toggl.page_size"] == 5
    assert settings.digest() != load_settings({}).digest()


@pytest.mark.parametrize(
    ("key", "value", "complaint", "hint"),
    [
        ("toggl.pagesize", 5, "--set: unknown key 'toggl.pagesize'", "did you mean 'page_size'?"),
        ("toggl.page_size", 0, "--set: key 'toggl.page_size'", None),
        ("nothing.at.all", 1, "--set: unknown key 'nothing'", None),
        ("", 1, "--set: unknown key ''", None),
        ("timezone.name", "UTC", "--set: key 'timezone'", None),
        ("enrichment", {}, "--set: unknown key 'enrichment'", None),
    ],
)
def test_a_wrong_override_is_a_usage_error(key: str, value: Any, complaint: str, hint: str | None) -> None:
    with pytest.raises(UsageError) as raised:
        load_settings({}, {key: value})
    assert str(raised.value).startswith(complaint)
    assert hint is None or raised.value.hint == hint


@pytest.mark.parametrize(
    ("text", "parsed"),
    [
        ("pace=0", ("pace", 0)),
        ("reports.meeting_words=[a, b]", ("reports.meeting_words", ["a", "b"])),
        ("timezone=Asia/Tokyo", ("timezone", "Asia/Tokyo")),
        ("llm.model=a=b", ("llm.model", "a=b")),
        (" pace = 1", ("pace", 1)),
    ],
)
def test_parse_override(text: str, parsed: tuple[str, Any]) -> None:
    assert parse_override(text) == parsed


@pytest.mark.parametrize("text", ["pace", "=1", "pace=[1", "timezone=2025-13-45", "pace=" + "1" * 5000, "pace=" + "[" * 5000])
def test_parse_override_refuses_what_it_cannot_read(text: str) -> None:
    with pytest.raises(UsageError, match=r"^--set") as raised:
        parse_override(text)
    assert raised.value.hint


def test_the_digest_depends_on_decisions_and_not_on_their_order(tmp_path: Path) -> None:
    one = configured(tmp_path, volt="pace: 0\ntimezone: UTC", enrichment="aliases: {'[A]': A/A, '[B]': B/B}")
    other = configured(tmp_path, volt="# the same\ntimezone: UTC\npace: 0", enrichment="aliases: {'[B]': B/B, '[A]': A/A}")
    assert one.digest() == other.digest()
    assert configured(tmp_path, volt="pace: 0.5").digest() != one.digest()
    assert len(one.digest()) == 12


def test_a_type_has_its_own_entry_or_the_default_one() -> None:
    task, default = TypeSettings(activity="enrich_scrum_task"), TypeSettings(activity="default_enrich_entity")
    with_default = EnrichmentSettings(enrichment_activities={"Scrum/Task": task, "default": default})
    assert (with_default.for_type("Scrum/Task"), with_default.for_type("QA/Test report")) == (task, default)
    assert EnrichmentSettings(enrichment_activities={"Scrum/Task": task}).for_type("QA/Test report") is None
    assert with_default.is_configured("Scrum/Task")
    assert not with_default.is_configured("QA/Test report")
    assert not with_default.is_configured("default")
