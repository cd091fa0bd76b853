"""The long form of one run, for `show-run`: what was asked for, what happened, what came of it.

Belongs here: turning run_metadata.json (models/run_metadata.py) into text. Reading the file does not; neither does JSON.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from typing import Any

from volt_assets.cli.durations import human_duration
from volt_assets.cli.run_listing import describes, duration_seconds, human_time, status_word
from volt_assets.cli.terminal_text import one_line
from volt_assets.cli.text_table import Cell, text_table

Facts = Sequence[tuple[str, Cell]]
_INDENT = "  "
_STEP_COLUMNS = ("Stage", "Step", "Status", "Started", "Duration", "Toggl requests", "Fibery requests", "Model requests")


def run_story(
    run: Mapping[str, Any],
    metadata: Mapping[str, Any] | None,
    *,
    now: datetime,
    zone: tzinfo = UTC,
    checks: Sequence[Mapping[str, Any]] = (),
    later_run_id: str | None = None,
) -> str:
    """Everything known of a run (a mapping as in run_listing.py), in sections; `metadata` is its record, as in run_metadata.json.

    `checks` are those of run_lookup.check_results, `later_run_id` is the run that has made the range's files since. Times are in `zone`.
    Sections without content are left out.
    """
    note = [f"A later run of the range is the latest: {one_line(later_run_id)}."] if later_run_id else []
    if metadata is None or not describes(metadata, run):
        lines = ["", *note, "No record of this run is kept any more."] if note else []
        return "\n".join([*_facts(_head(run, {}, now, zone)), *lines, *_titled("Checks", _checks(checks)), *_error(run.get("error"), zone)])
    sections = [
        _facts(_head(run, metadata, now, zone)),
        _titled("Asked for", _facts(_asked_for(metadata.get("parameters") or {}))),
        _titled(f"Steps (times in {zone})", _steps(metadata, now, zone)),
        _titled("Checks", _checks(checks)),
        _titled("Warnings", [one_line(str(text)) for text in metadata.get("warnings") or ()]),
        _titled("Figures", _facts([_figure(name, value) for name, value in (metadata.get("statistics") or {}).items()])),
        _titled("Versions", _facts(list((metadata.get("versions") or {}).items()))),
        _report_set(metadata.get("report_set") or {}, _report_folder(run, metadata)),
        ["", *note] if note else [],
        _error(metadata.get("error") or run.get("error"), zone),
    ]
    return "\n".join(line for section in sections for line in section)


def _head(run: Mapping[str, Any], metadata: Mapping[str, Any], now: datetime, zone: tzinfo) -> Facts:
    return [
        ("run", run.get("run_id")),
        ("report", run.get("key") or metadata.get("key")),
        ("status", status_word(run.get("status") or metadata.get("status"))),
        ("started", _zoned(run.get("started_at") or metadata.get("created_at"), zone)),
        ("finished", _zoned(run.get("finished_at") or metadata.get("finished_at"), zone)),
        ("duration", human_duration(duration_seconds({**_times(metadata), **_present(run)}, now=now))),
        ("data as of", _zoned(metadata.get("data_as_of"), zone)),
        ("stages completed", ", ".join(metadata.get("stages_completed") or ()) or None),
        ("stages failed", ", ".join(metadata.get("stages_failed") or ()) or None),
        # What was asked for says the same, when it is known.
        ("started by", None if metadata else run.get("launcher")),
        ("data folder", None if metadata else run.get("data_dir")),
    ]


def _asked_for(parameters: Mapping[str, Any]) -> Facts:
    people = ", ".join(parameters.get("users_filter") or ()) or parameters.get("scope") or "everybody"
    overrides = ", ".join(f"{key}={_plain(value)}" for key, value in (parameters.get("overrides") or {}).items())
    first, last = parameters.get("start_date"), parameters.get("end_date")
    return [
        ("period", f"{first} to {last}" if first and last else None),
        ("people", people if parameters else None),
        ("start from", parameters.get("start_from")),
        ("prose by", (parameters.get("model") or "Volt itself, no language model") if parameters else None),
        ("overrides", overrides or None),
        ("output folder", parameters.get("output_dir")),
        ("started by", parameters.get("launcher")),
    ]


def _steps(metadata: Mapping[str, Any], now: datetime, zone: tzinfo) -> list[str]:
    steps = metadata.get("steps") or ()
    if not steps:
        return []
    checks = metadata.get("checks") or {}
    before = [["-", "checks before the run", "completed", *[None] * 2, *_requests(checks)]] if any(checks.values()) else []
    rows = [*before, *(_step_row(step, now, zone) for step in steps)]
    begun = {step.get("asset") for step in steps}
    rows += [["-", name, "not begun", *[None] * 5] for name in metadata.get("planned") or () if name not in begun]
    total = metadata.get("usage") or {}
    rows.append(["", "all", *[""] * 3, *_requests(total)])
    columns: tuple[str, ...] = _STEP_COLUMNS
    if any(_tokens(step.get("usage") or {}) for step in steps):
        columns = (*columns, "Tokens", "USD")
        spent_by = {step.get("asset"): step.get("usage") or {} for step in steps} | {"all": total}
        rows = [[*row, *_tokens_and_money(spent_by.get(str(row[1]), {}))] for row in rows]
    lines = text_table(columns, rows)
    tokens = total.get("input_tokens") or total.get("output_tokens")
    spent = [f"tokens: {total.get('input_tokens', 0)} in, {total.get('output_tokens', 0)} out{_money(total)}"] if tokens else []
    return [*lines, *spent]


def _tokens(usage: Mapping[str, Any]) -> int:
    return int(usage.get("input_tokens") or 0) + int(usage.get("output_tokens") or 0)


def _tokens_and_money(usage: Mapping[str, Any]) -> list[Cell]:
    return [_tokens(usage) or None, f"{usage['cost_usd']:.4f}" if usage.get("cost_usd") else None]


def _checks(checks: Sequence[Mapping[str, Any]]) -> list[str]:
    """A line per check; what did not hold comes with its figures."""
    rows: list[list[Cell]] = []
    for check in checks:
        verdict = "passed" if check.get("passed") else "warning" if check.get("severity") == "WARN" else "failed"
        figures = ", ".join(f"{name} {value}" for name, value in (check.get("figures") or {}).items())
        rows.append([str(check.get("name")).replace("_", " "), verdict, one_line(figures)])
    return text_table(("Check", "Result", "Figures"), rows) if rows else []


def _money(usage: Mapping[str, Any]) -> str:
    return f", {usage['cost_usd']:.4f} USD" if usage.get("cost_usd") else ""


def _step_row(step: Mapping[str, Any], now: datetime, zone: tzinfo) -> list[Cell]:
    return [
        step.get("stage"),
        step.get("asset"),
        status_word(step.get("status")),
        human_time(step.get("started_at"), zone, form="%H:%M:%S"),
        human_duration(duration_seconds(step, now=now)),
        *_requests(step.get("usage") or {}),
    ]


def _requests(usage: Mapping[str, Any]) -> list[Cell]:
    return [usage.get(f"{service}_requests", 0) for service in ("toggl", "fibery", "llm")]


def _report_folder(run: Mapping[str, Any], metadata: Mapping[str, Any]) -> str:
    data = run.get("data_dir") or (metadata.get("parameters") or {}).get("output_dir")
    return f" in {one_line(str(data)).rstrip('/')}/work_reports/{one_line(str(metadata.get('key')))}" if data else ""


def _report_set(report_set: Mapping[str, Any], in_folder: str) -> list[str]:
    state = report_set.get("state")
    if not state:
        return []
    reason = f": {one_line(report_set['reason'])}" if report_set.get("reason") else ""
    return _titled(f"Reports{in_folder} ({one_line(state)}{reason})", _paths(report_set) or ["none"])


def _paths(report_set: Mapping[str, Any]) -> list[str]:
    return [one_line(file.get("path", "")) for file in report_set.get("files") or ()] + [*map(one_line, report_set.get("data_files") or ())]


def _error(error: Any, zone: tzinfo) -> list[str]:
    if not error:
        return []
    if not isinstance(error, Mapping):
        return ["", f"error: {one_line(str(error))}"]
    where = f"{one_line(error['step'])}: " if error.get("step") else ""
    resets_at = _zoned(error.get("resets_at"), zone)
    waits = [f"quota resets at {resets_at}"] if resets_at else []
    hint = [f"hint: {one_line(error['hint'])}"] if error.get("hint") else []
    return ["", f"error: {where}{one_line(str(error.get('message', '')))}", *waits, *hint]


def _titled(title: str, lines: Sequence[str]) -> list[str]:
    return ["", title, *[_INDENT + line for line in lines]] if lines else []


def _facts(facts: Facts) -> list[str]:
    """Names and values in two columns; what is not known is left out."""
    present = [(name, one_line(str(value))) for name, value in facts if value is not None]
    width = max((len(name) for name, _ in present), default=0)
    return [f"{name:<{width}}  {value}" for name, value in present]


def _zoned(value: Any, zone: tzinfo) -> str | None:
    time = human_time(value, zone)
    return f"{time} ({zone})" if time else None


def _plain(value: Any) -> str | None:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return None if value is None else str(value)


def _figure(name: str, value: Any) -> tuple[str, Cell]:
    words = name.replace("_", " ")
    if words.endswith(" seconds") and isinstance(value, int | float):
        return words.removesuffix(" seconds"), f"{value / 3600:.2f} h"
    return words, _plain(value)


def _times(metadata: Mapping[str, Any]) -> dict[str, Any]:
    return {"started_at": metadata.get("created_at"), "finished_at": metadata.get("finished_at"), "status": metadata.get("status")}


def _present(run: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in run.items() if value is not None}
