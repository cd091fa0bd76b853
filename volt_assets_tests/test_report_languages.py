from __future__ import annotations

from pathlib import Path

import pytest

from volt_assets.errors import SettingsError, UsageError
from volt_assets.report_languages import catalog_files
from volt_assets.settings import Settings, load_settings


def configured(folder: Path, text: str, **overrides: object) -> Settings:
    (folder / "volt.yaml").write_text(text, encoding="utf-8")
    return load_settings({"VOLT_CONFIG": str(folder)}, {name.replace("__", "."): value for name, value in overrides.items()})


def test_english_and_russian_are_shipped() -> None:
    assert set(catalog_files({})) | {"en"} == {"en", "ru"}


@pytest.mark.parametrize(
    ("text", "complaint", "hint"),
    [
        ("reports:\n  language: rus\n", ":2: key 'reports.language': there is no language 'rus'", "did you mean 'ru'? languages: en, ru"),
        ("reports:\n  language: klingon\n", ":2: key 'reports.language': there is no language 'klingon'", "languages: en, ru"),
        ("reports:\n  number_style: de_DEE\n", ":2: key 'reports.number_style': 'de_DEE' is no locale; did you mean 'de_DE'?", "docs"),
        ("reports:\n  number_style: ../x\n", ":2: key 'reports.number_style': '../x' is no locale", "docs"),
    ],
)
def test_what_is_not_known_is_refused_with_its_line_and_the_nearest(tmp_path: Path, text: str, complaint: str, hint: str) -> None:
    with pytest.raises(SettingsError) as caught:
        configured(tmp_path, text)
    assert complaint in str(caught.value)
    assert hint in str(caught.value.hint)


def test_a_language_of_one_run_is_checked_as_well(tmp_path: Path) -> None:
    assert configured(tmp_path, "", reports__language="ru").reports.language == "ru"
    with pytest.raises(UsageError, match=r"--set: key 'reports\.language': there is no language 'fr'"):
        configured(tmp_path, "", reports__language="fr")


def test_a_catalog_beside_volt_yaml_makes_its_language_known(tmp_path: Path) -> None:
    (tmp_path / "languages").mkdir()
    (tmp_path / "languages" / "sr.po").write_text("", encoding="utf-8")
    assert configured(tmp_path, "reports:\n  language: sr\n").reports.language == "sr"
    assert not configured(tmp_path, "reports:\n  language: sr\n").reports.is_proven_language
