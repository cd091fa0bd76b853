from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from volt_assets.errors import AuthenticationError, QuotaExhaustedError, ServerError, UnexpectedAnswerError, VoltError
from volt_assets.settings import LlmSettings, Settings
from volt_assets.work_reports.models import Prose
from volt_assets.work_reports.report.model_prose import make_writer
from volt_assets.work_reports.report.prose import DeterministicWriter, Writer
from volt_assets_tests.work_reports.report.report_set import report_set, written
from volt_assets_tests.work_reports.report.sample_week import aggregated, days, enriched, item, person, tracked, week


@dataclass(frozen=True)
class Answer:
    text: str
    model: str = "gpt-x"
    input_tokens: int | None = 1_200
    output_tokens: int | None = None


@dataclass
class ScriptedModel:
    """Answers by rule, or raises; remembers what it was asked and how many questions were open at once."""

    say: Callable[[dict[str, Any]], str]
    error: VoltError | None = None
    asked: list[dict[str, Any]] = field(default_factory=list)
    systems: list[str] = field(default_factory=list)
    open_now: int = 0
    most_open: int = 0

    async def complete(self, *, system: str, user: str) -> Answer:
        self.open_now += 1
        self.most_open = max(self.most_open, self.open_now)
        await asyncio.sleep(0)
        self.open_now -= 1
        question = json.loads(user)
        self.asked.append(question)
        self.systems.append(system)
        if self.error is not None:
            raise self.error
        return Answer(self.say(question))


def writer(model: ScriptedModel | None, settings: Settings | None = None) -> Writer:
    return make_writer(model, settings or Settings(), {})


def everything(question: dict[str, Any]) -> str:
    return json.dumps(dict.fromkeys(question["sections"], f"Model text, {question['facts']['tracked']} in all. It was 999.9 h."))


def test_without_a_client_the_deterministic_writer_writes() -> None:
    assert isinstance(writer(None), DeterministicWriter)


def test_true_sentences_of_the_model_stand_in_the_report_and_false_ones_do_not() -> None:
    model = ScriptedModel(everything)
    reports = report_set(*week(), writer=writer(model))
    john = reports.of("john_doe")
    assert "Model text, 39.8 h in all." in john
    assert "Model text, 95.7 h in all." in reports.team
    assert all("999.9" not in text for text in reports.texts)
    assert "prose by gpt-x, 1,200 tokens" in john
    assert "\n## Hours\n" in john  # tables stay those of the code
    assert len(model.asked) == 5  # one call per report


def test_the_question_holds_sections_and_facts_as_data() -> None:
    model = ScriptedModel(everything)
    report_set(*week(), writer=writer(model))
    question = next(each for each in model.asked if each["facts"].get("person") == "John Doe")
    assert question["sections"][:3] == ["executive_summary", "key_deliverables", "work_patterns"]
    assert "item:Scrum/Task#7658" in question["sections"]
    assert "item:Scrum/Task#7999" not in question["sections"]  # nothing is known of it
    assert any("6\u201312 October 2025" in system and "executive_summary" in system for system in model.systems)
    assert all("Provision" not in system for system in model.systems)


def test_a_model_is_told_of_which_day_states_are() -> None:
    data, items = week()
    for fetched_at, told in ((datetime(2026, 3, 1, tzinfo=UTC), "1 Mar 2026"), (items.fetched_at, None)):
        model = ScriptedModel(everything)
        report_set(data, items.model_copy(update={"fetched_at": fetched_at}), writer=writer(model))
        assert [question["facts"]["states as of"] for question in model.asked if "states as of" in question["facts"]] == [told] * 4


def test_long_texts_are_capped_in_the_question() -> None:
    model = ScriptedModel(everything)
    found = item("Scrum/Task", "1", "n" * 5_000, description="word " * 50_000)
    one = person(1, "A", "a", [tracked("Scrum/Task", "1", days(3.0), "t" * 5_000)])
    report_set(aggregated([one]), enriched([found]), writer=writer(model))
    assert max(len(json.dumps(question)) for question in model.asked) < 6_000


def test_sections_the_model_leaves_out_are_written_without_it() -> None:
    model = ScriptedModel(lambda _: json.dumps({"executive_summary": "Only this.", "work_patterns": "It was 999.9 h."}))
    reports = report_set(*week(), writer=writer(model))
    prose = next(report.prose for report in reports.people if report.slug == "john_doe")
    assert prose.written_by == "gpt-x"
    assert prose.sections["executive_summary"] == "Only this."
    assert {"work_patterns", "key_deliverables", "item:Scrum/Task#7658"} <= set(prose.fallback_sections)
    assert "written without it: key deliverables, work patterns" in reports.of("john_doe")
    assert "Time was tracked on 5 days" in reports.of("john_doe")


@pytest.mark.parametrize("answer", ["", "I cannot help with that.", "<html>busy</html>", "{", "null", '{"executive_summary": 7}'])
def test_an_unusable_answer_leaves_the_deterministic_text(answer: str) -> None:
    plain = report_set(*week())
    reports = report_set(*week(), writer=writer(ScriptedModel(lambda _: answer)))
    for one, other in zip(plain.people, reports.people, strict=True):
        assert one.prose.sections == other.prose.sections
        assert other.prose.fallback_sections


@pytest.mark.parametrize("error", [ServerError("500"), UnexpectedAnswerError("no text")])
def test_a_model_that_fails_does_not_stop_the_reports(error: VoltError) -> None:
    reports = report_set(*week(), writer=writer(ScriptedModel(everything, error)))
    assert all(report.prose.written_by is None and report.prose.fallback_sections for report in reports.people)
    assert f"written without a model: the model gave no usable answer ({error})" in reports.team
    assert {report.prose.failure for report in reports.people} == {str(error)}
    assert "Most of the time on items" in reports.of("john_doe")


@pytest.mark.parametrize(
    "error",
    [
        AuthenticationError("rejected", variable="OPENAI_API_KEY"),
        QuotaExhaustedError("used up", resets_at=datetime(2025, 10, 13, tzinfo=UTC)),
    ],
)
def test_a_rejected_key_or_a_used_up_quota_stops_them(error: VoltError) -> None:
    with pytest.raises(type(error)):
        report_set(*week(), writer=writer(ScriptedModel(everything, error)))


def test_at_most_the_configured_number_of_people_at_once() -> None:
    found = [item("Scrum/Task", str(index), f"Task {index}") for index in range(9)]
    people = [person(index, f"P {index}", f"p_{index}", [tracked("Scrum/Task", str(index), days(2.0))]) for index in range(9)]
    model = ScriptedModel(everything)
    asyncio.run(written(aggregated(people), enriched(found), writer(model), Settings(llm=LlmSettings(max_concurrent_people=2))))
    assert model.most_open == 2


def test_only_as_many_items_are_asked_about_as_an_answer_has_room_for() -> None:
    found = [item("Scrum/Task", str(index), f"Task {index}", description="About it.") for index in range(20)]
    one = person(1, "A", "a", [tracked("Scrum/Task", str(index), days(2.0)) for index in range(20)])
    model = ScriptedModel(everything)
    reports = report_set(aggregated([one]), enriched(found), writer=writer(model, Settings(llm=LlmSettings(max_output_tokens=490))))
    person_question = next(each for each in model.asked if "person" in each["facts"])
    assert sum(section.startswith("item:") for section in person_question["sections"]) == 4
    assert len([section for section in reports.people[0].prose.sections if section.startswith("item:")]) == 20


def test_the_prose_is_a_document_of_its_own() -> None:
    prose = report_set(*week()).people[0].prose
    assert Prose.model_validate_json(prose.model_dump_json()) == prose
