"""What a run will cost: exact where the stored days allow it, marked as an estimate where they do not."""

from datetime import UTC, date, datetime, timedelta

import pytest

from volt_assets.settings import LlmSettings, ReportSettings, Settings
from volt_assets.work_reports.models import DayFile, TimeEntry
from volt_assets.work_reports.run_estimate import (
    Figure,
    History,
    RunEstimate,
    TogglCalls,
    estimate,
    history_of,
    minutes_for,
    people_from_total,
    stored_items,
)

MONDAY = date(2025, 10, 6)
DAYS = [MONDAY + timedelta(days=offset) for offset in range(7)]


def day_file(day: date, *descriptions: str, seconds: int = 3600) -> DayFile:
    entries = tuple(
        TimeEntry(
            id=number,
            user_id=1,
            user_name="John Doe",
            description=text,
            start=f"{day}T09:00:00+02:00",
            stop=f"{day}T10:00:00+02:00",
            seconds=seconds,
        )
        for number, text in enumerate(descriptions, start=1)
    )
    return DayFile(day=day, data_as_of=datetime(2025, 10, 20, tzinfo=UTC), code_version="1", is_closed=True, entries=entries)


def planned(
    *,
    missing: list[date],
    stored: list[DayFile] | None = None,
    missing_seconds: int | None = None,
    with_model: bool = False,
    settings: Settings | None = None,
    history: History | None = None,
    totals: int | None = None,
    rechecks: bool = False,
    people: int = 10,
) -> RunEstimate:
    return estimate(
        key="2025-10-06_2025-10-12",
        days=DAYS,
        missing=missing,
        stored=stored or [],
        missing_seconds=missing_seconds,
        people=Figure(people, is_exact=True, source="stored entries"),
        toggl=TogglCalls(look_ups=1, totals=int(bool(missing)) if totals is None else totals, rechecks=rechecks),
        with_model=with_model,
        settings=settings or Settings(),
        history=history or History(),
    )


def test_a_stored_range_downloads_nothing_and_its_items_are_counted() -> None:
    stored = [day_file(MONDAY, "Fix login #12 [Scrum] [Task] [P]", "Fix login again #12 [Scrum] [Task] [P]", "Stand-up")]
    found = planned(missing=[], stored=stored)
    assert (found.entries.value, found.entries.is_exact) == (0, True)
    assert (found.items.value, found.items.is_exact) == (1, True)
    assert found.toggl_requests.value == 1  # the look-up of the workspace


def test_missing_days_cost_their_pages_and_one_total() -> None:
    found = planned(missing=DAYS, missing_seconds=385 * 3600, history=History(seconds_per_entry=3600, page_size=50))
    assert found.entries.value == 385
    assert not found.entries.is_exact
    assert found.toggl_requests.value == 8 + 1 + 1


def test_recent_days_cost_two_requests_more_even_when_they_are_stored() -> None:
    found = planned(missing=[], rechecks=True).toggl_requests
    assert (found.value, found.is_exact) == (1 + 2, False)
    assert found.source == "look-ups 1, late edits 2"


def test_every_gap_costs_a_total_of_its_own_and_the_source_says_what_is_counted() -> None:
    found = planned(missing=[DAYS[0], DAYS[4]], missing_seconds=70 * 3600, totals=2).toggl_requests
    assert (found.value, found.source) == (1 + 2 + 2, "look-ups 1, pages of 50 rows 2, totals 2")


def test_a_range_without_any_time_is_known_to_be_empty() -> None:
    found = planned(missing=DAYS, missing_seconds=0)
    assert (found.entries.value, found.entries.is_exact) == (0, True)


@pytest.mark.parametrize(
    ("requests", "quota", "minutes"),
    [(9, 30, 1), (30, 30, 1), (31, 30, 61), (60, 30, 61), (16_101, 240, 67 * 60 + 1), (601, 600, 61)],
)
def test_time_follows_the_quota_of_the_plan(requests: int, quota: int, minutes: int) -> None:
    assert minutes_for(requests, quota) == minutes


def test_a_model_is_called_once_for_each_report_and_costs_what_is_configured() -> None:
    prices = Settings(llm=LlmSettings(usd_per_million_input_tokens=2.0, usd_per_million_output_tokens=8.0))
    history = History(input_tokens_per_call=1000, output_tokens_per_call=500)
    stored = [day_file(MONDAY, "Fix login #12 [Scrum] [Task] [P]")]
    found = planned(missing=[], stored=stored, with_model=True, settings=prices, history=history)
    assert found.llm_calls.value == 12
    assert (found.input_tokens.value, found.output_tokens.value) == (12_000, 6_000)
    assert found.cost_usd == pytest.approx(0.072)


def test_many_items_are_asked_about_in_several_questions() -> None:
    texts = [f"Fix #{number} [Scrum] [Task] [P]" for number in range(1, 101)]
    stored = [day_file(MONDAY, *texts)]
    for tokens, questions in ((1500, 6), (350 + 60 * 20, 5), (100, 100)):
        settings = Settings(llm=LlmSettings(max_output_tokens=tokens))
        found = planned(missing=[], stored=stored, people=1, with_model=True, settings=settings)
        assert found.llm_calls.value == questions + 2
        assert not found.llm_calls.is_exact


def test_a_period_without_entries_has_no_reports_of_people() -> None:
    found = planned(missing=DAYS, missing_seconds=0, stored=[], with_model=True)
    assert (found.people.value, found.people.is_exact, found.llm_calls.value) == (0, True, 2)


def test_no_model_is_planned_in_a_language_in_which_nothing_could_check_it() -> None:
    stored = [day_file(MONDAY, "Fix login #12 [Scrum] [Task] [P]")]
    found = planned(missing=[], stored=stored, with_model=True, settings=Settings(reports=ReportSettings(language="ru")))
    assert (found.llm_calls.value, found.cost_usd) == (0, None)
    assert found.llm_calls.source == "no model: its sentences cannot be checked in 'ru'"


def test_money_is_unknown_without_prices_and_nothing_without_a_model() -> None:
    assert planned(missing=[], with_model=True).cost_usd is None
    without = planned(missing=[])
    assert (without.llm_calls.value, without.input_tokens.value, without.cost_usd) == (0, 0, None)


def test_history_is_taken_from_stored_entries() -> None:
    stored = [day_file(MONDAY, "Fix #1 [Scrum] [Task] [P]", "Fix #2 [Scrum] [Task] [P]", "Call", "Mail", seconds=1800)]
    assert history_of(stored, Settings().enrichment) == History(seconds_per_entry=1800, items_per_entry=0.5)
    assert history_of([], Settings().enrichment) == History()


def test_the_same_number_in_two_types_is_two_items() -> None:
    stored = [day_file(MONDAY, "One #7 [Scrum] [Task] [P]", "Other #7 [Scrum] [Bug] [P]", "Bare #7")]
    assert stored_items(stored, Settings().enrichment) == {("Scrum/Task", "7"), ("Scrum/Bug", "7")}


def test_people_are_guessed_from_a_total() -> None:
    assert people_from_total(10 * 36 * 3600, 7) == 10
    assert people_from_total(0, 7) == 0
