"""What a scrape of `volt-agent metrics` costs, after 100 runs and after 5000: .venv/bin/python benchmarks/metrics_scrape.py."""

from __future__ import annotations

import shutil
import statistics
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path

import dagster as dg

from volt_assets.cli.metrics_exposition import exposition
from volt_assets.cli.run_metrics import MetricsReader
from volt_assets.work_reports.data_folder import DataFolder
from volt_assets.work_reports.models.run_metadata import RunMetadata, RunParameters, Usage
from volt_assets.work_reports.run_archive import RunArchive

KEY = "2025-10-06_2025-10-12"


def main() -> None:
    """Print both."""
    folder = Path(tempfile.mkdtemp())
    data = DataFolder(str(folder / "data"))
    try:
        (folder / "home").mkdir()
        with dg.DagsterInstance.local_temp(str(folder / "home")) as instance:
            made = 0
            for runs in (100, 5000):
                while made < runs:
                    add_run(instance, data)
                    made += 1
                reader = MetricsReader(instance, data, lambda: datetime.now(UTC))
                first, *further = [scrape(reader) for _ in range(11)]
                print(f"{runs} runs: first scrape {first:.0f} ms, further ones {statistics.median(further):.0f} ms (median of 10)")
    finally:
        shutil.rmtree(folder)


def add_run(instance: dg.DagsterInstance, data: DataFolder) -> None:
    """A run that completed just now, with its record."""
    tags = {"dagster/partition": KEY, "volt/data_dir": data.location}
    run = instance.add_run(dg.DagsterRun(job_name="work_reports", status=dg.DagsterRunStatus.SUCCESS, tags=tags))
    parameters = RunParameters(
        start_date=date(2025, 10, 6), end_date=date(2025, 10, 12), start_from="toggl", output_dir="", launcher="benchmark"
    )
    record = RunMetadata(
        key=KEY,
        code_version="1",
        run_id=run.run_id,
        status="completed",
        parameters=parameters,
        planned=(),
        created_at=datetime.now(UTC),
        usage=Usage(toggl_requests=9),
        versions={},
    )
    RunArchive(data.of_range(KEY)).write(run.run_id, record.model_dump_json().encode(), durable=False)


def scrape(reader: MetricsReader) -> float:
    """Milliseconds."""
    began = time.perf_counter()
    exposition(reader)
    return 1000 * (time.perf_counter() - began)


if __name__ == "__main__":
    main()
