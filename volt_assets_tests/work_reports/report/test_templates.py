from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from volt_assets.config_files import PACKAGE_DIR
from volt_assets.errors import SettingsError
from volt_assets.settings import ReportSettings
from volt_assets.work_reports.report.footer import footer
from volt_assets.work_reports.report.individual import render_individual
from volt_assets.work_reports.report.person_facts import person_facts
from volt_assets.work_reports.report.prose import DeterministicWriter
from volt_assets.work_reports.report.revisions import Draft
from volt_assets.work_reports.report.templates import Templates, load_templates
from volt_assets_tests.work_reports.report.sample_week import GENERATED_AT, ORIGIN, week


def templates_with(folder: Path, name: str, text: str) -> Templates:
    (folder / "templates").mkdir()
    (folder / "templates" / name).write_text(text, encoding="utf-8")
    return load_templates({"VOLT_CONFIG": str(folder)})


def individual(templates: Templates, **changes: Any) -> str:
    data, items = week()
    facts = person_facts(data.people[1], data, items, ReportSettings()).model_copy(update=changes)
    prose = asyncio.run(DeterministicWriter().person(facts))
    return render_individual(facts, prose, footer(prose, ORIGIN, data_version="d", draft=Draft(1, GENERATED_AT, None)), templates)


def test_a_zone_that_nobody_told_is_not_taken_for_that_of_the_report() -> None:
    assert [individual(load_templates({}), zone=zone).splitlines()[1].split(" · ")[1] for zone in ("Asia/Tokyo", None)] == [
        "Asia/Tokyo",
        "time zone not known",
    ]


def test_a_template_of_the_user_wins_and_what_it_prints_is_escaped(tmp_path: Path) -> None:
    own = "{{ facts.name }} *is* {{ facts.total.text }}, {{ '*not bold*' }} {{ facts.items[0].name.name ~ ' <b>' }}\n"
    assert individual(templates_with(tmp_path, "individual.md.j2", own)) == (
        "John Doe *is* 39.8 h, \\*not bold\\* Provision the cloud account &lt;b&gt;\n"
    )


def test_a_template_may_set_names_of_its_own_in_a_branch(tmp_path: Path) -> None:
    own = "{% if facts.items %}{% set most = facts.items[0].name.name %}{% endif %}\n{{ most }}\n"
    assert individual(templates_with(tmp_path, "individual.md.j2", own)) == "Provision the cloud account\n"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("one\n{% if %}\n", r"individual\.md\.j2:2: "),
        ("one\n\n{{ fact.name }}", r"individual\.md\.j2:3: unknown placeholder 'fact'"),
        ("{% include 'other.j2' %}{{ facts.name | nofilter }}", r"individual\.md\.j2:1: "),
    ],
)
def test_a_broken_template_is_found_when_it_is_loaded(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(SettingsError, match=complaint):
        templates_with(tmp_path, "individual.md.j2", text)


@pytest.mark.parametrize(
    ("name", "text", "complaint"),
    [
        ("individual.md.j2", "one\n{{ facts.nmae }}\n", r"individual\.md\.j2:2: .*nmae"),
        ("individual.md.j2", "{{ text.poem }}\n", r"individual\.md\.j2:1: .*poem"),
        ("footer.md.j2", "---\n\n{{ footer.when }}\n", r"footer\.md\.j2:3: .*when"),
        ("individual.md.j2", "{% include 'other.md.j2' %}\n", r"other\.md\.j2"),
    ],
)
def test_what_cannot_be_filled_names_file_and_line(tmp_path: Path, name: str, text: str, complaint: str) -> None:
    templates = templates_with(tmp_path, name, text)
    with pytest.raises(SettingsError, match=complaint):
        individual(templates)


def test_shipped_templates_have_no_html() -> None:
    texts = {path.name: path.read_text(encoding="utf-8") for path in (PACKAGE_DIR / "templates").glob("*.md.j2")}
    assert {"individual.md.j2", "team_summary.md.j2", "toggl_summary.md.j2"} <= set(texts)
    assert [name for name, text in texts.items() if "<" in text] == []
