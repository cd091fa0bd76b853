"""What every step of this domain does besides its own work, in one place.

A step validates its range key, knows its folder and settings, tells how far it is, counts what it spends, keeps
`run_metadata.json` true whether it succeeds, fails or is ended, and turns Volt's errors into Dagster failures that no
retry repeats.
"""

import asyncio
import warnings
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol, TypeVar

import dagster as dg

from volt_assets import __version__
from volt_assets.errors import VoltError
from volt_assets.resilience.atomic_file import AnyPath, is_local
from volt_assets.resilience.progress_log import ProgressLog
from volt_assets.resilience.time_limit import RUN_LIMITS, TimeLimit, local_limit
from volt_assets.resources import VoltResource
from volt_assets.settings import Settings
from volt_assets.work_reports.being_made import BeingMade, being_made
from volt_assets.work_reports.data_folder import DataFolder
from volt_assets.work_reports.languages.catalog import language_of
from volt_assets.work_reports.languages.language import speaking
from volt_assets.work_reports.made_from import MadeFromStore
from volt_assets.work_reports.migrating import check_versions
from volt_assets.work_reports.models import Document, Origin
from volt_assets.work_reports.models.run_metadata import RunMetadata, RunParameters, Usage
from volt_assets.work_reports.range_key import RangeKey, parse_key
from volt_assets.work_reports.run_log import log_about_step, start_log
from volt_assets.work_reports.run_parameters import run_parameters
from volt_assets.work_reports.run_record import RunRecord
from volt_assets.work_reports.run_spending import CHECKS_SPENT, Counting, Spending, step_at_work
from volt_assets.work_reports.run_state import OUTCOME_TAG
from volt_assets.work_reports.stages import RANGE_ASSETS, STAGE_OF

# Data versions, single-run backfills and owners of sensors are beta in Dagster 1.13; every run would say so in its log, once per output.
warnings.filterwarnings("ignore", category=dg.BetaWarning, message=".*`(data_version|backfill_policy|owners)`.*")
StepContext = dg.AssetExecutionContext | dg.OpExecutionContext
Part = Literal["whole", "first", "middle", "last"]


class Versioned(Protocol):
    """A document, in one piece or in parts."""

    @property
    def data_as_of(self) -> datetime:
        """When the oldest of its data was taken."""

    @property
    def data_version(self) -> str:
        """The version of its content."""


AnyDocument = TypeVar("AnyDocument", bound=Document | Versioned)
Figures = Mapping[str, int | float | bool | None]


@dataclass
class Step:
    """One step at work."""

    context: StepContext
    volt: VoltResource
    asset: str
    key: RangeKey
    settings: Settings
    data: DataFolder
    progress: ProgressLog
    costs: Spending
    statistics: dict[str, int | float | bool | None] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)
    data_as_of: datetime | None = None
    time_limit: TimeLimit | None = None
    warnings: list[str] = field(default_factory=list)
    being_made: BeingMade | None = None
    """Of the part that makes the output."""

    @asynccontextmanager
    async def within(self, seconds: float) -> AsyncIterator[None]:
        """Cancel the body after so many seconds, those spent waiting for a quota not counted. Raises TimeLimitError."""
        self.time_limit = TimeLimit(seconds)
        try:
            async with self.time_limit.around(self.asset):
                yield
        finally:
            self.time_limit = None

    @contextmanager
    def local(self) -> Iterator[None]:
        """Interrupt a body that asks nobody when it takes longer than such a step may. Raises TimeLimitError."""
        with local_limit(self.settings.timeouts.local_step_seconds, self.asset):
            yield

    def quota_is_used_up(self, until: datetime) -> None:
        """Say that the step waits, and let no limit count it."""
        seconds = max(0.0, (until - self.volt.now()).total_seconds())
        message = f"waiting for the quota until {until:%H:%M} UTC"
        self.context.log.warning(message)
        self.progress.write("step_progress", stage=STAGE_OF[self.asset], step=self.asset, message=message)
        for limit in (self.time_limit, RUN_LIMITS.get(self.context.run.run_id)):
            if limit is not None:
                limit.extend(seconds)

    @property
    def origin(self) -> Origin:
        """Which range, run and code a document of this step comes from."""
        return Origin(key=str(self.key), run_id=self.context.run.run_id, code_version=__version__)

    def tell(self, group: str, done: int, total: int) -> None:
        """Report progress inside the step: `done` of `total` of a group such as an item type."""
        self.progress.write("step_progress", stage=STAGE_OF[self.asset], step=self.asset, type=group, done=done, total=total)

    def spent(self, **counts: Any) -> None:
        """Count requests and tokens, e.g. `toggl_requests=9`."""
        self.costs.add(Usage(**counts))

    @asynccontextmanager
    async def spending(self, client: Counting, what: str) -> AsyncIterator[None]:
        """Count the client's requests as this step's, also when the body fails or is interrupted."""
        with self.counting(lambda: Usage(**{what: client.requests_made})):
            yield

    @contextmanager
    def counting(self, count: Callable[[], Usage]) -> Iterator[None]:
        """The same for a client that counts more than requests; `count` gives its own count so far."""
        with self.costs.counting(count):
            yield

    def warn(self, text: str) -> None:
        """Something that readers of the reports should know of; it stands in the log and in the record of the run."""
        self.context.log.warning(text)
        self.warnings.append(text)

    def not_the_last_word(self, reason: str) -> None:
        """The asset is to be made again although nothing it was made from changes, e.g. since a model did not answer."""
        if self.being_made is not None:
            self.being_made.again = reason

    def figures(self, **values: float | bool | None) -> None:
        """Figures for the record of the run and, as plots, for Dagster."""
        self.statistics.update(values)
        self.metadata.update({name: value for name, value in values.items() if value is not None})

    def remove_scratch(self) -> None:
        """Remove what the ops of this run handed to each other."""
        self.data.remove_scratch(self.context.run.run_id)

    def remove_scratch_of_ended_runs(self) -> None:
        """Remove what runs left that failed or were killed: nothing resumes from there."""
        scratch = self.data.cache("scratch")
        folders: list[AnyPath] = [*scratch.iterdir()] if scratch.is_dir() else []
        for folder in folders:
            run = self.context.instance.get_run_by_id(folder.name)
            # Nobody may have noticed yet that a run was killed; but this run holds the lock of the range, so no other one lives.
            was_killed = run is not None and folder.name != self.context.run.run_id and self._holds_range_of(run)
            if run is not None and (run.is_finished or was_killed):
                self.data.remove_scratch(folder.name)

    def _holds_range_of(self, run: dg.DagsterRun) -> bool:
        return is_local(self.data.root) and run.tags.get("dagster/partition") == str(self.key)

    def output(self, value: AnyDocument) -> dg.Output[AnyDocument]:
        """The document as Dagster's output, with the version of its content."""
        self.data_as_of = value.data_as_of
        return self.text_output(value, value.data_version)

    def text_output(self, value: Any, data_version: str, output_name: str = "result") -> dg.Output[Any]:
        """Any value as Dagster's output with the given version of its content."""
        if self.being_made is not None:
            self.being_made.ends(data_version, statistics=self.statistics, now=self.volt.now())
        spent = {name: count for name, count in self.costs.so_far.model_dump().items() if count}
        metadata = {**self.metadata, **spent}
        return dg.Output(value, output_name, data_version=dg.DataVersion(data_version), metadata=metadata)


@contextmanager
def step(context: StepContext, volt: VoltResource, asset: str, part: Part = "whole") -> Iterator[Step]:
    """Run the body as `asset` (or as a part of it) of the partition key in `context`."""
    with as_dagster_failure(), log_about_step(context.run.run_id, context.partition_key, asset, part):
        settings = volt.settings()
        key = parse_key(context.partition_key, today=volt.now().astimezone(settings.zone).date())
        data = DataFolder(volt.data_location())
        data.claim(volt.toggl_access(), volt.fibery_access())
        data.lock(str(key)).claim(context.run.run_id)
        start_log(data)
        record = RunRecord(data.of_range(str(key)), now=volt.now)
        progress = ProgressLog(data.progress_file(context.run.run_id), volt.now)
        run_id = context.run.run_id
        current = Step(context, volt, asset, key, settings, data, progress, step_at_work(run_id))
        if part in ("whole", "first"):
            planned = [asset_key.path[-1] for asset_key in context.job_def.asset_layer.selected_asset_keys]
            checks = CHECKS_SPENT.get(run_id, Usage())
            if (before := record.read()) is None or before.run_id != run_id:
                # The first step: whoever started the run, what a newer Volt wrote is not replaced.
                check_versions(data, key)
            record.step_started(
                asset,
                run_id=run_id,
                key=str(key),
                planned=planned,
                parameters=_parameters(current),
                checks=checks,
                known=MadeFromStore(data, str(key)).lacking(asset for asset in RANGE_ASSETS if asset not in planned),
            )
            progress.write("step_started", run_id=run_id, key=str(key), stage=STAGE_OF[asset], step=asset)
        if part in ("whole", "last"):
            current.being_made = being_made(context, asset, key=key, settings=settings, data=data, volt=volt)
        if part == "first":
            current.remove_scratch_of_ended_runs()
        task = _current_task()
        try:
            with speaking(language_of(settings.reports, volt.environ)):
                yield current
        except BaseException as error:
            # A coroutine that left its event loop is only being cleared away: what it trips over then is no failure of the step.
            _note_the_end(current, record, error, is_left_behind=task is not None and _current_task() is not task)
            raise
        if part in ("whole", "last"):
            # IO managers write after the body; the record of the set is judged again when the next step starts or the run ends.
            ended = record.step_finished(
                asset,
                usage=current.costs.take(),
                statistics=current.statistics,
                data_as_of=current.data_as_of,
                warnings=current.warnings,
            )
            _tag_outcome(context, ended)
            progress.write("step_finished", stage=STAGE_OF[asset], step=asset)
        else:
            record.add_usage(asset, current.costs.take())


@contextmanager
def as_dagster_failure() -> Iterator[None]:
    """Turn an error of Volt into a Dagster failure with its hint, which no retry repeats."""
    try:
        yield
    except VoltError as error:
        hint = f" Hint: {error.hint}." if error.hint else ""
        raise dg.Failure(f"{error}{hint}", metadata={"error": type(error).__name__}, allow_retries=False) from error


def _current_task() -> asyncio.Task[Any] | None:
    try:
        return asyncio.current_task()
    except RuntimeError:  # no event loop runs here
        return None


def _note_the_end(current: Step, record: RunRecord, error: BaseException, *, is_left_behind: bool) -> None:
    interruptions = KeyboardInterrupt | asyncio.CancelledError | dg.DagsterExecutionInterruptedError | GeneratorExit
    if is_left_behind or isinstance(error, interruptions):
        _note_interruption(current, record)
        return
    failed = record.step_failed(current.asset, error, usage=current.costs.take())
    _tag_outcome(current.context, failed)
    # Steps that do not depend on this one go on; each claims the range anew.
    current.data.lock(str(current.key)).release()
    message = failed.error.message if failed.error and isinstance(error, VoltError | OSError) else type(error).__name__
    current.progress.write("step_failed", stage=STAGE_OF[current.asset], step=current.asset, status="failed", message=message)


def _note_interruption(current: Step, record: RunRecord) -> None:
    """The limit of the run interrupts a step as a person does."""
    run_id, spent, status = current.context.run.run_id, current.costs.take(), "canceled"
    limit = RUN_LIMITS.get(run_id)
    if limit is not None and limit.seconds_left <= 0:
        record.run_took_too_long(run_id, limit.seconds, spent)
        status = "failed"
    else:
        record.run_was_canceled(run_id, spent)
    current.data.lock(str(current.key)).release()
    current.progress.write("step_failed", stage=STAGE_OF[current.asset], step=current.asset, status=status)


def _tag_outcome(context: StepContext, record: RunMetadata) -> None:
    """Dagster knows only success and failure; the tag tells waiting and incomplete from them. One that was inherited is replaced."""
    if record.status in ("waiting", "incomplete") or OUTCOME_TAG in context.run.tags:
        context.instance.add_run_tags(context.run.run_id, {OUTCOME_TAG: record.status})


def _parameters(current: Step) -> RunParameters:
    access = current.volt.llm_access(current.settings)
    return run_parameters(
        current.context.run.tags,
        key=current.key,
        settings=current.settings,
        data=current.data,
        model=access.model if access else None,
    )
