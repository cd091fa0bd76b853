"""Whether what is published is true: worlds with planted traps, written with several models and without one, read as their readers do.

Each world is served by the sandbox over real HTTP and goes through the whole pipeline, as often as there are writers. The truth
is computed from what was planted there; the published Markdown, HTML and JSON are read back and compared with it
(`volt_assets_tests/faithfulness/`: no part of the product judges itself). The columns:

- *figures right*: of all printed figures (totals, shares, counts, hours of items, activities, days and people). 100 % is every one.
- *items there*: of the items that people have time on, in their reports. 100 % is all.
- *invented*: items, activities, names of items and people's reports that nobody planted. 0 is right.
- *sentences true*: of all sentences of prose in the individual reports; one that cannot be traced to something planted counts
  as untrue, so for a model that speaks freely this is a lower bound. 100 % is all.
- *by model*: how many sentences of the reports a model wrote; the others are the deterministic writer's.
- *same facts*: whether facts and figures outside prose are those of the deterministic writer.

The writers: none; the sandbox's model; servers that lie with the right ids, that change every figure, that answer garbage, and
that ignore the schema. With OPENAI_API_KEY (and OPENAI_BASE_URL, VOLT_LLM_MODEL) set, that model writes as well; what it
costs is yours. Exit code 1 when a published figure is false, an item is missing or invented, facts differ, or the
deterministic writer or a server of the sandbox is not at 100 %.

    faithfulness.py [WORLD...]     traps, other_seed, clocks_back, clocks_forward, late_edits; all without arguments
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from measuring import print_table, scratch_folder, volt_environ

from volt_assets.sandbox.entry_table import FIRST_ENTRY_ID
from volt_assets.sandbox.openai_server import MODEL
from volt_assets.sandbox.server import RunningSandbox, SandboxOptions, running_sandbox
from volt_assets.sandbox.world import WorldOptions
from volt_assets_tests.faithfulness.scores import Score, facts_of, scored
from volt_assets_tests.faithfulness.truth import truth_of
from volt_assets_tests.pipeline import ClockedVolt, run_job

PEOPLE = 5
HEADINGS = ("world", "writer", "figures right", "items there", "invented", "sentences true", "by model", "same facts")
MODEL_VARIABLES = ("OPENAI_API_KEY", "OPENAI_BASE_URL", "VOLT_LLM_MODEL")


@dataclass(frozen=True)
class TrapWorld:
    """A week with traps; `edit` is done to it after a first run, whose report the scored one then revises."""

    monday: date = date(2025, 10, 6)
    seed: int = 1
    edit: Callable[[RunningSandbox, date], None] | None = None

    @property
    def key(self) -> str:
        """The key of its range."""
        return f"{self.monday}_{self.monday + timedelta(days=6)}"


@dataclass(frozen=True)
class BenchmarkWriter:
    """Who writes: nobody, the sandbox's model (with a fault), or the model of the environment."""

    name: str
    uses_model: bool = True
    fault: str | None = None
    environ: Mapping[str, str] | None = None


def late_edits(sandbox: RunningSandbox, monday: date) -> None:
    """After the first report entries are deleted, changed and added; of one item nothing is left."""
    table, columns = sandbox.world.entries, sandbox.world.entries.columns
    first_day = sandbox.edit.toggl.rows_by_day
    by_text = {table.descriptions[columns["text"][row]]: row for day in first_day.values() for row in day}
    gone, longer = (next(row for text, row in by_text.items() if f"#{number} " in text) for number in ("9304", "9308"))
    sandbox.edit.delete_entry(FIRST_ENTRY_ID + gone)
    sandbox.edit.entry(FIRST_ENTRY_ID + longer, seconds=3_601)
    trap = next(person for person in sandbox.world.people if person.name == "Marta Lindt")
    sandbox.edit.add_entry(trap.user_id, monday + timedelta(days=4), seconds=1_801, description="Empty hour #9303 [Scrum] [Task] [Harbor]")


WORLDS = {
    "traps": TrapWorld(),
    "other_seed": TrapWorld(seed=2),
    "clocks_back": TrapWorld(monday=date(2025, 10, 20)),
    "clocks_forward": TrapWorld(monday=date(2026, 3, 23)),
    "late_edits": TrapWorld(seed=3, edit=late_edits),
}
WRITERS = (
    BenchmarkWriter("no model", uses_model=False),
    BenchmarkWriter(MODEL),
    BenchmarkWriter("lies with ids", fault="model-lying"),
    BenchmarkWriter("changes figures", fault="model-untrue"),
    BenchmarkWriter("garbage", fault="model-garbage"),
    BenchmarkWriter("ignores schema", fault="model-free-text"),
)


def configured_writer() -> BenchmarkWriter | None:
    """The model that the environment names, if it does."""
    given = {name: os.environ[name] for name in MODEL_VARIABLES if os.environ.get(name)}
    return BenchmarkWriter(given.get("VOLT_LLM_MODEL", "configured model"), environ=given) if "OPENAI_API_KEY" in given else None


def published(world: TrapWorld, writer: BenchmarkWriter) -> tuple[Score, dict[str, Any]]:
    """The score of one run, and the facts it published."""
    options = WorldOptions(seed=world.seed, people=PEOPLE, weeks=1, first_monday=world.monday, traps=True)
    volt = ClockedVolt(at=f"{world.monday + timedelta(days=9)}T12:00:00+00:00", use_model=writer.uses_model)
    with scratch_folder() as folder, running_sandbox(SandboxOptions(pace=0, world=options)) as sandbox:
        if writer.fault:
            sandbox.faults.add(f"openai:{writer.fault}:every-1")
        with environment({**sandbox.environ(with_model=True), **(writer.environ or {}), "VOLT_DATA_DIR": str(folder / "data")}, folder):
            _run(world.key, volt)
            if world.edit is not None:
                world.edit(sandbox, world.monday)
                _run(world.key, volt)
        reports = folder / "data" / "work_reports" / world.key / "reports"
        return scored(reports, truth_of(sandbox, world.monday, world.monday + timedelta(days=6))), facts_of(reports)


def _run(key: str, volt: ClockedVolt) -> None:
    ran = run_job(key, volt=volt)
    if not ran.is_success:
        raise SystemExit(f"the run failed:\n{ran.failures}")


@contextmanager
def environment(variables: Mapping[str, str], folder: Path) -> Iterator[None]:
    """This process's environment without settings of Volt and Dagster, with these variables, until the block ends."""
    before = dict(os.environ)
    os.environ.clear()
    os.environ.update(volt_environ(folder, variables))
    (folder / "dagster").mkdir()
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def row_of(world: str, writer: str, score: Score, *, is_same: bool) -> list[str]:
    """The table's row."""
    return [
        world,
        writer,
        f"{score.percent(score.figures, len(score.wrong_figures)):.1f} % of {score.figures}",
        f"{score.percent(score.items, len(score.missing_items)):.1f} % of {score.items}",
        str(len(score.invented)),
        f"{score.percent(score.sentences, len(score.untrue)):.1f} % of {score.sentences}",
        str(score.by_model),
        "yes" if is_same else "NO",
    ]


def named(configured: BenchmarkWriter | None) -> str:
    """Which model of the environment was used, and where."""
    if configured is None or configured.environ is None:
        return "none of the environment (OPENAI_API_KEY is not set)"
    return f"{configured.name} at {configured.environ.get('OPENAI_BASE_URL', 'the usual address of the OpenAI client')}"


def main() -> int:
    """Every world with every writer, one table; 1 when something false was published."""
    configured = configured_writer()
    writers = (*WRITERS, *([configured] if configured else []))
    rows, wrong = [], []
    for name in sys.argv[1:] or WORLDS:
        plain_facts: dict[str, Any] = {}
        for writer in writers:
            score, facts = published(WORLDS[name], writer)
            plain_facts = plain_facts or facts
            is_same = facts == plain_facts
            rows.append(row_of(name, writer.name, score, is_same=is_same))
            faults = [
                *score.wrong_figures,
                *score.missing_items,
                *score.invented,
                *([] if is_same else ["other facts than without a model"]),
            ]
            faults += score.untrue if writer.environ is None else []
            wrong += [f"{name}, {writer.name}: {fault}" for fault in faults]
            for untrue in score.untrue if writer.environ is not None else ():
                print(f"not traced: {name}, {writer.name}: {untrue}", file=sys.stderr)
    print_table(HEADINGS, rows)
    print(f"models used: {named(configured)}; {MODEL} and its faults in the embedded sandbox")
    for line in wrong:
        print(f"wrong: {line}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
