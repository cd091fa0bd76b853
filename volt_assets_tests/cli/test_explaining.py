"""`volt-agent explain`: what a sentence rests on, from the document beside the report."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from volt_assets.cli.console import Console
from volt_assets.cli.explaining import explain_report
from volt_assets.errors import StoredDataError, UsageError
from volt_assets_tests.pipeline import WEEK
from volt_assets_tests.work_reports.report.report_set import report_set
from volt_assets_tests.work_reports.report.sample_week import week

DOCUMENTS = report_set(*week()).documents
Explain = Callable[..., str]


@pytest.fixture
def explain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Explain:
    monkeypatch.setenv("VOLT_DATA_DIR", str(tmp_path))
    for key in (WEEK, "2025-09-29_2025-10-05"):
        for name, document in DOCUMENTS.items():
            path = tmp_path / "work_reports" / key / "reports" / f"{name}.json"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(document.model_copy(update={"key": key}).model_dump_json(indent=2))

    def told(report: str, sentence: str | None = None, range_key: str | None = None, *, as_json: bool = False) -> str:
        out = io.StringIO()
        assert explain_report(report, sentence, range_key, Console(stdout=out, environ={}), as_json=as_json) == 0
        return out.getvalue()

    return told


def test_a_sentence_names_facts_values_entries_items_and_links(explain: Explain) -> None:
    text = explain("john_doe", "s1")
    assert text.startswith("Most of the time on items went into #7658 Provision the cloud account (17.7 h)")
    assert f"individual/john_doe of {WEEK}, sentence s1, section executive_summary, by Volt itself" in text
    assert "h5  8.0 h: time of #7521 and John Doe" in text
    assert "    value    28836 s" in text
    assert "    item     Scrum/Bug #7521" in text
    assert "    open     https://acme.fibery.io/Scrum/Bug/7521" in text
    assert "    entries  1, 2, 3, 4, 5\n" in text
    assert "All entries in Toggl: https://track.toggl.com/reports/detailed/123456/from/2025-10-06/to/2025-10-12/users/11" in text


def test_a_count_is_told_with_what_is_counted_alone(explain: Explain) -> None:
    sentence = next(each for each in DOCUMENTS["team_summary"].sentences if " were finished; " in each.text)
    assert "    value    2 items\n" in explain("team_summary", sentence.id)


def test_sentences_are_listed_with_their_ids(explain: Explain) -> None:
    listed = explain("reports/team_summary.md")
    assert all(f"\n{each.id} " in listed and each.text[:40] in listed for each in DOCUMENTS["team_summary"].sentences)
    assert json.loads(explain("team_summary", as_json=True))["sentences"][0]["id"] == "s1"


def test_as_json_it_is_what_the_document_says(explain: Explain) -> None:
    found = json.loads(explain("toggl_summary", "s1", as_json=True))
    sentence = DOCUMENTS["toggl_summary"].sentences[0]
    assert found["sentence"]["text"] == sentence.text
    assert [fact["id"] for fact in found["facts"]] == list(sentence.facts)


def test_the_range_that_ends_last_is_meant_unless_one_is_named(explain: Explain) -> None:
    assert json.loads(explain("john_doe", as_json=True))["key"] == WEEK
    assert json.loads(explain("john_doe", None, "2025-09-29_2025-10-05", as_json=True))["key"] == "2025-09-29_2025-10-05"


@pytest.mark.parametrize(
    ("arguments", "complaint", "hint"),
    [
        (("jon_doe",), "no range has a report 'jon_doe'", "did you mean john_doe?"),
        (("zzz", None, WEEK), f"{WEEK} has no report 'zzz'", "there are: "),
        (("john_doe", "s99"), f"individual/john_doe of {WEEK} has no sentence 's99'", "did you mean s9?"),
        (("john_doe", "s1", "../../etc"), "is not a range key", "write it as"),
    ],
)
def test_what_is_not_there_is_said_with_the_nearest(explain: Explain, arguments: tuple[str, ...], complaint: str, hint: str) -> None:
    with pytest.raises(UsageError, match=complaint) as caught:
        explain(*arguments)
    assert hint in str(caught.value.hint)


def test_an_empty_folder_and_a_foreign_file(explain: Explain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "work_reports" / WEEK / "reports" / "team_summary.json").write_text("{}")
    with pytest.raises(StoredDataError, match="is not the document of a report"):
        explain("team_summary")
    monkeypatch.setenv("VOLT_DATA_DIR", str(tmp_path / "empty"))
    with pytest.raises(UsageError, match="there are no reports yet"):
        explain("team_summary")
