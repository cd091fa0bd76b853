"""The references are complete and current: keys with their defaults, commands, schemas."""

from __future__ import annotations

import json
import re

import pytest

from volt_assets.settings import EnrichmentSettings, TypeSettings, VoltKeys, load_settings
from volt_assets.work_reports.data_folder import DOMAIN
from volt_assets.yaml_source import read_yaml
from volt_assets_tests.generated_docs import ROOT, allowed, generated_files, leaf_keys, plain_default, with_section

WRITE_THEM = "run: .venv/bin/python -m volt_assets_tests.generated_docs"
VOLT_YAML = ROOT / "config" / "volt.yaml"


@pytest.mark.parametrize("path", generated_files())
def test_generated_documentation_is_current(path: str) -> None:
    file = ROOT / path
    assert file.is_file(), WRITE_THEM
    assert file.read_text(encoding="utf-8") == generated_files()[path], WRITE_THEM


def test_no_schema_is_left_of_a_document_that_is_gone() -> None:
    assert {path.relative_to(ROOT).as_posix() for path in (ROOT / "docs" / "schemas").iterdir()} == {
        path for path in generated_files() if path.startswith("docs/schemas/")
    }


def test_a_section_that_a_page_lacks_is_an_error() -> None:
    with pytest.raises(ValueError, match="0 sections named commands"):
        with_section("# A page\n", "commands", "text")


def test_every_key_stands_in_volt_yaml_with_its_default() -> None:
    content = read_yaml(VOLT_YAML).content
    assert VoltKeys.model_validate(content) == VoltKeys()
    for path, info in leaf_keys(VoltKeys):
        value = content
        for name in path:
            assert name in value, f"volt.yaml lacks {'.'.join(path)}"
            value = value[name]
        assert value == plain_default(info), path


def test_every_key_of_volt_yaml_has_a_comment_of_its_own() -> None:
    source = read_yaml(VOLT_YAML)
    lines = VOLT_YAML.read_text(encoding="utf-8").splitlines()
    keys = {path: line for path, line in source.lines.items() if not any(name.isdigit() for name in path)}
    bare = [".".join(path) for path, line in keys.items() if not lines[line - 2].strip().startswith("# ")]
    assert bare == []


def test_the_table_of_enrichment_config_has_every_key_with_its_default() -> None:
    page = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    section = page.partition("## enrichment_config.yaml")[2].partition("\n## ")[0]
    rows = {
        re.sub(r"^\| `|`$", "", line.split(" | ")[0]): line.split(" | ")[1:3] for line in section.splitlines() if line.startswith("| `")
    }
    expected = {}
    for prefix, model in (("", EnrichmentSettings), ("enrichment_activities.*.", TypeSettings)):
        for path, info in leaf_keys(model):
            default = "required" if info.is_required() else f"`{json.dumps(plain_default(info))}`"
            expected[prefix + ".".join(path)] = default
            limits = [item for item in info.metadata if any(hasattr(item, name) for name in ("ge", "gt", "le", "lt"))]
            if limits:
                assert rows[prefix + ".".join(path)][1] == allowed(info)
    assert {key: cells[0] for key, cells in rows.items()} == expected


def test_the_shipped_files_are_read_without_complaint() -> None:
    settings = load_settings({})
    assert settings.volt_file == str(VOLT_YAML)
    assert settings.enrichment.enrichment_activities


def test_the_page_on_files_names_every_document() -> None:
    page = (ROOT / "docs" / "files.md").read_text(encoding="utf-8")
    for path in generated_files():
        if path.startswith("docs/schemas/"):
            assert f"]({path.removeprefix('docs/')})" in page
    assert f"data/{DOMAIN}/" in page
