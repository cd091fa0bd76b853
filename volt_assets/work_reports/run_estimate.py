"""What a run will cost, before anything is spent: counted where the stored data allows it, estimated where it does not.

Belongs here: the arithmetic, and saying which figure is exact and which is a guess from what. Does not: asking Toggl for the
one total an estimate needs (cli/planning.py), printing.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from volt_assets.settings import EnrichmentSettings, Settings
from volt_assets.work_reports.collect.description import parse_description
from volt_assets.work_reports.collect.work_item_alias import TypeResolver
from volt_assets.work_reports.models import DayFile
from volt_assets.work_reports.report.question_size import items_per_question

QUOTAS_PER_HOUR = {"Free": 30, "Starter": 240, "Premium": 600}
"""Toggl's requests an hour per user and organisation (toggl.com, hourly API quotas)."""
# Without any history: an entry of about an hour, half of the entries' time on items, two texts for each item.
ASSUMED_SECONDS_PER_ENTRY = 3600
ASSUMED_ITEMS_PER_ENTRY = 0.15
ASSUMED_DOCUMENTS_PER_ITEM = 2.0
ASSUMED_INPUT_TOKENS_PER_CALL = 2500
ASSUMED_PAGE_SIZE = 50
ASSUMED_HOURS_PER_PERSON_AND_WEEK = 36
SECONDS_PER_HOUR = 3600
INDIVIDUAL = "individual_reports"
WRITTEN_BY_MODEL = (INDIVIDUAL, "toggl_summary", "team_summary")
_CALLS_SOURCE = "one per report and 20 items; fewer where answers are kept, more where one has to be mended"
REQUESTS_OF_A_RECHECK = 2
"""A summary and the page of latest changes, when nothing has changed."""


@dataclass(frozen=True)
class Figure:
    """A count and where it comes from; `is_exact` False is an estimate."""

    value: int
    is_exact: bool
    source: str


@dataclass(frozen=True)
class History:
    """What earlier runs left to learn from; None where there is nothing."""

    seconds_per_entry: float | None = None
    items_per_entry: float | None = None
    documents_per_item: float | None = None
    input_tokens_per_call: float | None = None
    output_tokens_per_call: float | None = None
    page_size: int | None = None


@dataclass(frozen=True)
class TogglCalls:
    """What a run asks Toggl besides pages of entries."""

    look_ups: int
    """Workspace, people, zones."""
    totals: int
    rechecks: bool
    """Whether stored days are recent enough to have been edited."""


@dataclass(frozen=True)
class RunEstimate:
    """Everything `volt-agent plan` prints."""

    key: str
    days: int
    days_to_download: tuple[date, ...]
    entries: Figure
    toggl_requests: Figure
    toggl_minutes_by_plan: dict[str, int]
    items: Figure
    fibery_requests: Figure
    people: Figure
    llm_calls: Figure
    input_tokens: Figure
    output_tokens: Figure
    cost_usd: float | None
    """None without a model, or when no price is configured."""


def stored_items(day_files: Sequence[DayFile], enrichment: EnrichmentSettings) -> set[tuple[str, str]]:
    """The distinct work items that the stored entries name."""
    resolver = TypeResolver(enrichment)
    found = set()
    for text in {entry.description for day_file in day_files for entry in day_file.entries}:
        parsed = parse_description(text)
        resolved = resolver.of_description(parsed)
        if resolved is not None and parsed.public_id is not None:
            found.add((resolved.type, parsed.public_id))
    return found


def history_of(day_files: Sequence[DayFile], enrichment: EnrichmentSettings) -> History:
    """What stored days say about entries and items."""
    counted = [entry for day_file in day_files for entry in day_file.entries if not entry.is_running]
    if not counted:
        return History()
    seconds = sum(entry.seconds or 0 for entry in counted)
    return History(
        seconds_per_entry=max(1.0, seconds / len(counted)),
        items_per_entry=len(stored_items(day_files, enrichment)) / len(counted),
    )


def estimate(  # noqa: PLR0913 -- the cost of a run depends on all of it
    *,
    key: str,
    days: Sequence[date],
    missing: Sequence[date],
    stored: Sequence[DayFile],
    missing_seconds: int | None,
    people: Figure,
    toggl: TogglCalls,
    with_model: bool,
    written: Collection[str] = WRITTEN_BY_MODEL,
    settings: Settings,
    history: History,
) -> RunEstimate:
    """The cost of a run. `missing_seconds` is Toggl's own total over the missing days, None when it was not asked for."""
    entries = _entries(missing, missing_seconds, history)
    toggl_requests = _toggl_requests(toggl, entries, history.page_size or ASSUMED_PAGE_SIZE, downloads=bool(missing))
    stored_entries = sum(len(day_file.entries) for day_file in stored)
    items = _items(entries, stored, stored_entries, settings.enrichment, history)
    documents = items.value * (history.documents_per_item or ASSUMED_DOCUMENTS_PER_ITEM)
    rounds = 2 + math.ceil(documents / settings.fibery.documents_per_request) if items.value else 1
    is_asked = with_model and settings.reports.is_proven_language
    why_none = f"no model: its sentences cannot be checked in '{settings.reports.language}'" if with_model else "written without a model"
    if entries.is_exact and entries.value == stored_entries == 0:
        people = Figure(0, is_exact=True, source="nobody has entries")
    questions = math.ceil(items.value / people.value / items_per_question(settings.llm.max_output_tokens)) if people.value else 1
    own = people.value * max(1, questions) if INDIVIDUAL in written else 0
    calls = own + len(set(written) & set(WRITTEN_BY_MODEL) - {INDIVIDUAL}) if is_asked else 0
    per_call = history.input_tokens_per_call or ASSUMED_INPUT_TOKENS_PER_CALL
    out_per_call = history.output_tokens_per_call or settings.llm.max_output_tokens
    token_source = "tokens per call of the run before" if history.input_tokens_per_call else "assumed tokens per call"
    return RunEstimate(
        key=key,
        days=len(days),
        days_to_download=tuple(missing),
        entries=entries,
        toggl_requests=toggl_requests,
        toggl_minutes_by_plan={plan: minutes_for(toggl_requests.value, quota) for plan, quota in QUOTAS_PER_HOUR.items()},
        items=items,
        fibery_requests=Figure(1 + rounds, is_exact=False, source=f"schema, work items, texts of {items.value} items"),
        people=people,
        llm_calls=Figure(calls, not calls, _CALLS_SOURCE if is_asked else why_none),
        input_tokens=Figure(round(calls * per_call), is_exact=False, source=token_source),
        output_tokens=Figure(round(calls * out_per_call), is_exact=False, source=token_source),
        cost_usd=_cost_usd(calls * per_call, calls * out_per_call, settings) if calls else None,
    )


def _toggl_requests(toggl: TogglCalls, entries: Figure, page_size: int, *, downloads: bool) -> Figure:
    counts = {
        "look-ups": toggl.look_ups,
        f"pages of {page_size} rows": max(1, math.ceil(entries.value / page_size)) if downloads else 0,
        "totals": toggl.totals,
        "late edits": REQUESTS_OF_A_RECHECK if toggl.rechecks else 0,
    }
    source = ", ".join(f"{what} {count}" for what, count in counts.items() if count) or "none"
    # What was edited late is read again, and nobody knows before.
    return Figure(sum(counts.values()), is_exact=entries.is_exact and not toggl.rechecks, source=source)


def people_from_total(seconds: int, days: int) -> int:
    """How many people a total over some days stands for, at an assumed working week."""
    hours_per_week = seconds / SECONDS_PER_HOUR / max(1.0, days / 7)
    return math.ceil(hours_per_week / ASSUMED_HOURS_PER_PERSON_AND_WEEK)


def minutes_for(requests: int, quota_per_hour: int) -> int:
    """Whole minutes from the first request to the last at one request a second, with a full quota at the start."""
    full_hours = max(0, math.ceil(requests / quota_per_hour) - 1)
    rest = requests - full_hours * quota_per_hour
    return full_hours * 60 + math.ceil(rest / 60)


def _entries(missing: Sequence[date], missing_seconds: int | None, history: History) -> Figure:
    if not missing:
        return Figure(0, is_exact=True, source="every day is stored")
    if missing_seconds is None:
        return Figure(0, is_exact=False, source="not asked")
    per_entry = history.seconds_per_entry or ASSUMED_SECONDS_PER_ENTRY
    source = "Toggl's total, " + ("length of stored entries" if history.seconds_per_entry else "an assumed hour per entry")
    return Figure(math.ceil(missing_seconds / per_entry), is_exact=missing_seconds == 0, source=source)


def _items(entries: Figure, stored: Sequence[DayFile], stored_entries: int, enrichment: EnrichmentSettings, history: History) -> Figure:
    known = len(stored_items(stored, enrichment))
    if entries.value == 0:
        return Figure(known, is_exact=True, source="named by the stored entries")
    ratio = history.items_per_entry or ASSUMED_ITEMS_PER_ENTRY
    guessed = max(known, round((stored_entries + entries.value) * ratio))
    return Figure(
        guessed, is_exact=False, source="items per entry of stored days" if history.items_per_entry else "assumed items per entry"
    )


def _cost_usd(input_tokens: float, output_tokens: float, settings: Settings) -> float | None:
    price_in, price_out = settings.llm.usd_per_million_input_tokens, settings.llm.usd_per_million_output_tokens
    if price_in is None or price_out is None:
        return None
    return round((input_tokens * price_in + output_tokens * price_out) / 1_000_000, 4)
