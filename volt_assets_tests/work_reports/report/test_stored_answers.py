"""An answer that was of use is kept by everything it depends on."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from volt_assets.resilience.result_cache import ResultCache
from volt_assets.settings import Settings
from volt_assets.work_reports.report.model_prose import make_writer
from volt_assets.work_reports.report.stored_answers import StoredAnswers
from volt_assets_tests.work_reports.report.report_set import report_set
from volt_assets_tests.work_reports.report.sample_week import week
from volt_assets_tests.work_reports.report.scripted_model import ScriptedModel


@dataclass
class Given:
    text: str = "A sentence."
    model: str = "gpt-x"
    input_tokens: int | None = 12
    output_tokens: int | None = None


def answers(folder: Path, *, model: str = "gpt-x", most_tokens: int = 700) -> StoredAnswers:
    cache = ResultCache(folder, "answers", most_bytes=10_000_000, now=lambda: datetime.now(UTC))
    return StoredAnswers(cache, model=model, max_output_tokens=most_tokens)


def test_a_kept_answer_comes_back_as_it_was(tmp_path: Path) -> None:
    answers(tmp_path).keep("system", "user", Given())
    stored = answers(tmp_path).get("system", "user")
    assert stored is not None
    assert (stored.text, stored.model, stored.input_tokens, stored.output_tokens) == ("A sentence.", "gpt-x", 12, None)


def test_another_question_model_or_length_is_another_answer(tmp_path: Path) -> None:
    answers(tmp_path).keep("system", "user", Given())
    assert answers(tmp_path).get("system", "other") is None
    assert answers(tmp_path).get("other", "user") is None
    assert answers(tmp_path, model="gpt-y").get("system", "user") is None
    assert answers(tmp_path, most_tokens=701).get("system", "user") is None


def test_an_entry_of_another_form_is_asked_again(tmp_path: Path) -> None:
    kept = answers(tmp_path)
    kept.keep("system", "user", Given())
    cache = ResultCache(tmp_path, "answers", most_bytes=10_000_000, now=lambda: datetime.now(UTC))
    cache.put({"model": "gpt-x", "max_output_tokens": 700, "system": "system", "user": "user"}, b'{"words": "A sentence."}')
    assert kept.get("system", "user") is None


def test_an_unchanged_report_asks_nobody_and_is_the_same(tmp_path: Path) -> None:
    first_model, second_model = ScriptedModel(), ScriptedModel()
    first = report_set(*week(), writer=make_writer(first_model, Settings(), {}, answers(tmp_path)))
    second = report_set(*week(), writer=make_writer(second_model, Settings(), {}, answers(tmp_path)))
    assert len(first_model.asked) == 5
    assert second_model.asked == []
    assert list(second.texts) == list(first.texts)


def test_an_answer_of_no_use_is_not_kept(tmp_path: Path) -> None:
    for _ in range(2):
        model = ScriptedModel(lambda _: "It was 999.9 h and <b>bold</b>.")
        report_set(*week(), writer=make_writer(model, Settings(), {}, answers(tmp_path)))
        assert len(model.asked) > 5
