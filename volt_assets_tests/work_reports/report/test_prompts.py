from __future__ import annotations

from pathlib import Path

import pytest

from volt_assets.errors import SettingsError
from volt_assets.work_reports.report.prompts import PROMPT_NAMES, load_prompts


def test_the_shipped_prompts_are_complete() -> None:
    prompts = load_prompts({})
    assert set(prompts) == set(PROMPT_NAMES)
    for prompt in prompts.values():
        filled = prompt.filled(period="6-12 October 2025", sections="executive_summary")
        assert "6-12 October 2025" in filled
        assert "{{" not in filled


def test_a_prompt_of_the_user_wins(tmp_path: Path) -> None:
    (tmp_path / "prompts").mkdir()
    (tmp_path / "prompts" / "individual.md").write_text("Write about {{ period }}.", encoding="utf-8")
    prompts = load_prompts({"VOLT_CONFIG": str(tmp_path)})
    assert prompts["individual"].filled(period="today", sections="") == "Write about today."
    assert "JSON" in prompts["team_summary"].text


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


def test_a_prompt_that_is_not_text(tmp_path: Path) -> None:
    (tmp_path / "prompts").mkdir()
    (tmp_path / "prompts" / "individual.md").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingsError, match="cannot be read as UTF-8"):
        load_prompts({"VOLT_CONFIG": str(tmp_path)})
