"""What came of a run: the headline table and the paths of the reports on standard output, the verdict as an exit code."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from volt_assets.cli.exit_codes import ExitCode
from volt_assets.cli.skipped import say_skipped
from volt_assets.work_reports.models import TogglAggregated
from volt_assets.work_reports.models.run_metadata import Usage
from volt_assets.work_reports.range_key import is_list_of_users
from volt_assets.work_reports.report.figures import added
from volt_assets.work_reports.report.work import distinct_names, shown_hours
from volt_assets.work_reports.report_set import Makers, makers, report_files
from volt_assets.work_reports.run_record import RunRecord

if TYPE_CHECKING:
    from collections.abc import Sequence

    from volt_assets.cli.console import Console
    from volt_assets.cli.execute import RunEnd
    from volt_assets.cli.run_plan import RunPlan
    from volt_assets.resilience.atomic_file import AnyPath
    from volt_assets.work_reports.data_folder import DataFolder
    from volt_assets.work_reports.models.run_metadata import RunMetadata

CODES = {
    "completed": ExitCode.OK,
    "incomplete": ExitCode.INCOMPLETE,
    "waiting": ExitCode.WAITING,
    "canceled": ExitCode.CANCELED,
    "failed": ExitCode.FAILED,
    "in_progress": ExitCode.FAILED,
}

_LEFT: dict[Makers, str] = {
    "nobody": "there are no reports of this range yet",
    "an earlier run": "the previous reports are as they were",
    "this run": "the reports it had written by then are there, the others are missing",
    "both": "some reports are new, the others those of an earlier run: run the same command again",
}


def report_outcome(plan: RunPlan, end: RunEnd, data: DataFolder, console: Console, *, as_json: bool) -> ExitCode:
    """Print the outcome of the plan's run and return the exit code. `end` counts when the run left no record of its own."""
    folder = data.of_range(plan.key)
    record = RunRecord(folder, now=lambda: datetime.now(UTC)).read()
    if record is None or record.run_id != plan.run_id:
        return _report_without_record(plan, end, folder, console)
    if as_json:
        console.json({**_as_json(record, folder), "made": plan.assets, "skipped": plan.skipped})
    elif record.status in ("completed", "incomplete"):
        _print_headline(folder, record, console)
    _say_verdict(record, folder, console)
    return CODES[record.status]


def report_nothing_to_do(plan: RunPlan, data: DataFolder, console: Console, *, as_json: bool) -> ExitCode:
    """Print what is there already, and that all of it is fresh."""
    folder = data.of_range(plan.key)
    record = RunRecord(folder, now=lambda: datetime.now(UTC)).read()
    if as_json and record is not None:
        console.json({**_as_json(record, folder), "usage": Usage(**plan.checks).model_dump(), "made": [], "skipped": plan.skipped})
    elif record is not None and (folder / "toggl_aggregated.json").is_file():
        _print_headline(folder, record, console)
    say_skipped(plan.skipped, console)
    console.say(f"nothing to do · {_requests(Usage(**plan.checks))} · all {len(plan.skipped)} assets are fresh; --force makes them again")
    return ExitCode.OK


def _report_without_record(plan: RunPlan, end: RunEnd, folder: AnyPath, console: Console) -> ExitCode:
    """A run that ended before its first step."""
    is_canceled = end.status == "canceled"
    if is_canceled:
        console.say("canceled before the first step")
    elif end.reason is not None:
        console.error(f"the run ended before its first step: {end.reason}", end.hint)
    else:
        console.error("the run ended before its first step", "the log of the run in the UI has the details: volt-agent ui")
    console.say(_reports_left(folder, plan.run_id))
    console.say(f"{'canceled' if is_canceled else 'failed'} · {_requests(Usage(**plan.checks))} · run {plan.run_id}")
    return ExitCode.CANCELED if is_canceled else ExitCode.FAILED


def _as_json(record: RunMetadata, folder: AnyPath) -> dict[str, Any]:
    return {
        "run_id": record.run_id,
        "key": record.key,
        "status": record.status,
        "folder": str(folder),
        "reports": [str(folder / file.path) for file in record.report_set.files if file.path.endswith(".md")],
        "usage": record.usage.model_dump(),
        "statistics": record.statistics,
        "error": record.error.model_dump(mode="json") if record.error else None,
    }


def _print_headline(folder: AnyPath, record: RunMetadata, console: Console) -> None:
    aggregated = TogglAggregated.model_validate_json((folder / "toggl_aggregated.json").read_bytes())
    # Rounded as in the reports, so that the columns add up and both say the same.
    shown, names = shown_hours(aggregated.people), distinct_names([*aggregated.people, *aggregated.people_without_time])
    rows: list[tuple[str, str, str, str, int]] = []
    for person in aggregated.people:
        on_items, other = shown[person.user_id]
        rows.append((names[person.user_id], str(added([on_items, other])), str(on_items), str(other), len(person.items)))
    items, rest = added([items for items, _ in shown.values()]), added([other for _, other in shown.values()])
    rows.append(("Team", str(added([items, rest])), str(items), str(rest), aggregated.statistics.unique_items))
    period = f"{aggregated.start_date} to {aggregated.end_date}{', in progress' if aggregated.in_progress else ''}"
    console.table(period, ("person", "hours", "on items", "other", "items"), rows)
    if is_list_of_users(aggregated.scope) and aggregated.people_without_time:
        console.note(f"no time tracked: {', '.join(names[person.user_id] for person in aggregated.people_without_time)}")
    console.data("")
    for path in _paths_to_read([file.path for file in record.report_set.files]):
        console.data(str(folder / path))


def _paths_to_read(paths: Sequence[str]) -> list[str]:
    """The page and the report of the team first: they lead to all the others."""
    listed = [path for path in paths if path.endswith(".md") or path == "reports/report.html"]
    first = ("reports/report.html", "reports/team_summary.md")
    return sorted(listed, key=lambda path: (first.index(path) if path in first else len(first), path.count("/"), path))


def _say_verdict(record: RunMetadata, folder: AnyPath, console: Console) -> None:
    for text in record.warnings:
        console.warning(text)
    if record.error is not None and record.status in ("failed", "waiting"):
        console.error(record.error.message, record.error.hint)
        if record.error.resets_at is not None:
            console.say(f"the quota resets at {record.error.resets_at:%Y-%m-%d %H:%M} UTC; the same command then goes on")
    elif record.status == "incomplete":
        if not record.statistics.get("is_reconciled", True):
            console.warning("finished, but Toggl's total is not proven for every day: the reports say which")
        if waiting := record.statistics.get("dead_lettered_items"):
            console.warning(f"finished, but {waiting} work items could not be fetched: volt-agent dead-letters list")
    if record.status not in ("completed", "incomplete"):
        console.say(_reports_left(folder, record.run_id))
    console.say(f"{record.status} · {_requests(record.usage)} · run {record.run_id}")


def _reports_left(folder: AnyPath, run_id: str) -> str:
    """Which reports a run that ended early leaves to read."""
    return _LEFT[makers(report_files(folder), run_id)]


def _requests(spent: Usage) -> str:
    model = f", {spent.llm_requests} model requests" if spent.llm_requests else ""
    return f"requests: {spent.toggl_requests} Toggl, {spent.fibery_requests} Fibery{model}"
