"""All reports in one file: links stay inside it, headings one level deeper, what is to be copied untouched."""

from __future__ import annotations

import re

from volt_assets.work_reports.report.combined import WHOLE_FILES, Part, combined_markdown, combined_report_text
from volt_assets.work_reports.report.further_kinds import further_documents
from volt_assets.work_reports.report.tables import Tables
from volt_assets.work_reports.stamp import read_stamp
from volt_assets_tests.work_reports.report.further_set import markdown_of, whole_range
from volt_assets_tests.work_reports.report.rendered import rendered
from volt_assets_tests.work_reports.report.report_set import report_set
from volt_assets_tests.work_reports.report.sample_week import GENERATED_AT, ORIGIN, week


def combined() -> str:
    whole, reports = whole_range(), report_set(*week())
    texts = {made.name: markdown_of(made.name, made.document, whole) for made in further_documents(whole)}
    texts |= {"team_summary": reports.team, "toggl_summary": reports.toggl}
    assert set(texts) == set(WHOLE_FILES)
    return combined_report_text(texts, [(report.slug, report.markdown) for report in reports.people], ORIGIN, GENERATED_AT)


def test_every_report_is_in_it_and_every_inner_link_leads_there() -> None:
    text = combined()
    page = rendered(text)
    inner = {link for link in page.links if link.startswith("#")}
    anchors = {f"#{name}" for name in re.findall(r'<a id="([^"]+)"></a>', text)}
    assert inner == anchors
    assert len(anchors) == len(WHOLE_FILES) + 3
    tables = {f"tables/{table.name}.csv" for made in further_documents(whole_range()) for table in made.tables}
    assert {link for link in page.links if not link.startswith(("#", "https://"))} <= tables | {"combined_report.md"}
    assert len(re.findall(r"^# ", text, re.MULTILINE)) == 1
    assert text.count("<!-- volt") == 1
    stamp = read_stamp(text)
    assert stamp is not None
    assert stamp.data_version == read_stamp(report_set(*week()).team).data_version  # type: ignore[union-attr]  # every report has one


def test_texts_from_outside_lead_nowhere_and_what_is_to_be_copied_stays() -> None:
    hostile = "# A · 6 Oct\nx\n\n\\[click\\](individual/b.md) [real](b.md)\n\n````\n# not a heading\n```\n[x](b.md)\n````\n## Next\n"
    text = combined_markdown("All", "x", [Part("a.md", hostile, keeps_footer=True), Part("b.md", "# B\ny\n", keeps_footer=True)])
    assert "\\[click\\](individual/b.md) [real](#b)" in text
    assert "````\n# not a heading\n```\n[x](b.md)\n````\n### Next" in text


def test_links_of_individual_reports_are_relative_to_their_folder() -> None:
    parts = [Part("team_summary.md", "# T\nx\n", keeps_footer=True), Part("individual/a.md", "# A\n[b](b.md)\n", keeps_footer=True)]
    text = combined_markdown("All", "x", [*parts, Part("individual/b.md", "# B\n", keeps_footer=True)])
    assert "[b](#individual-b)" in text


def test_the_index_of_tables_counts_their_rows() -> None:
    whole = whole_range()
    made = list(further_documents(whole))[-1]
    assert isinstance(made.document, Tables)
    for table, entry in zip(made.tables, made.document.tables, strict=True):
        assert entry.rows == len(table.rows) == table.content.count(b"\r\n") - 1
        assert {len(row) for row in table.rows} <= {len(table.columns)}
        assert f"(tables/{table.name}.csv) | {entry.rows} |" in markdown_of("tables", made.document, whole)
