"""Keeps `run_metadata.json` of a range true while a run goes through its steps, however the run was started.

The same is kept as the run's own record, `runs/<run id>.json`, which outlives later runs of the range (run_archive.py).
Belongs here: the transitions of a run and of its steps.
Does not: Dagster (steps.py translates its contexts), figures (the documents have them), the judgement of the files (report_set.py).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Literal

from volt_assets import __version__
from volt_assets.errors import NewerFileError, QuotaExhaustedError, StoredDataError, TimeLimitError, VoltError
from volt_assets.resilience.atomic_file import AnyPath, said_of, write_atomically
from volt_assets.work_reports.execution_log import Execution, ExecutionLog, Outcome
from volt_assets.work_reports.models.run_metadata import (
    RunError,
    RunMetadata,
    RunParameters,
    RunStatus,
    StepRecord,
    Usage,
)
from volt_assets.work_reports.own_files import is_own
from volt_assets.work_reports.report_set import judge_report_set
from volt_assets.work_reports.run_archive import RunArchive
from volt_assets.work_reports.run_parameters import versions_in_use
from volt_assets.work_reports.schema_versions import current_version, migrated, version_in
from volt_assets.work_reports.stages import MUST_HOLD, STAGE_OF, STAGES

_DOCUMENT = "run_metadata"
FILE_NAME = f"{_DOCUMENT}.json"
NOTHING_SPENT = Usage()
_NAMED = 8
_CUT_SHORT = "RunCutShort"


class RunRecord:
    """The record of one run of one range; every method leaves a whole, valid file behind."""

    def __init__(self, folder: AnyPath, *, now: Callable[[], datetime]) -> None:
        """`folder` is the range's; `now` gives aware times."""
        self._path = folder / FILE_NAME
        self.folder = folder
        self.archive = RunArchive(folder)
        self._now = now
        self._log = ExecutionLog.beside(folder)

    def read(self) -> RunMetadata | None:
        """The stored record, of an older Volt too; None when there is none or it cannot be read (the next step writes it anew).

        Raises NewerFileError for the record of a newer Volt: nothing here may replace it.
        """
        try:
            content = self._path.read_bytes()
            if version_in(content) == current_version(_DOCUMENT):
                return RunMetadata.model_validate_json(content)
            return RunMetadata.model_validate(migrated(_DOCUMENT, json.loads(content), str(self._path)), strict=False)
        except NewerFileError:
            raise
        except (FileNotFoundError, ValueError, StoredDataError):
            return None

    def step_started(
        self,
        asset: str,
        *,
        run_id: str,
        key: str,
        planned: Iterable[str],
        parameters: RunParameters,
        checks: Usage,
        known: Mapping[str, int | float | bool | None] | None = None,
    ) -> None:
        """Note the start of a step; the first step of a run replaces the record of the run before.

        `checks`: what the checks before the run have spent. `known`: figures of assets that the run leaves as they are.
        """
        now = self._now()
        record = self.read()
        if record is None or record.run_id != run_id:
            if record is not None and record.status == "in_progress":
                # One run at a time holds the range: the one that left this record was killed.
                self._note(record, [step.asset for step in record.steps if step.status == "in_progress"], "failure", _CUT_SHORT)
            planned, earlier = set(planned), record.verdicts if record is not None else {}
            record = RunMetadata(
                key=key,
                code_version=__version__,
                run_id=run_id,
                status="in_progress",
                parameters=parameters,
                planned=tuple(name for name in STAGE_OF if name in planned),
                created_at=now,
                checks=checks,
                usage=checks,
                statistics=dict(known or {}),
                versions=versions_in_use(),
                verdicts={check: held for check, held in earlier.items() if MUST_HOLD.get(check) not in planned},
            )
        step = StepRecord(asset=asset, stage=STAGE_OF[asset], status="in_progress", started_at=now)
        # A step that goes on beside one that failed does not make the run whole again.
        has_failed = record.error is not None and record.status in ("failed", "waiting")
        status: RunStatus = record.status if has_failed else "in_progress"
        self._write(record.model_copy(update={"status": status, "steps": (*(one for one in record.steps if one.asset != asset), step)}))

    def step_finished(
        self,
        asset: str,
        *,
        usage: Usage,
        statistics: dict[str, int | float | bool | None],
        data_as_of: datetime | None,
        warnings: Sequence[str] = (),
    ) -> RunMetadata:
        """Note a step's success; the last planned one completes the run."""
        record = self._ended(asset, "completed", usage)
        record = record.model_copy(
            update={
                "statistics": {**record.statistics, **statistics},
                "data_as_of": data_as_of or record.data_as_of,
                "warnings": tuple(dict.fromkeys((*record.warnings, *warnings))),  # several steps read the same files
            }
        )
        done = {step.asset for step in record.steps if step.status == "completed"}
        if done.issuperset(record.planned):
            is_whole = record.statistics.get("is_reconciled", True) and not record.statistics.get("dead_lettered_items", 0)
            record = record.model_copy(
                update={"status": "completed" if is_whole else "incomplete", "finished_at": self._now(), "error": None}
            )
        return self._write(record)

    def step_failed(self, asset: str, error: BaseException, *, usage: Usage) -> RunMetadata:
        """Note why a step, and with it the run, failed."""
        record = self._ended(asset, "failed", usage)
        status: RunStatus = "waiting" if isinstance(error, QuotaExhaustedError) else "failed"
        described = _described(error, asset, f"{type(error).__name__} in {asset}; the log of the run has the details")
        self._note(record, [asset], "timeout" if isinstance(error, TimeLimitError) else "failure", described.type)
        return self._write(record.model_copy(update={"status": status, "finished_at": self._now(), "error": described}))

    def files_are_written(self, asset: str) -> None:
        """Note in the log that an asset is made: its body is done and its files are there."""
        if (record := self.read()) is not None:
            self._note(record, [asset], "success", None)

    def check_evaluated(self, check: str, *, held: bool) -> None:
        """Note whether a check held without which no report is given out."""
        record = self.read()
        if record is not None and record.verdicts.get(check) is not held:
            self._write(record.model_copy(update={"verdicts": {**record.verdicts, check: held}}))

    def refresh(self) -> RunMetadata | None:
        """Judge the report files again and store what is found: files are written after their step has ended."""
        record = self.read()
        return self._write(record) if record is not None else None

    def remove_retired_reports(self) -> None:
        """After a whole run: remove reports of a kind that no longer exists; while one goes or after a failure all stay."""
        record = self.read()
        if record is None or record.status not in ("completed", "incomplete"):
            return
        found = [*self.folder.glob("reports/*.md"), *self.folder.glob("reports/*.json"), *self.folder.glob("reports/*.html")]
        retired = [path for path in found if path.stem not in STAGE_OF and is_own(path)]
        for path in retired:
            path.unlink()
        if retired:
            self._write(record)

    def name_foreign_files(self) -> str | None:
        """After a whole run: note which files among the reports are none of ours, in a warning that is returned; they stay."""
        record = self.read()
        if record is None or not (foreign := record.report_set.foreign_files):
            return None
        named = ", ".join("".join(sign if sign.isprintable() else "?" for sign in path)[:120] for path in foreign[:_NAMED])
        more = f" and {len(foreign) - _NAMED} more" if len(foreign) > _NAMED else ""
        warning = f"{named}{more}: not written by Volt, left as they are; keep your own files elsewhere"
        self._write(record.model_copy(update={"warnings": tuple(dict.fromkeys((*record.warnings, warning)))}))
        return warning

    def broke_outside(self, error: BaseException) -> None:
        """Note that the run failed outside the body of a step: an input could not be read or an output not written."""
        record = self.read()
        if record is None or record.status in ("failed", "waiting", "canceled"):
            return
        last = record.steps[-1].asset if record.steps else "start"
        described = _described(error, last, f"after {last}: {type(error).__name__}: {str(error)[:300]}")
        described = described.model_copy(update={"hint": described.hint or "the log of the run has the details"})
        self._note(record, [last], "failure", described.type)
        self._write(record.model_copy(update={"status": "failed", "error": described, "finished_at": self._now()}))

    def run_died(self, run_id: str, spent: Usage = NOTHING_SPENT) -> None:
        """Note that the process of an unfinished run is gone. `spent`: what its step had spent and did not record."""
        self._cut_short(run_id, "failed", spent, "the process of the run ended without a word", "run the same command again")

    def run_was_canceled(self, run_id: str, spent: Usage = NOTHING_SPENT) -> None:
        """Note that an unfinished run was ended on purpose: an interrupted step cannot always note it itself."""
        self._cut_short(run_id, "canceled", spent, "the run was canceled", "run the same command again to finish it")

    def run_took_too_long(self, run_id: str, limit_seconds: float, spent: Usage = NOTHING_SPENT) -> None:
        """Note that an unfinished run was stopped at its limit."""
        self._cut_short(run_id, "failed", spent, *took_too_long(limit_seconds), is_too_long=True)

    def _cut_short(
        self, run_id: str, status: Literal["failed", "canceled"], spent: Usage, message: str, hint: str, *, is_too_long: bool = False
    ) -> None:
        latest = self.read()
        is_latest = latest is not None and latest.run_id == run_id
        record = latest if is_latest else self.archive.read(run_id)
        if record is None or record.status != "in_progress":
            return
        now, last = self._now(), record.steps[-1].asset if record.steps else "start"
        error = RunError(type=_CUT_SHORT, message=message, hint=hint, step=last)
        outcome: Outcome = "cancellation" if status == "canceled" else "timeout" if is_too_long else "failure"
        self._note(record, [step.asset for step in record.steps if step.status == "in_progress"], outcome, error.type)
        steps = tuple(
            _ended_step(step, status, now, spent if step.asset == last else NOTHING_SPENT) if step.status == "in_progress" else step
            for step in record.steps
        )
        ending = {"status": status, "finished_at": now, "error": error, "steps": steps, "usage": record.usage.plus(spent)}
        self._write(record.model_copy(update=ending), is_latest=is_latest)

    def _ended(self, asset: str, status: str, usage: Usage) -> RunMetadata:
        record = self.read()
        if record is None:
            raise VoltError(f"{self._path}: vanished while the run was going", hint="run the same command again")
        now = self._now()
        steps = tuple(_ended_step(step, status, now, usage) if step.asset == asset else step for step in record.steps)
        return record.model_copy(update={"steps": steps, "usage": record.usage.plus(usage)})

    def add_usage(self, asset: str, usage: Usage) -> None:
        """Count what a part of a step spent, when the step goes on elsewhere."""
        record = self.read()
        if record is not None:
            steps = tuple(
                step.model_copy(update={"usage": step.usage.plus(usage)}) if step.asset == asset else step for step in record.steps
            )
            self._write(record.model_copy(update={"steps": steps, "usage": record.usage.plus(usage)}))

    def _note(self, record: RunMetadata, assets: Iterable[str], outcome: Outcome, reason: str | None) -> None:
        now, begun = self._now(), {step.asset: step.started_at for step in record.steps}
        self._log.write(
            *(
                Execution(
                    at=now,
                    run_id=record.run_id,
                    key=record.key,
                    stage=STAGE_OF.get(asset),
                    asset=asset,
                    outcome=outcome,
                    duration_seconds=round((now - begun[asset]).total_seconds(), 3) if asset in begun else None,
                    reason=reason,
                )
                for asset in assets
            )
        )

    def _write(self, record: RunMetadata, *, is_latest: bool = True) -> RunMetadata:
        planned = {stage: {name for name in record.planned if STAGE_OF[name] == stage} for stage in STAGES}
        done = {step.asset for step in record.steps if step.status == "completed"}
        failed = {step.stage for step in record.steps if step.status in ("failed", "canceled")}
        record = record.model_copy(
            update={
                "stages_completed": tuple(stage for stage in STAGES if planned[stage] and planned[stage] <= done),
                "stages_failed": tuple(stage for stage in STAGES if stage in failed),
                # What stands there by now is of the later run.
                "report_set": judge_report_set(self.folder, record) if is_latest else record.report_set,
            }
        )
        # What a run that still goes says of itself is of no use after a loss of power.
        content, is_durable = record.model_dump_json(indent=2).encode() + b"\n", record.status != "in_progress"
        if is_latest:
            write_atomically(self._path, content, durable=is_durable)
        self.archive.write(record.run_id, content, durable=is_durable)
        return record


def took_too_long(limit_seconds: float) -> tuple[str, str]:
    """What is said of a run that was stopped at its limit, and the hint."""
    message = f"the run took longer than its limit of {limit_seconds:g} s and was stopped"
    return message, "raise timeouts.run_seconds in volt.yaml, or ask for a shorter range"


def _described(error: BaseException, asset: str, otherwise: str) -> RunError:
    """What the record says of an error; `otherwise` of one that is neither ours nor of the system, whose texts may hold anything."""
    message, hint = otherwise, getattr(error, "hint", None)
    if isinstance(error, VoltError):
        message = str(error)
    elif isinstance(error, OSError) and (said := said_of(error)) is not None:
        message, hint = said if error.filename is not None else (f"{asset}: {said[0]}", said[1])
    return RunError(type=type(error).__name__, message=message, hint=hint, step=asset, resets_at=getattr(error, "resets_at", None))


def _ended_step(step: StepRecord, status: str, now: datetime, usage: Usage) -> StepRecord:
    seconds = round((now - step.started_at).total_seconds(), 3)
    ending = {"status": status, "finished_at": now, "duration_seconds": seconds, "usage": step.usage.plus(usage)}
    return step.model_copy(update=ending)
