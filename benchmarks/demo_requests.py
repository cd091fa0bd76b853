"""Requests to each API for the demo week, as the sandbox's servers counted them, next to the fewest that the facts allow.

Two runs of the same week into the same folder, `volt-agent run` as a user types it: the first downloads everything, the
second finds it stored. The checks before the first step are counted too.

The fewest: Toggl ceil(entries / page) searches and one total, three look-ups of v9 (workspace, people, zones). Fibery one
schema, one request with all queries, one for the children that it revealed, one when a collection was cut at 100 rows,
ceil(texts / 100) batches. A second run has to try the token and the schema (304) once, and to ask once whether work items
have changed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from item_documents import documents_of
from measuring import VOLT_AGENT, WEEK, print_table, run_command, scratch_folder, volt_environ

from volt_assets.sandbox.server import RunningSandbox, SandboxOptions, running_sandbox
from volt_assets.sandbox.world import World
from volt_assets.settings import load_settings

PAGE_ROWS = SandboxOptions().max_page_size
SETTINGS = load_settings({})
SUB_QUERY_ROWS = 100
"""What Fibery gives of a collection at most."""
KEY = "_".join(WEEK[1::2])
SEARCH, TOTALS, LOOK_UPS = "search", "totals", "v9 look-ups"
SCHEMA, COMMANDS, DOCUMENTS = "schema", "commands", "documents"
GROUPS = (
    ("toggl", "/search/time_entries/totals", TOTALS),
    ("toggl", "/search/time_entries", SEARCH),
    ("toggl", "/api/v9/", LOOK_UPS),
    ("fibery", "/api/schema", SCHEMA),
    ("fibery", "/api/commands", COMMANDS),
    ("fibery", "/api/documents", DOCUMENTS),
)


def counted(sandbox: RunningSandbox) -> dict[tuple[str, str], int]:
    """(API, kind of request) -> how many since the last call; every path is in exactly one kind."""
    counts = {(api, kind): 0 for api, _, kind in GROUPS}
    for api in ("toggl", "fibery", "openai"):
        for path, number in sandbox.requests.by_path(api).items():
            kind = next((known for of, part, known in GROUPS if of == api and part in path), None)
            if kind is None:
                raise RuntimeError(f"nobody expected {number} requests to {api}: {path}")
            counts[api, kind] += number
    sandbox.requests.reset()
    return counts


def run_week(sandbox: RunningSandbox, folder: Path) -> dict[tuple[str, str], int]:
    """One `volt-agent run` of the week, in a process of its own."""
    command = (VOLT_AGENT, "run", *WEEK, "--output-dir", folder / "data", "--set", "pace=0", "--no-llm")
    run_command(command, environ=volt_environ(folder, sandbox.environ()), folder=folder)
    return counted(sandbox)


@dataclass(frozen=True)
class Facts:
    """What decides the fewest requests of the week."""

    entries: int
    texts: int
    """Descriptions, other rich-text fields and comments of the week's items."""
    cut_collections: int
    """Items with more comments than a sub-query gives."""


def facts_of(world: World, folder: Path) -> Facts:
    """Entries and texts out of the sandbox's world; which items the week is about out of what the run stored."""
    monday = world.options.first_monday.toordinal()
    entries = sum(monday <= day < monday + 7 for day in world.entries.columns["day"])
    enriched = json.loads((folder / "data/work_reports" / KEY / "enriched_entities.json").read_text(encoding="utf-8"))
    rows = [
        (item["type"], row)
        for item in enriched["items"]
        if item["status"] == "enriched" and (row := world.fibery.find(item["type"], item["public_id"])) is not None
    ]
    documents = [documents_of(world.fibery, type_name, row, SETTINGS.enrichment) for type_name, row in rows]
    return Facts(entries, sum(map(sum, documents)), sum(one.comments >= SUB_QUERY_ROWS for one in documents))


def fewest(facts: Facts) -> tuple[Mapping[str, int], Mapping[str, int]]:
    """The fewest requests by kind, of the first run and of the second."""
    first = {
        SEARCH: -(-facts.entries // PAGE_ROWS),
        TOTALS: 1,
        LOOK_UPS: 3,
        SCHEMA: 1,
        COMMANDS: 2 + (1 if facts.cut_collections else 0),
        DOCUMENTS: -(-facts.texts // SETTINGS.fibery.documents_per_request),
    }
    return first, {LOOK_UPS: 1, SCHEMA: 1, COMMANDS: 1}


def main() -> None:
    """Print one line per kind of request."""
    with scratch_folder() as folder, running_sandbox(SandboxOptions(pace=0)) as sandbox:
        first_run, second_run = run_week(sandbox, folder), run_week(sandbox, folder)
        facts = facts_of(sandbox.world, folder)
    first_fewest, second_fewest = fewest(facts)
    size = SETTINGS.fibery.documents_per_request
    print(f"demo week: {facts.entries} entries in pages of {PAGE_ROWS}, {facts.texts} texts in batches of {size}")
    lines: list[tuple[object, ...]] = []
    for api in ("toggl", "fibery"):
        kinds = [kind for of, _, kind in GROUPS if of == api]
        counts = (
            {kind: first_run[api, kind] for kind in kinds},
            {kind: first_fewest.get(kind, 0) for kind in kinds},
            {kind: second_run[api, kind] for kind in kinds},
            {kind: second_fewest.get(kind, 0) for kind in kinds},
        )
        lines += [(f"{api} {kind}", *(column[kind] for column in counts)) for kind in kinds]
        lines.append((f"{api} in all", *(sum(column.values()) for column in counts)))
    print_table(("requests", "first run", "fewest", "second run", "fewest"), lines)


if __name__ == "__main__":
    main()
