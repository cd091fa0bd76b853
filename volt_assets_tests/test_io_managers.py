"""Where assets and what ops hand over are stored, and what happens to files nobody expects."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from upath import UPath

from volt_assets.errors import StoredDataError
from volt_assets.io_managers import (
    HtmlSetIOManager,
    JsonIOManager,
    MarkdownFolderIOManager,
    MarkdownIOManager,
    PartitionFolderIOManager,
    local_data,
)
from volt_assets.work_reports.automation import RANGES, RANGES_NAME
from volt_assets.work_reports.models import Frozen
from volt_assets_tests.pipeline import WEEK, files_of

KEY = dg.AssetKey(["work_reports", "thing"])


class Thing(Frozen):
    name: str
    hours: float = 0


class Written(Frozen):
    markdown: str
    document: Thing


class ThingWithTexts(Frozen):
    written: dict[str, str]

    def texts(self) -> dict[str, str]:
        return self.written

    def documents(self) -> dict[str, Thing]:
        return {name: Thing(name=name) for name in self.written}

    def without_texts(self) -> Thing:
        return Thing(name=", ".join(self.written))


@dataclass(frozen=True)
class WithDocument:
    markdown: str
    document: Thing


@pytest.fixture
def instance() -> dg.DagsterInstance:
    ephemeral = dg.DagsterInstance.ephemeral()
    ephemeral.add_dynamic_partitions(RANGES_NAME, [WEEK])
    return ephemeral


def store(manager: PartitionFolderIOManager, value: Any, instance: dg.DagsterInstance, key: str = WEEK) -> None:
    arguments: dict[str, Any] = {"asset_key": KEY, "partition_key": key, "asset_partitions_def": RANGES, "instance": instance}
    manager.handle_output(dg.build_output_context(**arguments), value)


def load(manager: PartitionFolderIOManager, kind: Any, instance: dg.DagsterInstance, key: str = WEEK) -> Any:
    with dg.build_input_context(
        asset_key=KEY,
        partition_key=key,
        asset_partitions_def=RANGES,
        instance=instance,
        dagster_type=dg.DagsterType(lambda _context, _value: True, "x", typing_type=kind),
    ) as context:
        return manager.load_input(context)


def test_a_document_lies_in_the_folder_of_its_key_and_is_read_as_its_type(tmp_path: Path, instance: dg.DagsterInstance) -> None:
    manager = JsonIOManager(UPath(tmp_path))
    store(manager, Thing(name="Ångström", hours=1.5), instance)
    assert files_of(tmp_path) == {f"work_reports/{WEEK}/thing.json": '{\n  "name": "Ångström",\n  "hours": 1.5\n}\n'.encode()}
    assert load(manager, Thing, instance) == Thing(name="Ångström", hours=1.5)
    assert load(manager, Any, instance) == {"name": "Ångström", "hours": 1.5}


def test_a_report_lies_in_the_reports_folder(tmp_path: Path, instance: dg.DagsterInstance) -> None:
    manager = MarkdownIOManager(UPath(tmp_path))
    store(manager, "# Täam\n", instance)
    assert files_of(tmp_path) == {f"work_reports/{WEEK}/reports/thing.md": "# Täam\n".encode()}
    assert load(manager, str, instance) == "# Täam\n"


def test_a_report_with_a_document_has_it_beside_it(tmp_path: Path, instance: dg.DagsterInstance) -> None:
    manager = MarkdownIOManager(UPath(tmp_path))
    store(manager, WithDocument("# Team\n", Thing(name="team")), instance)
    assert set(files_of(tmp_path)) == {f"work_reports/{WEEK}/reports/thing.md", f"work_reports/{WEEK}/reports/thing.json"}
    assert load(manager, str, instance) == "# Team\n"


def test_texts_lie_beside_their_document_and_what_is_not_among_them_disappears(tmp_path: Path, instance: dg.DagsterInstance) -> None:
    manager = MarkdownFolderIOManager(UPath(tmp_path))
    store(manager, ThingWithTexts(written={"mila": "# Mila", "arjun": "# Arjun"}), instance)
    (tmp_path / "work_reports" / WEEK / "reports" / "individual" / "foreign.md").write_text("of somebody else")
    store(manager, ThingWithTexts(written={"mila": "# Mila, again"}), instance)
    assert len(files_of(tmp_path / "work_reports" / WEEK)) == 6, "nothing is removed by a manager that nobody told what is its own"
    manager.is_own = lambda path: path.stem != "foreign"
    store(manager, ThingWithTexts(written={"mila": "# Mila, again"}), instance)
    files = files_of(tmp_path / "work_reports" / WEEK)
    assert files.pop("reports/individual/foreign.md") == b"of somebody else"
    assert files["reports/individual/mila.md"] == b"# Mila, again"
    assert files["reports/individual/mila.json"] == b'{\n  "name": "mila",\n  "hours": 0.0\n}\n'
    assert set(files) == {"reports/individual/mila.md", "reports/individual/mila.json", "thing.json"}
    assert load(manager, Thing, instance) == Thing(name="mila")


def test_a_report_lies_beside_its_document(tmp_path: Path, instance: dg.DagsterInstance) -> None:
    manager = MarkdownIOManager(UPath(tmp_path))
    store(manager, Written(markdown="# Thing", document=Thing(name="thing")), instance)
    files = files_of(tmp_path / "work_reports" / WEEK)
    assert set(files) == {"reports/thing.md", "reports/thing.json"}
    assert files["reports/thing.md"] == b"# Thing"
    assert load(manager, str, instance) == "# Thing"


@dataclass(frozen=True)
class Pages:
    pages: dict[str, str]
    files: dict[str, str] = field(default_factory=dict)


def test_pages_that_are_no_longer_in_the_set_disappear(
    tmp_path: Path, instance: dg.DagsterInstance, capfd: pytest.CaptureFixture[str]
) -> None:
    manager = HtmlSetIOManager(UPath(tmp_path))
    store(manager, Pages({"thing": "all", "individual/mila": "Mila", "individual/tane": "Tane"}), instance)
    folder = tmp_path / "work_reports" / WEEK / "reports"
    (folder / "individual" / "mila.md").write_text("of another asset")
    (folder / "individual" / "other.html").write_text("of somebody else")
    manager.is_own = lambda path: path.stem != "other"
    store(manager, Pages({"thing": "all", "individual/mila": "Mila, again"}, {"views/team.md": "Team"}), instance)
    assert files_of(folder) == {
        "thing.html": b"all",
        "individual/mila.html": b"Mila, again",
        "individual/mila.md": b"of another asset",
        "individual/other.html": b"of somebody else",
        "views/team.md": b"Team",
    }
    said = capfd.readouterr().err
    assert "1 files are no longer part" in said
    assert "tane" not in said.lower()  # a name of a file that is a person's
    assert load(manager, str, instance) == "all"


@pytest.mark.parametrize("key", ["../../evil", "..", "a/../../b", "/etc"])
def test_no_key_leads_out_of_the_data_folder(tmp_path: Path, instance: dg.DagsterInstance, key: str) -> None:
    instance.add_dynamic_partitions(RANGES_NAME, [key])
    manager = JsonIOManager(UPath(tmp_path / "data"))
    with pytest.raises(StoredDataError, match="is not the name of a folder"):
        store(manager, Thing(name="x"), instance, key)
    with pytest.raises(StoredDataError, match="is not the name of a folder"):
        load(manager, Thing, instance, key)
    assert files_of(tmp_path) == {}


@pytest.mark.parametrize(
    ("content", "place"),
    [(b"{", "line 1"), (b'{"hours": 1}', "at 'name'"), (b'{"name": "x", "more": 1}', "at 'more'"), (b"\xff", "line 1 column 1$")],
)
def test_a_corrupt_document_is_named_with_the_place_and_not_quoted(
    tmp_path: Path, instance: dg.DagsterInstance, content: bytes, place: str
) -> None:
    manager = JsonIOManager(UPath(tmp_path))
    store(manager, Thing(name="x"), instance)
    path = tmp_path / "work_reports" / WEEK / "thing.json"
    path.write_bytes(content)
    with pytest.raises(StoredDataError, match=place) as raised:
        load(manager, Thing, instance)
    assert str(path) in str(raised.value)
    assert raised.value.hint


def test_a_corrupt_report_is_named(tmp_path: Path, instance: dg.DagsterInstance) -> None:
    manager = MarkdownIOManager(UPath(tmp_path))
    store(manager, "x", instance)
    (tmp_path / "work_reports" / WEEK / "reports" / "thing.md").write_bytes(b"\xff\xfe")
    with pytest.raises(StoredDataError, match=r"thing\.md"):
        load(manager, str, instance)


def test_a_document_that_is_not_there_says_what_to_make_first(tmp_path: Path, instance: dg.DagsterInstance) -> None:
    with pytest.raises(StoredDataError, match=rf"{WEEK}/thing\.json: not there; work_reports/thing has to be made first"):
        load(JsonIOManager(UPath(tmp_path)), Thing, instance)


def test_one_output_cannot_stand_for_several_ranges(tmp_path: Path, instance: dg.DagsterInstance) -> None:
    instance.add_dynamic_partitions(RANGES_NAME, ["2025-10-13_2025-10-19"])
    context = dg.build_output_context(
        asset_key=KEY,
        asset_partition_key_range=dg.PartitionKeyRange(WEEK, "2025-10-13_2025-10-19"),
        asset_partitions_def=RANGES,
        instance=instance,
    )
    with pytest.raises(StoredDataError, match="cannot stand for 2 ranges"):
        JsonIOManager(UPath(tmp_path)).handle_output(context, Thing(name="x"))
    assert files_of(tmp_path) == {}


def test_what_ops_hand_over_lies_apart_by_run(tmp_path: Path) -> None:
    manager = JsonIOManager(UPath(tmp_path))
    context = dg.build_output_context(step_key="fetch", name="fetched", run_id="run-1")
    manager.handle_output(context, Thing(name="x"))
    [path] = files_of(tmp_path)
    assert path.startswith(".volt/scratch/run-1/fetch/fetched")
    assert json.loads((tmp_path / path).read_text())["name"] == "x"


def test_an_object_store_works_as_well(instance: dg.DagsterInstance) -> None:
    manager = JsonIOManager(UPath("memory://io_managers"))
    store(manager, Thing(name="far"), instance)
    assert load(manager, Thing, instance) == Thing(name="far")
    assert UPath(f"memory://io_managers/work_reports/{WEEK}/thing.json").exists()


@pytest.mark.parametrize(
    ("kind", "manager"),
    [
        ("volt_json", JsonIOManager),
        ("volt_markdown", MarkdownIOManager),
        ("volt_markdown_folder", MarkdownFolderIOManager),
        ("volt_html_set", HtmlSetIOManager),
    ],
)
def test_the_data_folder_is_the_one_of_the_environment_when_the_run_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, manager: type[PartitionFolderIOManager]
) -> None:
    factory = local_data(kind)
    monkeypatch.setenv("VOLT_DATA_DIR", str(tmp_path / "elsewhere"))
    made = factory(dg.build_init_resource_context())
    assert type(made) is manager
    store_at = made.get_path_for_partition(dg.build_output_context(), UPath(tmp_path / "elsewhere" / "work_reports" / "thing.json"), WEEK)
    assert str(store_at).startswith(str(tmp_path / "elsewhere" / "work_reports" / WEEK))
