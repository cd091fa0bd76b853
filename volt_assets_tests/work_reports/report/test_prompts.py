from __future__ import annotations

from pathlib import Path

import pytest

from volt_assets.errors import SettingsError
from volt_assets.work_reports.report.prompts import PROMPT_NAMES, load_prompts


def test_the_shipped_prompts_are_complete() -> None:
    prompts = load_prompts({})
    assert set(PROMPT_NAMES) < set(prompts.by_name)
    for name in PROMPT_NAMES:
        filled = prompts.filled(name, period="6-12 October 2025", sections="executive_summary", types=["Scrum/Bug", "Scrum/Epic"])
        assert "6-12 October 2025" in filled
        assert "{{" not in filled


def test_a_prompt_of_the_user_wins(tmp_path: Path) -> None:
    (tmp_path / "prompts").mkdir()
    (tmp_path / "prompts" / "individual.md").write_text("Write about {{ period }}.", encoding="utf-8")
    prompts = load_prompts({"VOLT_CONFIG": str(tmp_path)})
    assert prompts.filled("individual", period="today", sections="") == "Write about today."
    assert "JSON" in prompts.by_name["team_summary"].text


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("fine\nHello {{ persn }}", r"individual\.md:2: unknown placeholder 'persn'"),
        ("{{ period", r"individual\.md:1: a placeholder is not closed"),
        ("period }}", r"individual\.md:1: a placeholder is not closed"),
        ("  \n", r"individual\.md:1: the prompt is empty"),
    ],
)
def test_a_broken_prompt_names_file_line_and_placeholder(tmp_path: Path, text: str, complaint: str) -> None:
    (tmp_path / "prompts").mkdir()
    (tmp_path / "prompts" / "individual.md").write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=complaint):
        load_prompts({"VOLT_CONFIG": str(tmp_path)})


def test_a_type_of_items_has_its_own_guidance_or_the_default(tmp_path: Path) -> None:
    (tmp_path / "prompts").mkdir()
    (tmp_path / "prompts" / "item_scrum_sub_task.md").write_text("Say what is smaller in {{ period }}.", encoding="utf-8")
    prompts = load_prompts({"VOLT_CONFIG": str(tmp_path)})
    assert prompts.guides(["Scrum/Sub-task", "Scrum/Bug", "Ops/Change"]) == {
        "Scrum/Sub-task": "scrum_sub_task",
        "Scrum/Bug": "scrum_bug",
        "Ops/Change": "default",
    }
    filled = prompts.filled("individual", period="May", sections="", types=["Scrum/Sub-task", "Scrum/Sub-task"])
    assert filled.endswith('Items with "guide": "scrum_sub_task":\nSay what is smaller in May.')


@pytest.mark.parametrize(
    ("name", "text", "complaint"),
    [
        ("item_scrum_bug.md", "One\n{{ sections }}", r"item_scrum_bug\.md:2: unknown placeholder 'sections'"),
        ("item_default.md", "", r"item_default\.md:1: the prompt is empty"),
        ("item_Scrum Bug.md", "One", r"item_Scrum Bug\.md: no type of items has this name"),
    ],
)
def test_a_broken_guidance_is_found_when_it_is_loaded(tmp_path: Path, name: str, text: str, complaint: str) -> None:
    (tmp_path / "prompts").mkdir()
    (tmp_path / "prompts" / name).write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=complaint):
        load_prompts({"VOLT_CONFIG": str(tmp_path)})


def test_a_prompt_that_is_not_text(tmp_path: Path) -> None:
    (tmp_path / "prompts").mkdir()
    (tmp_path / "prompts" / "individual.md").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingsError, match="cannot be read as UTF-8"):
        load_prompts({"VOLT_CONFIG": str(tmp_path)})
