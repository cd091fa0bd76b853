"""The figures for Prometheus: right, cheap however long the history is, and about nobody."""

from __future__ import annotations

import io
import urllib.request
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.test_utils import create_run_for_test

from volt_assets.cli import metrics_exposition
from volt_assets.cli.console import Console
from volt_assets.cli.metrics_exposition import exposition, serve_metrics
from volt_assets.cli.run_metrics import MetricsReader
from volt_assets.errors import StoredDataError, UsageError
from volt_assets.resilience.breaker_board import BreakerBoard
from volt_assets.resilience.dead_letters import DeadLetters
from volt_assets.work_reports.data_folder import DataFolder
from volt_assets.work_reports.models.run_metadata import RunError, RunMetadata, RunParameters, Usage
from volt_assets_tests.cli.conftest import Command
from volt_assets_tests.pipeline import WEEK

SUCCESS, FAILURE, STARTED = dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.STARTED
PARAMETERS = RunParameters(
    start_date=date(2025, 10, 6),
    end_date=date(2025, 10, 12),
    users_filter=("mila@example.com",),
    start_from="toggl",
    output_dir="/data",
    launcher="volt-agent",
)


def record(**changes: object) -> RunMetadata:
    stored = RunMetadata(
        key=WEEK,
        code_version="1",
        run_id="",
        status="completed",
        parameters=PARAMETERS,
        planned=(),
        created_at=datetime.now(UTC),
        usage=Usage(toggl_requests=9, fibery_requests=7, llm_requests=2, input_tokens=900, output_tokens=80, cost_usd=0.5),
        statistics={"quota_left": 580},
        versions={},
    )
    return stored.model_copy(update=changes)


def waiting_record(resets_at: datetime) -> RunMetadata:
    error = RunError(type="QuotaExhaustedError", message="used up", step="raw_toggl_data", resets_at=resets_at)
    return record(status="waiting", error=error)


def add_run(
    instance: dg.DagsterInstance,
    data: Path,
    status: dg.DagsterRunStatus,
    stored: RunMetadata | None = None,
    *,
    key: str = WEEK,
    **tags: str,
) -> str:
    """A run as it looks afterwards; the instance's own events give it its times."""
    tags = {"dagster/partition": key, "volt/data_dir": str(data), **tags}
    run_id = str(create_run_for_test(instance, job_name="work_reports", status=dg.DagsterRunStatus.NOT_STARTED, tags=tags).run_id)
    events = {SUCCESS: dg.DagsterEventType.RUN_SUCCESS, FAILURE: dg.DagsterEventType.RUN_FAILURE}
    for kind in [dg.DagsterEventType.RUN_START, *([events[status]] if status in events else [])]:
        instance.report_dagster_event(dg.DagsterEvent(kind.value, job_name="work_reports"), run_id=run_id)
    path = data / "work_reports" / key / "runs" / f"{run_id}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text((stored or record()).model_copy(update={"run_id": run_id}).model_dump_json())
    return run_id


def test_a_network_is_warned_of_and_a_level_that_is_none_is_named(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    served: list[str] = []
    monkeypatch.setattr(metrics_exposition, "serve_metrics", lambda _, host, *__: served.append(host))
    assert "there is no login" in command("metrics", "--host", "0.0.0.0").err  # noqa: S104 -- nothing is served
    assert "there is no login" not in command("metrics").err
    assert served == ["0.0.0.0", "127.0.0.1"]  # noqa: S104 -- the same
    refused = command("run", "--last-week", "--log-level", "loud")
    assert (refused.code, "--log-level loud: there is no such level" in refused.err) == (2, True)


@pytest.fixture
def instance() -> dg.DagsterInstance:
    return dg.DagsterInstance.ephemeral()


def reader(instance: dg.DagsterInstance, data: Path, *, later: timedelta = timedelta()) -> MetricsReader:
    return MetricsReader(instance, DataFolder(str(data)), lambda: datetime.now(UTC) + later)


def test_runs_requests_tokens_and_money_by_window(instance: dg.DagsterInstance, tmp_path: Path) -> None:
    for status, outcome in ((SUCCESS, ""), (SUCCESS, "incomplete"), (FAILURE, ""), (FAILURE, "waiting")):
        add_run(instance, tmp_path, status, None, **{"volt/outcome": outcome})
    add_run(instance, tmp_path, STARTED)
    text = exposition(reader(instance, tmp_path, later=timedelta(hours=2)))
    for line in (
        'volt_runs{status="completed"} 1.0',
        'volt_runs{status="incomplete"} 1.0',
        'volt_runs{status="failed"} 1.0',
        'volt_runs{status="waiting"} 1.0',
        'volt_runs{status="in_progress"} 1.0',
        'volt_recent_runs{status="failed",window="1h"} 0.0',
        'volt_recent_runs{status="failed",window="1d"} 1.0',
        'volt_recent_requests{api="toggl",window="1d"} 36.0',
        'volt_recent_tokens{direction="input",window="7d"} 3600.0',
        'volt_recent_cost_usd{window="1d"} 2.0',
        'volt_quota_remaining{api="toggl"} 580.0',
        'volt_breaker_state{api="fibery"} 0.0',
        "volt_scrape_failed 0.0",
    ):
        assert line in text.splitlines(), line
    assert float(text.partition("\nvolt_longest_under_way_seconds ")[2].split()[0]) > 7000


def test_no_label_names_a_person_a_range_or_a_run(instance: dg.DagsterInstance, tmp_path: Path) -> None:
    run_id = add_run(instance, tmp_path, SUCCESS)
    text = exposition(reader(instance, tmp_path))
    assert not [word for word in ("mila", "@", WEEK, run_id, str(tmp_path)) if word in text]


def test_durations_and_ages(instance: dg.DagsterInstance, tmp_path: Path) -> None:
    add_run(instance, tmp_path, SUCCESS)
    add_run(instance, tmp_path, SUCCESS, key="2025-10-13_2025-10-19")
    add_run(instance, tmp_path, SUCCESS, key="not-a-key")
    reading = reader(instance, tmp_path).read()
    assert [reading.duration_quantile(share) is not None for share in (0.5, 0.95, 0.99)] == [True] * 3
    over = datetime(2025, 10, 20, tzinfo=UTC)
    assert reading.newest_range_age_seconds == (reading.now - over).total_seconds()
    assert 0 <= (reading.last_completed_age_seconds or -1) < 60


def test_a_waiting_run_tells_that_the_quota_is_used_up(instance: dg.DagsterInstance, tmp_path: Path) -> None:
    add_run(instance, tmp_path, FAILURE, waiting_record(datetime.now(UTC) + timedelta(minutes=30)), **{"volt/outcome": "waiting"})
    quota = reader(instance, tmp_path).read().quotas["toggl"]
    assert quota.remaining == 0
    assert 1700 < (quota.resets_in_seconds or 0) < 1801
    assert reader(instance, tmp_path, later=timedelta(hours=1)).read().quotas["toggl"].remaining == 580


def test_dead_letters_and_open_circuits(instance: dg.DagsterInstance, tmp_path: Path) -> None:
    data = DataFolder(str(tmp_path))
    DeadLetters(data.dead_letters, now=lambda: datetime.now(UTC) - timedelta(days=2)).add("x", "Scrum/Task #1", {}, StoredDataError("x"))
    board = BreakerBoard("Fibery", 30.0)
    board.turned(True)  # noqa: FBT003 -- as a breaker calls it
    try:
        text = exposition(reader(instance, tmp_path))
    finally:
        board.turned(False)  # noqa: FBT003 -- the same
    assert "volt_dead_letters 1.0" in text
    assert 'volt_breaker_state{api="fibery"} 2.0' in text
    assert float(text.partition("\nvolt_dead_letter_oldest_age_seconds ")[2].split()[0]) >= 172_800


def test_the_record_of_an_ended_run_is_read_once_and_forgotten_with_its_run(instance: dg.DagsterInstance, tmp_path: Path) -> None:
    run_id = add_run(instance, tmp_path, SUCCESS)
    again = reader(instance, tmp_path)
    first = again.read().recent
    (tmp_path / "work_reports" / WEEK / "runs" / f"{run_id}.json").unlink()
    assert again.read().recent == first
    instance.delete_run(run_id)
    assert not again.read().recent
    assert not again._records  # noqa: SLF001 -- memory is not to grow


def test_a_storage_that_cannot_be_read_is_a_figure_too(tmp_path: Path) -> None:
    broken = MetricsReader(None, DataFolder(str(tmp_path)), lambda: datetime.now(UTC))  # type: ignore[arg-type]
    text = exposition(broken)
    assert "volt_scrape_failed 1.0" in text
    assert "volt_runs" not in text


def test_they_are_printed_once_or_served(command: Command, instance: dg.DagsterInstance, tmp_path: Path) -> None:
    assert "volt_scrape_failed 0.0" in command("metrics", "--once").out
    said, answers = io.StringIO(), []

    def scrape(_: object) -> None:
        address = said.getvalue().split()[0]
        with urllib.request.urlopen(address, timeout=5) as answer:  # noqa: S310 -- our own address
            answers.append(answer.read().decode())
        port = int(address.rpartition(":")[2].partition("/")[0])
        with pytest.raises(UsageError, match=f"--port {port}: Address already in use"):
            serve_metrics(reader(instance, tmp_path), "127.0.0.1", port, Console(stderr=io.StringIO()))
        raise KeyboardInterrupt

    serve_metrics(reader(instance, tmp_path), "127.0.0.1", 0, Console(stderr=said), wait=scrape)
    assert "volt_scrape_failed 0.0" in answers[0]
    assert said.getvalue().endswith("ended\n")
