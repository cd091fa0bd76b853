"""A week that a model wrote, and what is stale of it after each thing that may be touched; the steps are watched while they read."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from volt_assets.cli.run_choice import asset_graph
from volt_assets.clients.fibery import FiberyClient
from volt_assets.clients.toggl import TogglClient
from volt_assets.config_files import checkout_dir
from volt_assets.environment import fibery_access, toggl_access
from volt_assets.sandbox.server import RunningSandbox, SandboxOptions, running_sandbox
from volt_assets.sandbox.world import WorldOptions
from volt_assets.settings import load_settings
from volt_assets.settings_values import Keys
from volt_assets.work_reports import steps
from volt_assets.work_reports.asking_again import why_fibery_differs, why_toggl_differs
from volt_assets.work_reports.asset_reads import READS, WRITING, Surroundings
from volt_assets.work_reports.collect import assets as collect_assets
from volt_assets.work_reports.collect.day_store import DayStore
from volt_assets.work_reports.data_folder import DataFolder
from volt_assets.work_reports.enrich import assets as enrich_assets
from volt_assets.work_reports.made_from import MadeFromStore
from volt_assets.work_reports.models import EnrichedEntities, Origin, TogglAggregated
from volt_assets.work_reports.range_key import RangeKey
from volt_assets.work_reports.range_state import range_state
from volt_assets.work_reports.report import assets as report_assets
from volt_assets.work_reports.report.alignment_report import work_alignment
from volt_assets.work_reports.report.billing import billing
from volt_assets.work_reports.report.configuration_health import config_validation
from volt_assets.work_reports.report.data_quality import data_quality
from volt_assets.work_reports.report.templates import FURTHER
from volt_assets.work_reports.report.unknown_types import unknown_entities
from volt_assets.work_reports.report.whole_range import WholeRange
from volt_assets.work_reports.stages import RANGE_ASSETS
from volt_assets.work_reports.staleness import propagated
from volt_assets_tests.conftest import forget_our_variables
from volt_assets_tests.pipeline import AFTERWARDS, WEEK, ClockedVolt, document, folder_of, run_job

MODEL = "sandbox-prose"
KEY = RangeKey(date(2025, 10, 6), date(2025, 10, 12))
# How somebody is asked, and where things are kept: it changes no report.
OF_THE_ASKING = {"pace", "retries", "timeouts", "toggl", "fibery", "dead_letters"}
# A model is known by its name; prices and patience change no report.
OF_ASKING_A_MODEL = {"model", "timeout_seconds", "max_concurrent_people", "usd_per_million_input_tokens", "usd_per_million_output_tokens"}
SECTIONS = ("Settings", "ReportSettings", "LlmSettings", "EnrichmentSettings", "CalendarSettings")
BELOW = {  # what is made from the individual reports
    "enriched_data",
    "team_summary",
    "combined_report",
    "report",
}


class Watch:
    """Which keys of the configuration are read, by the asset whose step is at work."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.read: dict[str, set[str]] = defaultdict(set)
        self.asset: str | None = None
        plain = Keys.__getattribute__

        def watched(keys: Keys, name: str) -> Any:
            value = plain(keys, name)
            if self.asset is not None and name in type(keys).model_fields:
                self.read[self.asset].add(f"{type(keys).__name__}.{name}")
            return value

        monkeypatch.setattr(Keys, "__getattribute__", watched)

    @contextlib.contextmanager
    def during(self, asset: str) -> Iterator[None]:
        self.asset = asset
        try:
            yield
        finally:
            self.asset = None


@dataclass(frozen=True)
class Made:
    company: RunningSandbox
    data: Path
    config: Path
    read: dict[str, set[str]]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    """The week of a small company, written by a model; its configuration is a copy that tests may edit."""
    home = tmp_path_factory.mktemp("made")
    checkout = checkout_dir()
    assert checkout is not None
    shutil.copytree(checkout / "config", home / "config")
    options = SandboxOptions(world=WorldOptions(people=2, weeks=1), pace=0)
    with running_sandbox(options) as company, pytest.MonkeyPatch.context() as monkeypatch:
        forget_our_variables(monkeypatch)
        variables = {**company.environ(with_model=True), "VOLT_DATA_DIR": str(home / "data"), "VOLT_CONFIG": str(home / "config")}
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        with pytest.MonkeyPatch.context() as tracing:
            watch, plain_step = Watch(tracing), steps.step

            @contextlib.contextmanager
            def watched_step(context: Any, volt: Any, asset: str, part: Any = "whole") -> Iterator[steps.Step]:
                # Noting what an asset is made from reads its settings as well: only the body counts.
                with plain_step(context, volt, asset, part) as current, watch.during(asset):
                    yield current

            for module in (collect_assets, enrich_assets, report_assets):
                tracing.setattr(module, "step", watched_step)
            ran = run_job()
        assert ran.is_success, ran.failures
        yield Made(company, home / "data", home / "config", dict(watch.read))


def around(made: Made, model: str | None = MODEL, **overrides: Any) -> Surroundings:
    changed = {name.replace("__", "."): value for name, value in overrides.items()}
    settings = load_settings(os.environ, {"pace": 0, **changed})
    return Surroundings(KEY, settings, os.environ, DataFolder(str(made.data)), model, fibery_access(os.environ))


def stale(surroundings: Surroundings) -> dict[str, str]:
    """The assets that are not fresh by themselves, and why."""
    return {name: one.reason for name, one in range_state(asset_graph(), surroundings).items() if one.state != "fresh"}


def with_those_below(surroundings: Surroundings) -> set[str]:
    judged = propagated(asset_graph(), range_state(asset_graph(), surroundings))
    return {name for name, one in judged.items() if one.state != "fresh"}


def declared(asset: str) -> set[str]:
    """The keys the asset may read, by the class they are fields of; a key of a section opens the section."""
    names = (*READS[asset].settings, *(WRITING if READS[asset].asks_a_model else ()))
    return {part for name in names for part in name.split(".")}


def undeclared(asset: str, read: set[str]) -> set[str]:
    keys = {key.partition(".")[2] for key in read if key.partition(".")[0] in SECTIONS}
    by_other_means = {"llm"} if READS[asset].asks_a_model else {"teams"} if READS[asset].people else set()
    return keys - declared(asset) - OF_THE_ASKING - OF_ASKING_A_MODEL - by_other_means


def test_every_asset_has_its_list_of_what_it_reads() -> None:
    assert tuple(READS) == tuple(name for name in READS if name in RANGE_ASSETS)
    assert set(READS) == set(RANGE_ASSETS)


@pytest.mark.parametrize("asset", [name for name in RANGE_ASSETS if name not in FURTHER])
def test_no_step_reads_a_setting_that_is_not_on_its_list(made: Made, asset: str) -> None:
    assert undeclared(asset, made.read.get(asset, set())) == set()


@pytest.mark.parametrize("make", [work_alignment, unknown_entities, config_validation, data_quality, billing])
def test_no_further_report_reads_a_setting_that_is_not_on_its_list(
    made: Made, make: Callable[[WholeRange], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings, folder = load_settings(os.environ), folder_of(made.data)
    whole = WholeRange(
        TogglAggregated.model_validate_json((folder / "toggl_aggregated.json").read_bytes()),
        EnrichedEntities.model_validate_json((folder / "enriched_entities.json").read_bytes()),
        settings,
        Origin(WEEK, "run", "code"),
    )
    watch = Watch(monkeypatch)
    with watch.during(make.__name__):
        make(whole)
    # Everybody's circumstances are put together with all rules of the reports at hand.
    assert undeclared(make.__name__, watch.read[make.__name__]) - {"reports"} == set()


def test_the_tables_read_what_the_reports_behind_them_read() -> None:
    behind = {key for name in ("work_alignment", "unknown_entities", "config_validation", "data_quality") for key in READS[name].settings}
    assert behind <= set(READS["tables"].settings) <= behind | {"people"}


def test_right_after_a_run_everything_is_fresh(made: Made) -> None:
    assert stale(around(made)) == {}


@pytest.mark.parametrize(
    ("overrides", "touched"),
    [
        ({"reports__short_item_hours": 2}, {"individual_reports", "team_summary", "report"}),
        ({"reports__not_updated_hours": 4}, {"individual_reports", "team_summary", "report", "work_alignment", "tables"}),
        ({"reports__minimum_group_size": 9}, {"individual_reports", "report"}),
        ({"reports__long_entry_hours": 8}, {"toggl_aggregated"}),
        ({"reports__name_similarity_minimum": 0.6}, {"enriched_entities"}),
        ({"reports__number_style": "de_DE"}, {name for name in RANGE_ASSETS if READS[name].speaks}),
        ({"timezone": "Asia/Tokyo"}, {"raw_toggl_data", "enriched_entities"}),
        ({"llm__max_output_tokens": 900}, {"toggl_summary", "individual_reports", "team_summary"}),
        ({"llm__pseudonyms": True}, {"toggl_summary", "individual_reports", "team_summary"}),
        ({"calendar__hours_per_day": 7}, {"individual_reports", "team_summary", "report", "data_quality", "tables"}),
        ({"teams": {"core": ["a@example.com"]}}, {"config_validation", "tables"}),
        ({"retries__attempts": 3, "toggl__page_size": 77, "timeouts__run_seconds": 99, "llm__max_concurrent_people": 1}, set()),
    ],
)
def test_a_setting_makes_exactly_those_stale_that_read_it(made: Made, overrides: dict[str, Any], touched: set[str]) -> None:
    found = stale(around(made, **overrides))
    assert set(found) == touched
    key = next(iter(overrides)).replace("__", ".")
    assert all(reason == f"configuration changed: {key}" for reason in found.values())


def test_a_touched_prompt_makes_its_reports_stale_and_what_is_made_from_them(made: Made) -> None:
    prompt = made.config / "prompts" / "individual.md"
    text = prompt.read_text()
    try:
        prompt.write_text(text + "\nBe brief.\n")
        assert stale(around(made)) == {"individual_reports": "prompt changed: individual.md"}
        assert with_those_below(around(made)) == {"individual_reports", *BELOW}
    finally:
        prompt.write_text(text)
    assert stale(around(made)) == {}


def test_a_prompt_is_of_no_account_without_a_model(made: Made) -> None:
    store = MadeFromStore(DataFolder(str(made.data)), WEEK)
    without = around(made, model=None)
    written = [name for name in RANGE_ASSETS if READS[name].asks_a_model]
    assert stale(without) == dict.fromkeys(written, f"model changed: {MODEL} to none")
    before = {name: store.read(name) for name in written}
    prompt = made.config / "prompts" / "individual.md"
    text = prompt.read_text()
    try:
        for name, record in before.items():
            assert record is not None
            store.keep(record.model_copy(update={"reads": without.read_by(name)}))
        prompt.write_text(text + "\nBe brief.\n")
        assert stale(without) == {}
    finally:
        prompt.write_text(text)
        for record in before.values():
            assert record is not None
            store.keep(record)


def test_a_template_counts_for_every_report_that_includes_it(made: Made) -> None:
    own = made.config / "templates"
    own.mkdir()
    try:
        shipped = Path(steps.__file__).parents[1] / "templates" / "alignment.md.j2"
        (own / shipped.name).write_text(shipped.read_text() + "\n")
        assert stale(around(made)) == {"individual_reports": "template changed: alignment.md.j2"}
    finally:
        shutil.rmtree(own)


def test_the_words_of_a_language_count_for_whatever_says_something(made: Made) -> None:
    own = made.config / "languages"
    own.mkdir()
    try:
        (own / "en.po").write_text('msgid ""\nmsgstr ""\n')
        found = stale(around(made))
        assert set(found) == {name for name in RANGE_ASSETS if READS[name].speaks}
        assert set(found.values()) == {"words changed: en.po"}
    finally:
        shutil.rmtree(own)


def test_files_that_are_gone_or_were_changed_are_named(made: Made, tmp_path: Path) -> None:
    shutil.copytree(made.data, tmp_path / "data")
    copy = replace(made, data=tmp_path / "data")
    folder = folder_of(copy.data)
    (folder / "reports" / "billing.md").unlink()
    next(iter(sorted((folder / "reports" / "individual").glob("*.html")))).unlink()
    (folder / "reports" / "data_quality.md").write_text("mine")
    people = len(document(copy.data, "toggl_aggregated")["people"])
    assert stale(around(copy)) == {
        "billing": "file absent",
        "report": f"file absent: reports/individual/*.html ({people - 1} of {people} there)",
        "data_quality": "file changed by somebody else: reports/data_quality.md",
    }
    shutil.rmtree(copy.data / ".volt" / "made_from")
    assert set(stale(around(copy)).values()) == {"never made", "not known what it was made from"}


def test_a_day_that_was_replaced_makes_the_range_stale(made: Made, tmp_path: Path) -> None:
    shutil.copytree(made.data, tmp_path / "data")
    copy = replace(made, data=tmp_path / "data")
    store = DayStore.of(DataFolder(str(copy.data)))
    day_file = store.read(date(2025, 10, 7))
    assert day_file is not None
    store.write(day_file.model_copy(update={"entries": day_file.entries[1:]}))
    store.keep_columns()
    assert stale(around(copy)) == {"raw_toggl_data": "day re-checked: 2025-10-07 replaced since"}
    assert with_those_below(around(copy)) == set(RANGE_ASSETS)
    store.path(date(2025, 10, 8)).unlink()
    assert stale(around(copy))["raw_toggl_data"].endswith("day absent: 2025-10-08")


def test_a_look_up_that_was_thrown_away_says_nothing(made: Made, tmp_path: Path) -> None:
    shutil.copytree(made.data, tmp_path / "data")
    copy = replace(made, data=tmp_path / "data")
    for name in ("people.json", "fibery_schema.json"):
        (copy.data / ".volt" / name).unlink()
    assert stale(around(copy)) == {}
    (copy.data / ".volt" / "people.json").write_text('{"people": []}')
    (copy.data / ".volt" / "fibery_schema.json").write_text('{"types": []}')
    found = stale(around(copy))
    assert found.pop("raw_toggl_data") == "people of the workspace changed"
    assert set(found.values()) == {"schema of the Fibery workspace changed"}
    assert set(found) == {"unknown_entities", "config_validation", "data_quality", "tables"}


def test_an_input_that_was_made_anew_is_newer_and_one_that_says_the_same_is_not(made: Made, tmp_path: Path) -> None:
    shutil.copytree(made.data, tmp_path / "data")
    copy = replace(made, data=tmp_path / "data")
    store = MadeFromStore(DataFolder(str(copy.data)), WEEK)
    record = store.read("toggl_aggregated")
    assert record is not None
    store.keep(record.model_copy(update={"run_id": "another"}))
    assert stale(around(copy)) == {}
    store.keep(record.model_copy(update={"version": "another"}))
    assert stale(around(copy))["billing"] == "input newer: toggl_aggregated"


def test_an_asset_that_was_not_the_last_word_is_made_again(made: Made, tmp_path: Path) -> None:
    shutil.copytree(made.data, tmp_path / "data")
    copy = replace(made, data=tmp_path / "data")
    store = MadeFromStore(DataFolder(str(copy.data)), WEEK)
    record = store.read("team_summary")
    assert record is not None
    store.keep(record.model_copy(update={"again": "the model did not answer", "code_version": "0.0.1"}))
    assert stale(around(copy))["team_summary"].startswith("code changed: 0.0.1 to ")
    assert stale(around(copy))["team_summary"].endswith("; the model did not answer")


def test_what_is_kept_names_nobody(made: Made) -> None:
    kept = b"".join(path.read_bytes() for path in (made.data / ".volt" / "made_from").rglob("*.json"))
    assert kept
    for person in document(made.data, "toggl_aggregated")["people"]:
        assert person["email"].encode() not in kept
        assert person["slug"].encode() not in kept
        assert str(person["user_id"]).encode() not in kept


def asked(made: Made) -> tuple[str | None, str | None]:
    """What Toggl and Fibery say of the stored week, a week after it."""
    surroundings, now = around(made), lambda: datetime.fromisoformat(AFTERWARDS)
    settings, data, access = surroundings.settings, surroundings.data, fibery_access(os.environ)

    async def ask() -> tuple[str | None, str | None]:
        toggl = TogglClient(toggl_access(os.environ), settings=settings.toggl, retries=settings.retries, pace=0, now=now)
        fibery = FiberyClient(access, settings=settings.fibery, retries=settings.retries, pace=0, now=now)
        async with toggl, fibery:
            return (
                await why_toggl_differs(KEY, client=toggl, data=data, settings=settings, now=now),
                await why_fibery_differs(KEY, client=fibery, data=data, settings=settings, access=access, now=now),
            )

    return asyncio.run(ask())


def test_only_asking_tells_what_changed_outside(made: Made) -> None:
    before = made.company.requests.total("toggl")
    assert asked(made) == (None, None)
    assert made.company.requests.total("toggl") - before == 2
    entries = [entry for entry in document(made.data, "raw_toggl_data")["entries"] if entry["start"].startswith("2025-10-08")]
    made.company.edit.entry(entries[0]["id"], description="something else")
    item = next(item for item in document(made.data, "enriched_entities")["items"] if item["status"] == "enriched")
    made.company.edit.comment(item["type"], item["public_id"], "One more thing")
    toggl, fibery = asked(made)
    assert toggl == "edited in Toggl: 2025-10-08"
    assert fibery == "changed in Fibery"
    assert stale(around(made)) == {}


def test_a_toggl_that_does_not_answer_leaves_the_decision_to_the_run(made: Made) -> None:
    with made.company.faults.during("toggl:500:every-1"):
        settings = around(made, retries__attempts=1).settings
        now = ClockedVolt().now

        async def ask() -> str | None:
            client = TogglClient(toggl_access(os.environ), settings=settings.toggl, retries=settings.retries, pace=0, now=now)
            async with client:
                return await why_toggl_differs(KEY, client=client, data=DataFolder(str(made.data)), settings=settings, now=now)

        assert asyncio.run(ask()) == "Toggl could not be asked whether the days are as they were"
