from __future__ import annotations

from pathlib import Path

import pytest

from volt_assets.errors import SettingsError
from volt_assets.work_reports.report.html.templates import HtmlTemplates, load_html_templates
from volt_assets_tests.work_reports.report.html.html_week import html_set
from volt_assets_tests.work_reports.report.html.page_reader import Page
from volt_assets_tests.work_reports.report.sample_week import week


def templates_with(folder: Path, name: str, text: str) -> HtmlTemplates:
    (folder / "templates").mkdir()
    (folder / "templates" / name).write_text(text, encoding="utf-8")
    return load_html_templates({"VOLT_CONFIG": str(folder)})


def test_a_template_of_the_user_wins_and_what_it_prints_is_escaped(tmp_path: Path) -> None:
    printed = "{{ facts.name }} <b>{{ facts.total.text }}</b> {{ '<i>' ~ facts.items[0].name.name }} {{ facts.items[0].reason }} "
    own = printed + "{{ item_link(facts.items[0].name) }}"
    pages, _ = html_set(*week(), templates_with(tmp_path, "individual.html.j2", own))
    first, stamp = pages.pages["individual/john_doe"].splitlines()
    assert first == (
        "John Doe <b>39.8 h</b> &lt;i&gt;Provision the cloud account – "  # noqa: RUF001 -- the dash for nothing
        '<a href="https://acme.fibery.io/Scrum/Task/7658" rel="noreferrer" target="_blank">'
        "#7658 Provision the cloud account</a>"
    )
    assert stamp.startswith("<!-- volt key=2025-10-06_2025-10-12 ")


def test_a_style_sheet_of_the_user_is_allowed_by_the_policy(tmp_path: Path) -> None:
    usual = html_set(*week())[0].pages["report"]
    own = html_set(*week(), templates_with(tmp_path, "report.css", "body { color: navy }\n"))[0].pages["report"]
    assert "<style>body{color:navy}</style>" in own
    assert policy_of(own) != policy_of(usual)


def policy_of(page: str) -> str:
    return next(each.attributes["content"] for each in Page(page).elements if each.attributes.get("http-equiv"))


@pytest.mark.parametrize(
    ("name", "text", "complaint"),
    [
        ("report.html.j2", "one\n{% if %}\n", r"report\.html\.j2:2: "),
        ("individual.html.j2", "one\n\n{{ fact.name }}", r"individual\.html\.j2:3: unknown placeholder 'fact'"),
        ("chart.html.j2", "{{ chart.title }}\n{{ chrat }}", r"chart\.html\.j2:2: unknown placeholder 'chrat'"),
        ("report.css", "p { }\n</style><script>", r"report\.css:2: '</' would end the style sheet"),
    ],
)
def test_a_broken_template_is_found_when_it_is_loaded(tmp_path: Path, name: str, text: str, complaint: str) -> None:
    with pytest.raises(SettingsError, match=complaint):
        templates_with(tmp_path, name, text)


@pytest.mark.parametrize(
    ("name", "text", "complaint"),
    [
        ("report.html.j2", "one\n{{ facts.nmae }}\n", r"report\.html\.j2:2: .*nmae"),
        ("foot.html.j2", "<p>\n\n{{ footer.when }}\n", r"foot\.html\.j2:3: .*when"),
        ("individual.html.j2", "{{ text.poem }}\n", r"individual\.html\.j2:1: .*poem"),
    ],
)
def test_what_cannot_be_filled_names_file_and_line(tmp_path: Path, name: str, text: str, complaint: str) -> None:
    templates = templates_with(tmp_path, name, text)
    with pytest.raises(SettingsError, match=complaint):
        html_set(*week(), templates)
