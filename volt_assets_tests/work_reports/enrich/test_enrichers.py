from __future__ import annotations

import sys
from pathlib import Path

import pytest

from volt_assets.errors import SettingsError
from volt_assets.settings import EnrichmentSettings, Settings, load_settings
from volt_assets.work_reports.enrich import enrichers
from volt_assets.work_reports.enrich.enrichers import activity_names, check_activities, enricher_of_type, find_enricher
from volt_assets_tests.work_reports.enrich.plans import SHIPPED, enriching, plan_of
from volt_assets_tests.work_reports.enrich.test_fetch import workspace

pytestmark = pytest.mark.anyio


def test_every_enricher_is_used_by_the_shipped_configuration_and_there() -> None:
    check_activities(SHIPPED)
    used = {one.activity for one in SHIPPED.enrichment.enrichment_activities.values()}
    assert used == set(activity_names())


def configured(folder: Path, activity: str) -> Settings:
    lines = ["enrichment_activities:", '  "Scrum/Bug": {activity: enrich_scrum_bug}', '  "Scrum/Task":', f"    activity: {activity}"]
    (folder / "enrichment_config.yaml").write_text("\n".join(lines), encoding="utf-8")
    return load_settings({"VOLT_CONFIG": str(folder)})


def test_a_misspelt_activity_names_file_line_key_and_the_nearest_enricher(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        check_activities(configured(tmp_path, "enrich_scrum_tsk"))
    assert str(caught.value) == (
        f"{tmp_path / 'enrichment_config.yaml'}:4: key 'enrichment_activities.Scrum/Task.activity': there is no enricher 'enrich_scrum_tsk'"
    )
    assert caught.value.hint == "did you mean 'enrich_scrum_task'?"


async def test_a_fetch_that_nothing_checked_before_says_the_same_and_asks_for_nothing(tmp_path: Path) -> None:
    settings, fibery = configured(tmp_path, "enrich_nothing"), workspace()
    async with enriching(fibery, settings) as run:
        with pytest.raises(SettingsError, match=r"enrichment_config\.yaml:4: key 'enrichment_activities.Scrum/Task.activity'"):
            await run.fetch(plan_of({"Scrum/Bug": ["7"]}, settings))
    assert fibery.commands == []


@pytest.mark.parametrize("module", ["", "ENRICHER = 1"])
def test_a_module_without_an_enricher_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: str) -> None:
    (tmp_path / "enrich_ops_room.py").write_text(module, encoding="utf-8")
    monkeypatch.setattr(enrichers, "__path__", [*enrichers.__path__, str(tmp_path)])
    monkeypatch.delitem(sys.modules, f"{enrichers.__name__}.enrich_ops_room", raising=False)
    with pytest.raises(SettingsError, match=r"enrichers/enrich_ops_room\.py: ENRICHER is not an Enricher") as caught:
        check_activities(configured(tmp_path, "enrich_ops_room"))
    assert caught.value.hint == "see docs/adding_a_type.md"


@pytest.mark.parametrize("name", ["", "../enrich_scrum_task", "os", "enrich_nothing_like_it_at_all_xyz"])
def test_only_modules_of_the_folder_are_ever_loaded(name: str) -> None:
    with pytest.raises(SettingsError, match="there is no enricher"):
        find_enricher(name)


def test_a_type_that_is_not_configured_has_the_usual_names_tried() -> None:
    assert enricher_of_type("Ops/Incident", EnrichmentSettings()).names_are_guesses
    assert enricher_of_type("Scrum/Sub-task", SHIPPED.enrichment).parents == ("Task", "Bug")
