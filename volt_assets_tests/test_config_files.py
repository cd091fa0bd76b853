from __future__ import annotations

from pathlib import Path

import pytest

from volt_assets.config_files import PACKAGE_DIR, checkout_dir, config_folders, find_config_file, shipped_file
from volt_assets.errors import SettingsError


def test_the_checkout_is_found_and_holds_the_defaults() -> None:
    assert checkout_dir() == PACKAGE_DIR.parent
    assert find_config_file("volt.yaml", {}) == PACKAGE_DIR.parent / "config" / "volt.yaml"
    assert shipped_file("dagster.yaml").is_file()


def test_a_chosen_folder_wins_file_by_file(tmp_path: Path) -> None:
    (tmp_path / "volt.yaml").write_text("", encoding="utf-8")
    environ = {"VOLT_CONFIG": str(tmp_path)}
    assert find_config_file("volt.yaml", environ) == tmp_path / "volt.yaml"
    assert find_config_file("enrichment_config.yaml", environ) == find_config_file("enrichment_config.yaml", {})


def test_a_chosen_file_stands_for_volt_yaml_and_its_folder_for_the_rest(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("", encoding="utf-8")
    (tmp_path / "enrichment_config.yaml").write_text("", encoding="utf-8")
    environ = {"VOLT_CONFIG": str(tmp_path / "mine.yaml")}
    assert find_config_file("volt.yaml", environ) == tmp_path / "mine.yaml"
    assert find_config_file("enrichment_config.yaml", environ) == tmp_path / "enrichment_config.yaml"
    assert config_folders(environ)[0] == tmp_path


@pytest.mark.parametrize("chosen", ["/nowhere/at/all", "~nobody-has-this-name/config"])
def test_a_chosen_place_that_is_not_there_is_an_error(chosen: str) -> None:
    with pytest.raises(SettingsError, match="VOLT_CONFIG") as raised:
        find_config_file("volt.yaml", {"VOLT_CONFIG": chosen})
    assert raised.value.hint


def test_a_file_that_nobody_has_is_an_error_that_names_the_folders() -> None:
    with pytest.raises(SettingsError, match=r"prompts/none\.md: not found in .*config"):
        find_config_file("prompts/none.md", {})
