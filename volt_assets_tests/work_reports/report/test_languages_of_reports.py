from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from volt_assets.errors import IncompleteDataError
from volt_assets.settings import ReportSettings, Settings
from volt_assets.work_reports.languages.catalog import language_of
from volt_assets.work_reports.languages.language import ENGLISH, Language, speaking
from volt_assets.work_reports.models import Fact
from volt_assets.work_reports.report.further_kinds import further_documents
from volt_assets.work_reports.report.further_reports import FurtherReport
from volt_assets.work_reports.report.html.html_set import ReportData, write_html
from volt_assets.work_reports.report.html.templates import load_html_templates
from volt_assets.work_reports.report.prose import DeterministicWriter
from volt_assets.work_reports.report.revisions import Revisions
from volt_assets.work_reports.report.team_reports import write_toggl_summary
from volt_assets.work_reports.report.templates import load_templates
from volt_assets.work_reports.report.views.operations_view import operations_view
from volt_assets.work_reports.report.views.team_view import team_view
from volt_assets.work_reports.report.views.view_charts import team_view_charts
from volt_assets.work_reports.report.views.view_files import ViewMaker
from volt_assets.work_reports.report.workspace_messages import warning_line
from volt_assets_tests.work_reports.languages.russian import RUSSIAN
from volt_assets_tests.work_reports.report.further_set import markdown_of, whole_range
from volt_assets_tests.work_reports.report.html.html_week import html_set
from volt_assets_tests.work_reports.report.report_set import TEMPLATES, ReportSet, report_set
from volt_assets_tests.work_reports.report.sample_week import GENERATED_AT, ORIGIN, week

# Of the footers and file names, and what is called so in every language.
NAMES = frozenset(
    ("toggl", "fibery", "utc", "volt", "yaml", "csv", "json", "enrichment", "config", "enrichment_config", "odd_entries", "work_alignment")
)


@pytest.fixture(scope="module")
def english() -> ReportSet:
    return report_set(*week())


@pytest.fixture(scope="module")
def russian() -> ReportSet:
    with speaking(RUSSIAN):
        return report_set(*week())


def further(language: Language) -> dict[str, tuple[FurtherReport, str]]:
    with speaking(language):
        whole = whole_range()
        return {made.name: (made.document, markdown_of(made.name, made.document, whole)) for made in further_documents(whole)}


def words(text: str) -> set[str]:
    return set(re.findall(r"[a-z][a-z_]+", re.sub(r"<!--.*?-->|`[^`]*`|\]\([^)]*\)", " ", text).casefold()))


def of_the_data() -> set[str]:
    data, items = week()
    return words(data.model_dump_json() + items.model_dump_json() + ORIGIN.run_id)


def test_no_english_word_of_ours_is_left_in_a_russian_report(russian: ReportSet) -> None:
    texts = {report.slug: report.markdown for report in russian.people} | {"team": russian.team, "toggl": russian.toggl}
    texts |= {name: text for name, (_, text) in further(RUSSIAN).items() if name not in ("tables", "unknown_entities")}
    left = {name: sorted(words(text) - of_the_data() - NAMES) for name, text in texts.items()}
    assert {name: found for name, found in left.items() if found} == {}


def test_a_russian_report_counts_as_russian_does(russian: ReportSet) -> None:
    assert "по 6 задачам" in russian.of("john_doe")
    assert "39,8 ч" in russian.of("john_doe")
    assert "# Команда · 6\u201312 октября 2025" in russian.team
    assert re.search(r"\b[2-4] (задач|дней|записей|человек)\b", "\n".join(russian.texts)) is None
    assert re.search(r"(?<!\d)1 (задач|задачи|дня|дней|записи|записей|человека)\b", "\n".join(russian.texts)) is None


def test_what_a_program_reads_is_the_same_in_every_language(english: ReportSet, russian: ReportSet) -> None:
    def read(fact: Fact) -> tuple[Any, ...]:
        return tuple(getattr(fact, name) for name in Fact.model_fields if name != "text")

    for name, document in english.documents.items():
        other = russian.documents[name]
        assert [read(fact) for fact in other.facts] == [read(fact) for fact in document.facts]
        assert [sentence.facts for sentence in other.sentences] == [sentence.facts for sentence in document.sentences]
        assert (document.language, other.language) == ("en", "ru")


SAID = frozenset(("about", "action", "detail", "expected", "rule", "prompt", "states_on", "where", "noticed_at", "why", "hours"))


def test_classes_kinds_and_labels_of_a_further_report_are_the_same_in_every_language() -> None:
    def read(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: read(inner) for name, inner in value.items() if name not in SAID and name not in ("scene", "data_version")}
        return [read(inner) for inner in value] if isinstance(value, list) else value

    spoken = further(RUSSIAN)
    for name, (document, text) in further(ENGLISH).items():
        assert read(document.model_dump(mode="json")) == read(spoken[name][0].model_dump(mode="json")), name
        assert text != spoken[name][1]


def test_a_page_says_its_language() -> None:
    with speaking(RUSSIAN):
        pages, _ = html_set(*week())
    assert all('<html lang="ru">' in page for page in pages.pages.values())
    assert "Требует внимания" in pages.pages["report"]
    english, _ = html_set(*week())
    assert all('<html lang="en">' in page for page in english.pages.values())


def views(folder: Path) -> dict[str, str]:
    """The files of both views, written as their asset does."""
    whole = whole_range()
    documents: dict[str, Any] = {made.name: made.document for made in further_documents(whole)}
    maker = ViewMaker(
        load_templates({}), load_html_templates({}), ORIGIN, Revisions(folder, ORIGIN, data_version="d", now=lambda: GENERATED_AT)
    )
    operations = operations_view(whole, documents["config_validation"], documents["unknown_entities"], documents["data_quality"], None)
    team = maker.files("team", team_view(whole), team_view_charts)
    return {**team, **maker.files("operations", operations, lambda _: ())}


def test_no_english_word_of_ours_is_left_in_a_russian_view(tmp_path: Path) -> None:
    with speaking(RUSSIAN):
        written = views(tmp_path)
    left = {name: sorted(words(text) - of_the_data() - NAMES) for name, text in written.items() if name.endswith(".md")}
    assert {name: found for name, found in left.items() if found} == {}
    assert all('<html lang="ru">' in text for name, text in written.items() if name.endswith(".html"))


def test_a_page_is_not_put_together_of_two_languages(english: ReportSet) -> None:
    data, items = week()
    documents = ReportData(data, items, english.data, english.revisions)
    with speaking(RUSSIAN), pytest.raises(IncompleteDataError, match="is in 'en', the reports are to be in 'ru'"):
        write_html(documents, settings=Settings(), templates=load_html_templates({}), origin=ORIGIN)


def toggl_summaries(folder: Path, *languages: Language) -> Iterator[str]:
    revisions = Revisions(folder, ORIGIN, data_version="d", now=lambda: GENERATED_AT)
    data, _ = week()
    for language in languages:
        with speaking(language):
            report = write_toggl_summary(data, writer=DeterministicWriter(), templates=TEMPLATES, origin=ORIGIN, revisions=revisions)
            yield asyncio.run(report).markdown


def test_another_language_or_style_is_another_revision(tmp_path: Path) -> None:
    german = language_of(ReportSettings(number_style="de_DE"), {})
    texts = list(toggl_summaries(tmp_path, ENGLISH, ENGLISH, RUSSIAN, german, ENGLISH))
    assert texts[0] == texts[1]
    assert ["revision 1" in texts[0], "редакция 2" in texts[2], "revision 3" in texts[3], "revision 4" in texts[4]] == [True] * 4
    assert "(те же записи времени, что и в редакции 1)" in texts[2]


def test_a_template_without_translation_still_works(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    own = "Time: {{ facts.total.text }}, {{ counted(2, 'item') }}, {{ headline_text(facts) }}\n"
    (tmp_path / "templates" / "toggl_summary.md.j2").write_text(own, encoding="utf-8")
    templates = load_templates({"VOLT_CONFIG": str(tmp_path)})
    revisions = Revisions(tmp_path, ORIGIN, data_version="d", now=lambda: GENERATED_AT)
    with speaking(RUSSIAN):
        report = write_toggl_summary(week()[0], writer=DeterministicWriter(), templates=templates, origin=ORIGIN, revisions=revisions)
        text = asyncio.run(report).markdown
    assert text.startswith("Time: ")
    assert "2 задачи, Учтено " in text


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        ("the workspace has no type Scrum/Epic", "в рабочем пространстве нет типа Scrum/Epic"),
        ("Scrum/Task has no field called 'Cost'", "у Scrum/Task нет поля «Cost»"),  # noqa: RUF001 -- Russian
        ("Scrum/Task has no date called Start or Begin", "у Scrum/Task нет даты Start or Begin"),  # noqa: RUF001 -- Russian
        ("something nobody knows: 100 %", "something nobody knows: 100 %"),
    ],
)
def test_what_the_enrichment_said_is_translated_where_it_is_shown(message: str, shown: str) -> None:
    assert warning_line(message) == message
    with speaking(RUSSIAN):
        assert warning_line(message) == shown
