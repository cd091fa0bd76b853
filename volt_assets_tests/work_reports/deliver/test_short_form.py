"""Reports read into the few lines that a message has."""

from __future__ import annotations

from volt_assets.work_reports.deliver.short_form import MOST_POINTS, short_form
from volt_assets_tests.conftest import Week
from volt_assets_tests.pipeline import folder_of

VIEW = """# Operations · 6\u201312 October 2025
UTC · data as of 20 Oct 2025

> ⚠️ Not reconciled.

## Coverage
12 entries

## Configuration
- ⚠️ Scrum/Task: field x is gone
- new type in the workspace: Scrum/Spike
"""


def test_the_lead_of_a_report_is_its_bold_line_and_its_points_are_those_of_needs_attention(week: Week) -> None:
    text = (folder_of(week.data) / "reports" / "team_summary.md").read_text(encoding="utf-8")
    form = short_form(text)
    assert form.title == "Team · 6\u201312 October 2025"
    assert f"**{form.lead}**" in text
    assert len(form.points) == MOST_POINTS
    assert all(point.startswith(("⚠️", "❌", "❓")) and " → " in point for point in form.points)
    assert not any(mark in " ".join(form.points) for mark in ("](", "\\", "\u2060"))


def test_a_page_without_a_list_of_points_gives_the_bullets_that_warn() -> None:
    form = short_form(VIEW)
    assert (form.title, form.lead) == ("Operations · 6\u201312 October 2025", "UTC · data as of 20 Oct 2025")
    assert form.notices == ("⚠️ Not reconciled.",)
    assert form.points == ("⚠️ Scrum/Task: field x is gone",)


def test_a_list_of_a_later_section_is_no_list_of_points() -> None:
    assert short_form("# T\n\n**1 h**\n\n## Needs attention\nNothing.\n\n## Steps\n1. one\n").points == ()


def test_any_text_is_read_and_nothing_of_it_is_markup() -> None:
    form = short_form("# <b>T</b> `x` [a](http://e.com)\n\n**<!channel> &lt;i>\\_**")
    assert form.title == "<b>T</b> x a"
    assert form.lead == "<!channel> <i>_"
    assert short_form("") == short_form("\n\n")
