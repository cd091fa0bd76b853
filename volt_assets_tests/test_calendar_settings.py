"""The calendar of volt.yaml: what is wrong is named by file, line and key."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from volt_assets.errors import SettingsError
from volt_assets.settings import load_settings

WHOLE = """
calendar:
  working_days: [sun, mon, tue, wed, thu]
  hours_per_day: 7.5
  holidays: {2025-12-25: Christmas}
  people:
    Ada@Example.com:
      hours_per_day: 6
      left: 2025-11-30
      absences: [{first_day: 2025-10-08, last_day: 2025-10-10}]
"""


def loaded(folder: Path, text: str) -> object:
    (folder / "volt.yaml").write_text(text)
    return load_settings({"VOLT_CONFIG": str(folder)}).calendar


def test_it_is_read_with_everything_in_it(tmp_path: Path) -> None:
    calendar = load_settings({"VOLT_CONFIG": str(tmp_path)}).calendar if loaded(tmp_path, WHOLE) else None
    assert calendar is not None
    assert (calendar.working_days[0], calendar.hours_per_day) == ("sun", 7.5)
    assert calendar.holidays == {date(2025, 12, 25): "Christmas"}
    ada = calendar.people["ada@example.com"]
    assert (ada.hours_per_day, ada.left, ada.absences[0].last_day) == (6, date(2025, 11, 30), date(2025, 10, 10))


@pytest.mark.parametrize(
    ("text", "line", "complaint"),
    [
        ("calendar:\n  working_days: [mon, tuesday]\n", 2, "key 'calendar.working_days.1'"),
        ("calendar:\n  hours_per_day: 25\n", 2, "key 'calendar.hours_per_day'"),
        ("calendar:\n  holidays:\n    2025-13-45x: Never\n", 3, "'2025-13-45x' is not a date; write it as 2025-10-07"),
        ("calendar:\n  people:\n    ada@example.com:\n      joined: 20250101\n", 4, "'20250101' is not a date"),
        ("calendar:\n  people:\n    ada@example.com:\n      joined: 2025-10-07 08:00:00\n", 4, "is not a date"),
        ("calendar:\n  people:\n    ada:\n      joined: 2025-10-07\n", 3, "'ada' is not an e-mail address"),
        (
            "calendar:\n  people:\n    ada@example.com:\n      joined: 2025-10-07\n      left: 2025-10-06\n",
            3,
            "left 2025-10-06 is before joined 2025-10-07",
        ),
        (
            "calendar:\n  people:\n    a@b.c:\n      absences:\n        - {first_day: 2025-10-07, last_day: 2025-10-06}\n",
            5,
            "last_day 2025-10-06 is before first_day 2025-10-07",
        ),
    ],
)
def test_a_mistake_is_named_by_file_line_and_key(tmp_path: Path, text: str, line: int, complaint: str) -> None:
    with pytest.raises(SettingsError) as caught:
        loaded(tmp_path, text)
    assert str(caught.value).startswith(f"{tmp_path / 'volt.yaml'}:{line}: ")
    assert complaint in str(caught.value)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("calendar:\n  hollidays: {}\n", "did you mean 'holidays'?"),
        ("calendar:\n  people: {a@b.c: {absence: []}}\n", "did you mean 'absences'?"),
        ("calendar:\n  people: {a@b.c: {absences: [{first_day: 2025-10-07, lastday: 2025-10-07}]}}\n", "did you mean 'last_day'?"),
    ],
)
def test_a_misspelt_key_is_answered_with_the_nearest_one(tmp_path: Path, text: str, hint: str) -> None:
    with pytest.raises(SettingsError) as caught:
        loaded(tmp_path, text)
    assert caught.value.hint == hint
