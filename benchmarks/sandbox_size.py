"""What a large company costs in the sandbox: a year of 500 people, from the start of the servers to the last pages of its year.

CPU of the whole process (servers and client are one): building the company and starting, pages of 50 rows at both ends of the
year's list, the same after an edit has made the servers forget the list, and one total over the year.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import httpx
from measuring import call_apart, print_table

from volt_assets.sandbox.entry_table import FIRST_ENTRY_ID
from volt_assets.sandbox.server import RunningSandbox, SandboxOptions, running_sandbox
from volt_assets.sandbox.world import WorldOptions

PEOPLE, WEEKS = 500, 52
DEEP_ROW = 700_001
PATH = "/reports/api/v3/workspace/123456/search/time_entries"


def cost_of(client: httpx.Client, sandbox: RunningSandbox, what: str, path: str, body: Mapping[str, Any]) -> tuple[str, str]:
    """(what, CPU of one request), after looking at its status."""
    days = {"start_date": str(sandbox.world.options.first_monday), "end_date": str(sandbox.world.last_day)}
    started = time.process_time()
    answer = client.post(path, json={**days, "enrich_response": True, "rounding": 0, "rounding_minutes": 0, **body})
    spent = time.process_time() - started
    answer.raise_for_status()
    return what, f"{spent:.3f} s"


def serve_year() -> dict[str, Any]:
    """CPU seconds of the start, entries of the company, and a line per request."""
    started = time.process_time()
    with running_sandbox(SandboxOptions(world=WorldOptions(people=PEOPLE, weeks=WEEKS), pace=0)) as sandbox:
        start_seconds = time.process_time() - started
        auth = (sandbox.environ()["TOGGL_API_TOKEN"], "api_token")
        with httpx.Client(base_url=sandbox.toggl_url, auth=auth, timeout=60) as client:
            lines = [
                cost_of(client, sandbox, "first page of the year", PATH, {}),
                cost_of(client, sandbox, f"page at row {DEEP_ROW:,}", PATH, {"first_row_number": DEEP_ROW}),
            ]
            sandbox.edit.entry(FIRST_ENTRY_ID, description="Edited")
            lines.append(cost_of(client, sandbox, f"page at row {DEEP_ROW:,} after an edit", PATH, {"first_row_number": DEEP_ROW}))
            lines.append(cost_of(client, sandbox, "first page by last update", PATH, {"order_by": "last_update", "order_dir": "DESC"}))
            lines.append(cost_of(client, sandbox, "total of the year", f"{PATH}/totals", {}))
        return {"start_seconds": start_seconds, "entries": len(sandbox.world.entries), "lines": lines}


def main() -> None:
    """Print one line per request."""
    cost = call_apart("sandbox_size", "serve_year")
    size = f"{PEOPLE} people, {WEEKS} weeks, {cost.result['entries']:,} entries"
    print(f"{size}: {cost.result['start_seconds']:.1f} s of CPU to start, {cost.peak_mib:.0f} MiB at the peak")
    print_table(("request", "CPU"), cost.result["lines"])


if __name__ == "__main__":
    main()
