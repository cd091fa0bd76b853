from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from volt_assets.work_reports.models import Origin
from volt_assets.work_reports.stamp import Stamp, footer_stamp, read_document_stamp, read_stamp


def test_a_stamp_is_read_back() -> None:
    line = footer_stamp(Origin(key="2025-10-06_2025-10-12", run_id="0b6f-1", code_version="0.1.0+x"), "abc.def")
    assert line == "<!-- volt key=2025-10-06_2025-10-12 run=0b6f-1 data=abc.def code=0.1.0+x -->"
    assert read_stamp(f"# Report\n{line}\n") == Stamp("2025-10-06_2025-10-12", "0b6f-1", "abc.def", "0.1.0+x")


def test_only_the_last_line_counts() -> None:
    line = footer_stamp(Origin(key="k", run_id="r", code_version="c"), "d")
    assert read_stamp(f"{line}\nmore") is None
    assert read_stamp("") is None


@given(st.text(max_size=30), st.text(max_size=30))
def test_no_value_ends_the_comment_early(key: str, run: str) -> None:
    line = footer_stamp(Origin(key=key, run_id=run, code_version="c"), "d")
    assert line.count("-->") == 1
    assert "--" not in line[4:-3]
    assert read_stamp(line) is not None


def test_the_document_beside_a_report_says_the_same() -> None:
    head = {"schema_version": 1, "key": "k", "data_as_of": "t", "code_version": "c", "run_id": "r", "data_version": "v", "made_from": "a.b"}
    text = json.dumps({**head, "report": '"made_from": "x"'}, indent=2)
    assert read_document_stamp(text) == Stamp("k", "r", "a.b", "c")
    assert read_document_stamp(text[:100]) is None
    assert read_document_stamp("") is None
