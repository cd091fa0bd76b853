from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from volt_assets.work_reports.models import Origin
from volt_assets.work_reports.stamp import Stamp, footer_stamp, read_stamp


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
