from __future__ import annotations

import json
from pathlib import Path

import pytest

from volt_assets.work_reports.models import Origin
from volt_assets.work_reports.own_files import is_own
from volt_assets.work_reports.stamp import footer_stamp
from volt_assets_tests.pipeline import WEEK

HEAD = (
    '{"schema_version": 1, "key": "%s", "data_as_of": "t", "code_version": "c", "run_id": "r", "data_version": "v", "made_from": "a.b"%s}'
)


def stamped(text: str, key: str = WEEK) -> str:
    return f"{text}\n{footer_stamp(Origin(key, 'run-1', '1'), 'time.items')}\n"


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    folder = tmp_path / WEEK / "reports"
    (folder / "individual").mkdir(parents=True)
    (folder / "tables").mkdir()
    return folder


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("team_summary.md", stamped("# Team")),
        ("individual/mila.md", stamped("# Mila")),
        ("individual/mila.html", stamped("<html></html>")),
        ("individual/mila.json", HEAD % (WEEK, ', "sentences": []')),
    ],
)
def test_what_carries_the_stamp_of_its_range_is_own(reports: Path, name: str, content: str) -> None:
    (reports / name).write_text(content)
    assert is_own(reports / name)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("mine.md", "# My notes"),
        ("individual/my_notes.md", stamped("# Mila") + "what I think of it"),
        ("individual/of_another_range.md", stamped("# Mila", "2025-10-13_2025-10-19")),
        ("individual/x.json", "{}"),
        ("individual/y.json", HEAD % ("2025-10-13_2025-10-19", "")),
        ("individual/other.html", "<html></html>"),
        ("individual/text.md", "\udcff"),
        ("tables/budget.csv", "a,b"),
    ],
)
def test_what_somebody_else_wrote_is_not(reports: Path, name: str, content: str) -> None:
    (reports / name).write_text(content, errors="surrogateescape")
    (reports / "tables.json").write_text(json.dumps({"tables": [{"file": "tables/people.csv"}]}))
    assert not is_own(reports / name)


def test_a_table_is_own_when_the_report_beside_its_folder_lists_it(reports: Path) -> None:
    (reports / "tables" / "people.csv").write_text("a,b")
    (reports / "tables.json").write_text(json.dumps({"tables": [{"file": "tables/people.csv"}]}))
    assert is_own(reports / "tables" / "people.csv")


@pytest.mark.parametrize("content", ["", "[]", '{"tables": 3}', '{"tables": [3]}', '{"tables": [{"file": []}]}'])
def test_a_list_of_tables_that_is_none_makes_nothing_own(reports: Path, content: str) -> None:
    (reports / "tables" / "people.csv").write_text("a,b")
    (reports / "tables.json").write_text(content)
    assert not is_own(reports / "tables" / "people.csv")


def test_a_folder_and_what_is_gone_are_not_own(reports: Path) -> None:
    (reports / "folder.md").mkdir()
    assert not is_own(reports / "folder.md")
    assert not is_own(reports / "gone.md")
