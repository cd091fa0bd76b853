"""`plan` and `run --dry-run`: gather what is known, ask Toggl for one total, print the estimate. Nothing is written but caches."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from volt_assets.cli.asset_states import NOT_ASKED_FOR, SKIPS, asset_states, print_states, states_as_json
from volt_assets.cli.exit_codes import ExitCode
from volt_assets.cli.run_plan import RunPlan
from volt_assets.clients.toggl import TogglClient
from volt_assets.environment import llm_access, toggl_access
from volt_assets.errors import StoredDataError
from volt_assets.work_reports.asset_reads import READS
from volt_assets.work_reports.collect.day_store import DayStore, StoreSurvey
from volt_assets.work_reports.collect.people_directory import match_emails
from volt_assets.work_reports.collect.proving import is_proven, without_gaps
from volt_assets.work_reports.collect.recheck import recheck_span
from volt_assets.work_reports.collect.workspace import FRESH_FOR, load_workspace, read_workspace
from volt_assets.work_reports.models import DayFile
from volt_assets.work_reports.range_key import MAXIMUM_DAYS, RangeKey
from volt_assets.work_reports.run_estimate import Figure, History, RunEstimate, TogglCalls, estimate, history_of, people_from_total
from volt_assets.work_reports.run_record import RunRecord
from volt_assets.work_reports.staleness import FROM_OUTSIDE

if TYPE_CHECKING:
    from volt_assets.cli.console import Console
    from volt_assets.cli.run_choice import Choice
    from volt_assets.settings import Settings
    from volt_assets.work_reports.data_folder import DataFolder
from volt_assets.work_reports.subjects.hiding_toggl import HidingToggl
from volt_assets.work_reports.subjects.suppression import read_suppression

# Enough to know a team's habits, little enough to read at once.
_RUNS_LISTED = 4
_HISTORY_DAYS = 28
_LOOK_UPS = 3


def print_plan(choice: Choice, console: Console, *, as_json: bool) -> ExitCode:
    """Print what the run would do and cost."""
    states = asset_states(choice, choice.judged())
    # The services behind what comes from outside are looked up and asked, whatever is stored.
    chosen = [one for one in states if one.run != NOT_ASKED_FOR]
    asked = tuple(one.asset for one in chosen if one.run != SKIPS or one.asset in FROM_OUTSIDE)
    plan = replace(choice.plan, assets=asked)
    found = asyncio.run(_estimate(plan, choice.around.key, choice.settings, choice.data, choice.now))
    if as_json:
        console.json({**_as_json(found), "assets": states_as_json(states)})
    else:
        _print(found, console, has_model=found.llm_calls.value > 0)
        console.data("")
        print_states(states, console)
    return ExitCode.OK


async def _estimate(plan: RunPlan, key: RangeKey, settings: Settings, data: DataFolder, now: Callable[[], datetime]) -> RunEstimate:
    store, from_toggl = DayStore.of(data), "raw_toggl_data" in plan.assets
    survey = store.survey(key.days, now=now())
    missing = survey.missing if from_toggl else ()
    span = await _span_seconds(plan, settings, data, missing, now) if from_toggl else None
    seconds = max(0, span - _stored_seconds(store, missing)) if span is not None else None
    emails = frozenset(plan.users) or data.scope_emails(key, settings)
    stored = _of_people([day for day in _stored(store, key.days) if day.day not in set(missing)], emails, data)
    tracked = {entry.user_id for day in stored for entry in day.entries}
    people = Figure(len(tracked), is_exact=not missing, source="stored entries")
    if missing:
        people = (
            _people(data, people, seconds or 0, len(missing))
            if emails is None
            else Figure(len(emails), is_exact=False, source="people asked for")
        )
    writes = plan.use_model and any(READS[asset].asks_a_model for asset in plan.assets)
    found = estimate(
        key=str(key),
        days=key.days,
        missing=missing,
        stored=stored,
        missing_seconds=seconds,
        people=people,
        toggl=_toggl_calls(survey, store, data, settings, now()) if from_toggl else TogglCalls(0, 0, rechecks=False),
        with_model=writes and llm_access(os.environ, settings.llm.model) is not None,
        written=plan.assets,
        settings=settings,
        history=_history(key, store, settings, data),
    )
    return found if "enriched_entities" in plan.assets else replace(found, fibery_requests=Figure(0, is_exact=True, source="not asked"))


def _toggl_calls(survey: StoreSurvey, store: DayStore, data: DataFolder, settings: Settings, now: datetime) -> TogglCalls:
    unproven = {head.day for head in survey.stored if not is_proven(head)}
    known = [head.day for head in survey.stored]
    return TogglCalls(
        look_ups=_look_ups(data, now),
        totals=len(without_gaps(sorted({*survey.missing, *unproven}), MAXIMUM_DAYS)),
        rechecks=bool(recheck_span(known, store, now=now, horizon_days=settings.toggl.recheck_days).proven),
    )


def _of_people(days: Sequence[DayFile], emails: frozenset[str] | None, data: DataFolder) -> list[DayFile]:
    """The days with the entries of these people alone; of everybody when nobody has looked up yet who they are."""
    workspace = read_workspace(data.cache("people.json"))
    if emails is None or workspace is None:
        return list(days)
    wanted = {person.user_id for person in workspace.people if person.email and person.email.lower() in emails}
    return [day.model_copy(update={"entries": tuple(entry for entry in day.entries if entry.user_id in wanted)}) for day in days]


async def _span_seconds(
    plan: RunPlan, settings: Settings, data: DataFolder, missing: Sequence[date], now: Callable[[], datetime]
) -> int | None:
    """Toggl's own total from the first to the last missing day. Raises UsageError for somebody in `--users` whom Toggl does not know."""
    # Who only asks what a run would cost does not wait for a quota.
    toggl = settings.toggl.model_copy(update={"quota_patience_seconds": 0})
    client = TogglClient(toggl_access(os.environ), settings=toggl, retries=settings.retries, pace=settings.pace, now=now)
    async with client:
        source = HidingToggl(client, read_suppression(data.suppressed))
        if plan.users:
            workspace = await load_workspace(source, data.cache("people.json"), now=now)
            match_emails(plan.users, workspace.people)
        # The one cheap request: a total costs the same for a day and for a year.
        return await source.total_seconds(missing[0], missing[-1]) if missing else None


def _stored_seconds(store: DayStore, missing: Sequence[date]) -> int:
    """The time of the stored days between the missing ones."""
    between = [day for day in _days_before(missing[-1], (missing[-1] - missing[0]).days) if day not in set(missing)] if missing else []
    return sum(entry.seconds or 0 for day in _stored(store, between) for entry in day.entries if not entry.is_running)


def _look_ups(data: DataFolder, now: datetime) -> int:
    """Workspace, people and zones; people that were looked up today are known."""
    workspace = read_workspace(data.cache("people.json"))
    is_fresh = workspace is not None and timedelta(0) <= now - workspace.checked_at < FRESH_FOR
    return 1 if is_fresh else _LOOK_UPS


def _people(data: DataFolder, stored: Figure, seconds: int, days: int) -> Figure:
    workspace = read_workspace(data.cache("people.json"))
    if workspace is None:
        guessed = max(stored.value, people_from_total(seconds, days))
        return Figure(guessed, is_exact=False, source="Toggl's total, an assumed working week")
    active = sum(person.is_active for person in workspace.people)
    return Figure(max(active, stored.value), is_exact=False, source="active people of the workspace")


def _history(key: RangeKey, store: DayStore, settings: Settings, data: DataFolder) -> History:
    recent = _stored(store, _days_before(key.end, _HISTORY_DAYS))
    history = history_of(recent, settings.enrichment)
    record = RunRecord(data.of_range(str(key)), now=lambda: datetime.now(UTC)).read()
    if record is not None and record.usage.llm_requests:
        calls = record.usage.llm_requests
        history = replace(
            history,
            input_tokens_per_call=record.usage.input_tokens / calls or None,
            output_tokens_per_call=record.usage.output_tokens / calls or None,
        )
    if record is not None and (size := record.statistics.get("page_size")):
        history = replace(history, page_size=int(size))
    return history


def _stored(store: DayStore, days: Sequence[date]) -> list[DayFile]:
    """The stored days that can be read; the others will be downloaded again, and the survey has counted them."""
    found = []
    for day in days:
        try:
            day_file = store.read(day)
        except StoredDataError:
            continue  # counted as missing by the survey
        if day_file is not None:
            found.append(day_file)
    return found


def _days_before(end: date, count: int) -> Sequence[date]:
    return [end - timedelta(days=offset) for offset in range(count)]


def _print(found: RunEstimate, console: Console, *, has_model: bool) -> None:
    missing = found.days_to_download
    runs = [f"{run[0]} to {run[-1]}" if len(run) > 1 else str(run[0]) for run in without_gaps(missing, MAXIMUM_DAYS)]
    listed = ", ".join(runs[:_RUNS_LISTED]) + (f" and {len(runs) - _RUNS_LISTED} more" if len(runs) > _RUNS_LISTED else "") or "none"
    rows: list[tuple[str, str, str]] = [
        ("days of the report", str(found.days), ""),
        ("days to download", str(len(missing)), listed),
        ("entries to download", _shown(found.entries), found.entries.source),
        ("Toggl requests", _shown(found.toggl_requests), found.toggl_requests.source),
    ]
    rows += [
        (f"time on Toggl {plan}", _duration(minutes), "with a full quota at the start")
        for plan, minutes in found.toggl_minutes_by_plan.items()
    ]
    rows += [
        ("work items", _shown(found.items), found.items.source),
        ("Fibery requests", _shown(found.fibery_requests), found.fibery_requests.source),
        ("individual reports", _shown(found.people), found.people.source),
        ("model calls", _shown(found.llm_calls), found.llm_calls.source),
    ]
    if has_model:
        cost = "unknown" if found.cost_usd is None else f"{found.cost_usd:.2f} USD"
        why = "set llm.usd_per_million_input_tokens and …output_tokens" if found.cost_usd is None else "configured prices"
        rows += [
            ("tokens in", _shown(found.input_tokens), found.input_tokens.source),
            ("tokens out", _shown(found.output_tokens), found.output_tokens.source),
            ("money", cost, why),
        ]
    console.table(f"Plan for {found.key} (≈ is an estimate)", ("what", "how much", "from"), rows)


def _shown(figure: Figure) -> str:
    return f"{figure.value:,}" if figure.is_exact else f"≈ {figure.value:,}"


def _duration(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest:02d} min" if hours else f"{rest} min"


def _as_json(found: RunEstimate) -> dict[str, Any]:
    return {**asdict(found), "days_to_download": [day.isoformat() for day in found.days_to_download]}
