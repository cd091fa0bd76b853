"""What a step does around its body, whatever the body is: progress, figures, the record, failures, cancellation."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from volt_assets.definitions import build_defs
from volt_assets.errors import PermanentError, QuotaExhaustedError
from volt_assets.io_managers import local_data
from volt_assets.resilience.time_limit import RUN_LIMITS, TimeLimit
from volt_assets.resources import VoltResource
from volt_assets.work_reports.automation import RANGES, RANGES_NAME
from volt_assets.work_reports.models import TogglAggregated
from volt_assets.work_reports.models.run_metadata import RunMetadata, Usage
from volt_assets.work_reports.record_watcher import RecordWatcher
from volt_assets.work_reports.run_record import RunRecord
from volt_assets.work_reports.run_spending import CHECKS_SPENT, unrecorded
from volt_assets.work_reports.steps import Step, as_dagster_failure, step
from volt_assets_tests.pipeline import QUIET, WEEK, ClockedVolt, record_of, run_job

Body = Callable[[Step], dg.Output[Any]]


def run_step(body: Body, *, asset: str = "toggl_aggregated", key: str = WEEK, **arguments: Any) -> dg.ExecuteInProcessResult:
    """Run `body` as the only step of a run."""

    @dg.asset(name=asset, key_prefix="work_reports", partitions_def=RANGES, io_manager_key="files")
    def one(context: dg.AssetExecutionContext, volt: VoltResource) -> dg.Output[Any]:
        with step(context, volt, asset) as current:
            return body(current)

    instance = arguments.pop("instance", None) or dg.DagsterInstance.ephemeral()
    instance.add_dynamic_partitions(RANGES_NAME, [key])
    resources = {"volt": ClockedVolt(), "files": local_data("volt_json", [RecordWatcher(ClockedVolt())])}
    return dg.materialize(
        [one], partition_key=key, instance=instance, resources=resources, run_config=QUIET, raise_on_error=False, **arguments
    )


def progress_of(data: Path, run_id: str) -> list[dict[str, Any]]:
    path = data / ".volt" / "progress" / f"{run_id}.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()]


def done(current: Step) -> dg.Output[Any]:
    return current.text_output("text", "0123456789abcdef")


def test_a_step_tells_how_far_it_is(environment: Path) -> None:
    def body(current: Step) -> dg.Output[Any]:
        current.tell("people", 1, 2)
        return done(current)

    result = run_step(body)
    lines = progress_of(environment, result.run_id)
    assert [line["event"] for line in lines] == ["step_started", "step_progress", "step_finished"]
    assert {(line["stage"], line["step"]) for line in lines} == {("collect", "toggl_aggregated")}
    assert (lines[0]["run_id"], lines[0]["key"]) == (result.run_id, WEEK)
    assert (lines[1]["type"], lines[1]["done"], lines[1]["total"]) == ("people", 1, 2)


def test_figures_and_costs_reach_the_record_and_the_plots(environment: Path) -> None:
    def body(current: Step) -> dg.Output[Any]:
        current.figures(hours=1.5, is_reconciled=True, quota_left=None)
        current.spent(toggl_requests=2)
        current.spent(toggl_requests=1, fibery_requests=4)
        return done(current)

    result = run_step(body)
    record = record_of(environment)
    assert record.usage == record.steps[0].usage == Usage(toggl_requests=3, fibery_requests=4)
    assert record.statistics == {"hours": 1.5, "is_reconciled": True, "quota_left": None}
    [event] = result.get_asset_materialization_events()
    plots = {name: value.value for name, value in event.materialization.metadata.items()}
    # The IO manager adds where the file lies.
    del plots["path"]
    assert plots == {"hours": 1.5, "is_reconciled": True, "toggl_requests": 3, "fibery_requests": 4}
    assert (event.materialization.tags or {})["dagster/data_version"] == "0123456789abcdef"


def test_a_document_names_the_range_the_run_and_the_code(environment: Path, week: Any) -> None:
    document = TogglAggregated.model_validate_json((week.data / "work_reports" / WEEK / "toggl_aggregated.json").read_bytes())
    seen: list[Step] = []

    def body(current: Step) -> dg.Output[Any]:
        seen.append(current)
        return current.output(document)

    result = run_step(body)
    assert (seen[0].origin.key, seen[0].origin.run_id) == (WEEK, result.run_id)
    assert record_of(environment).data_as_of == document.data_as_of


def failed(environment: Path, error: BaseException) -> tuple[dg.ExecuteInProcessResult, RunMetadata]:
    def body(current: Step) -> dg.Output[Any]:
        current.spent(toggl_requests=1)
        raise error

    result = run_step(body)
    assert not result.success
    return result, record_of(environment)


def test_what_a_coroutine_trips_over_after_its_loop_has_ended_is_no_failure(environment: Path) -> None:
    async def wait(context: dg.AssetExecutionContext, volt: VoltResource) -> None:
        with step(context, volt, "toggl_aggregated"):
            try:
                await asyncio.sleep(3600)
            finally:
                raise RuntimeError("no event loop to close a connection in")

    @dg.asset(name="toggl_aggregated", key_prefix="work_reports", partitions_def=RANGES, io_manager_key="files")
    def one(context: dg.AssetExecutionContext, volt: VoltResource) -> None:
        loop, work = asyncio.new_event_loop(), wait(context, volt)
        left = loop.create_task(work)
        loop.run_until_complete(asyncio.sleep(0))
        with pytest.raises(RuntimeError, match="no event loop"):
            work.close()
        assert record_of(environment).status == "canceled"
        loop.close()
        del left

    instance = dg.DagsterInstance.ephemeral()
    instance.add_dynamic_partitions(RANGES_NAME, [WEEK])
    resources = {"volt": ClockedVolt(), "files": local_data("volt_json", [RecordWatcher(ClockedVolt())])}
    assert dg.materialize([one], partition_key=WEEK, instance=instance, resources=resources, run_config=QUIET).success


def test_an_error_of_ours_becomes_a_failure_with_its_hint_which_nothing_repeats(environment: Path) -> None:
    result, record = failed(environment, PermanentError("it is gone", hint="look elsewhere"))
    [event] = [event for event in result.all_events if event.is_step_failure]
    failure = event.step_failure_data.user_failure_data
    assert failure is not None
    assert failure.description == "it is gone Hint: look elsewhere."
    assert failure.metadata["error"].value == "PermanentError"
    assert record.error is not None
    assert (record.status, record.error.message, record.error.hint) == ("failed", "it is gone", "look elsewhere")
    assert record.usage.toggl_requests == 1
    last = progress_of(environment, result.run_id)[-1]
    assert (last["event"], last["status"], last["message"]) == ("step_failed", "failed", "it is gone")


def test_any_other_error_is_told_by_its_name_only(environment: Path) -> None:
    result, record = failed(environment, RuntimeError("Authorization: Basic c2VjcmV0"))
    assert "c2VjcmV0" not in record.model_dump_json()
    assert progress_of(environment, result.run_id)[-1]["message"] == "RuntimeError"


def test_a_used_up_quota_is_waiting_and_the_run_says_so(environment: Path) -> None:
    instance = dg.DagsterInstance.ephemeral()
    until = ClockedVolt().now()

    def body(_current: Step) -> dg.Output[Any]:
        raise QuotaExhaustedError("used up", resets_at=until)

    result = run_step(body, instance=instance)
    record = record_of(environment)
    assert record.error is not None
    assert (record.status, record.error.resets_at) == ("waiting", until)
    run = instance.get_run_by_id(result.run_id)
    assert run is not None
    assert run.tags["volt/outcome"] == "waiting"


def test_an_unproven_total_is_incomplete_and_the_run_says_so(environment: Path) -> None:
    instance = dg.DagsterInstance.ephemeral()

    def body(current: Step) -> dg.Output[Any]:
        current.figures(is_reconciled=False)
        return done(current)

    result = run_step(body, instance=instance)
    run = instance.get_run_by_id(result.run_id)
    assert run is not None
    assert (record_of(environment).status, run.tags["volt/outcome"]) == ("incomplete", "incomplete")


def test_an_inherited_outcome_is_replaced(environment: Path) -> None:
    """Dagster copies the tags of a run that is executed again."""
    instance = dg.DagsterInstance.ephemeral()
    result = run_step(done, instance=instance, tags={"volt/outcome": "waiting"})
    run = instance.get_run_by_id(result.run_id)
    assert run is not None
    assert (record_of(environment).status, run.tags["volt/outcome"]) == ("completed", "completed")


def test_an_interrupted_step_is_recorded_as_canceled(environment: Path) -> None:
    def body(current: Step) -> dg.Output[Any]:
        current.spent(toggl_requests=2)
        raise dg.DagsterExecutionInterruptedError

    assert not run_step(body).success
    record = record_of(environment)
    assert (record.status, record.steps[0].status) == ("canceled", "canceled")
    assert record.usage == record.steps[0].usage == Usage(toggl_requests=2)


def test_an_interrupted_step_of_a_run_past_its_limit_says_that_the_limit_ended_it(environment: Path) -> None:
    def body(current: Step) -> dg.Output[Any]:
        RUN_LIMITS[current.context.run.run_id] = TimeLimit(0)
        current.spent(toggl_requests=2)
        raise dg.DagsterExecutionInterruptedError

    assert not run_step(body).success
    record = record_of(environment)
    assert record.error is not None
    assert (record.status, record.usage.toggl_requests) == ("failed", 2)
    assert record.error.message.startswith("the run took longer than its limit")


def test_a_step_that_is_left_where_it_was_can_still_be_counted(environment: Path) -> None:
    """An interruption leaves a coroutine suspended: it notes nothing itself."""

    def body(current: Step) -> dg.Output[Any]:
        current.spent(fibery_requests=1)
        run_id = current.context.run.run_id
        RunRecord(current.data.of_range(WEEK), now=current.volt.now).run_was_canceled(run_id, unrecorded(run_id))
        raise dg.DagsterExecutionInterruptedError  # what it says too late changes nothing

    assert not run_step(body).success
    record = record_of(environment)
    assert (record.status, record.usage.fibery_requests) == ("canceled", 1)


def test_the_requests_of_the_checks_before_a_run_are_its_own(stored_week: Path) -> None:
    environment, run_id = stored_week, "00000000-0000-4000-8000-000000000001"
    CHECKS_SPENT[run_id] = Usage(toggl_requests=3, fibery_requests=1)
    run_job(assets=["toggl_aggregated"], run_id=run_id)
    record = record_of(environment)
    assert (record.run_id, record.checks, record.usage) == (run_id, CHECKS_SPENT[run_id], CHECKS_SPENT[run_id])


def lock_note(data: Path) -> bytes:
    return (data / ".volt" / "locks" / f"{WEEK}.lock").read_bytes()


@pytest.mark.parametrize("ending", [None, PermanentError("gone"), dg.DagsterExecutionInterruptedError()])
def test_a_run_gives_its_range_back_when_it_is_over_however_it_was_started(environment: Path, ending: BaseException | None) -> None:
    """The process of a run that Dagster started may be another machine's: nobody here could tell that it is gone."""
    held: list[bytes] = []

    def body(current: Step) -> dg.Output[Any]:
        held.append(lock_note(environment))
        if ending is not None:
            raise ending
        return done(current)

    run_step(body, asset="team_summary")
    assert b'"pid"' in held[0]
    assert lock_note(environment) == b""


def test_a_range_is_held_between_the_steps_of_a_run(stored_week: Path) -> None:
    owners: list[str] = []

    @dg.success_hook
    def look(_context: dg.HookContext) -> None:
        note = lock_note(stored_week)
        owners.append(json.loads(note)["name"] if note else "nobody")

    job = build_defs(volt=ClockedVolt()).resolve_job_def("work_reports").with_hooks({look})
    instance = dg.DagsterInstance.ephemeral()
    instance.add_dynamic_partitions(RANGES_NAME, [WEEK])
    both = [dg.AssetKey(["work_reports", name]) for name in ("toggl_aggregated", "toggl_summary")]
    result = job.execute_in_process(instance=instance, partition_key=WEEK, asset_selection=both, run_config=QUIET)
    assert owners[0] == result.run_id
    assert lock_note(stored_week) == b""


def test_a_run_knows_how_it_was_started(environment: Path) -> None:
    launchers = {
        "dagster": {},
        "volt-agent": {"volt/launcher": "volt-agent"},
        "dagster again": {"volt/launcher": "volt-agent", "dagster/parent_run_id": "r0"},
        "schedule weekly_report": {"dagster/schedule_name": "weekly_report"},
        "backfill abc": {"dagster/backfill": "abc"},
    }
    for launcher, tags in launchers.items():
        run_step(done, tags=tags)
        assert record_of(environment).parameters.launcher == launcher.removesuffix(" again")


def test_nothing_is_recorded_for_a_folder_of_another_workspace(environment: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run_step(done)
    before = record_of(environment)
    monkeypatch.setenv("TOGGL_WORKSPACE_ID", "7")
    assert not run_step(done).success
    assert record_of(environment) == before


def test_what_is_no_error_of_ours_passes_the_boundary() -> None:
    with pytest.raises(ValueError, match="a bug"), as_dagster_failure():
        raise ValueError("a bug")
