from __future__ import annotations

from typing import Any

import pytest

from volt_assets.work_reports.enrich.fetched import DisplayShape
from volt_assets.work_reports.enrich.field_values import field_values


@pytest.mark.parametrize(
    ("kind", "raw", "shown"),
    [
        ("number", "3.0", 3),
        ("number", "12.25", 12.25),
        ("number", 7, 7),
        ("number", "", None),
        ("number", "NaN", None),
        ("number", None, None),
        ("flag", False, False),
        ("flag", None, None),
        ("text", "  High ", "High"),
        ("choice", None, None),
        ("relation", "Sprint 41", "Sprint 41"),
        ("range", {"start": "2025-10-01", "end": "2025-10-05"}, "2025-10-01 to 2025-10-05"),
        ("range", None, None),
        ("collection", [{"name": "A"}, {"name": ""}, {"name": "B"}], ["A", "B"]),
        ("collection", None, None),
        ("collection", [], None),
    ],
)
def test_values_are_shown_by_their_kind_and_left_out_when_unset(kind: str, raw: Any, shown: Any) -> None:
    expected = {} if shown is None else {"Field": shown}
    assert field_values({"field0": raw}, (DisplayShape(name="Field", key="field0", kind=kind),), {}) == expected


def test_rich_text_is_the_document_behind_the_secret() -> None:
    shape = DisplayShape(name="Criteria", key="field0", kind="document")
    assert field_values({"field0/secret": "s"}, (shape,), {"s": "* one\n"}) == {"Criteria": "* one"}
    assert field_values({"field0/secret": "gone"}, (shape,), {}) == {}
