from __future__ import annotations

import pytest

from volt_assets.errors import SettingsError
from volt_assets.settings import EnrichmentSettings, TypeSettings
from volt_assets.work_reports.enrich.enrichers import activity_names, check_activities, enricher_of_type, find_enricher
from volt_assets_tests.work_reports.enrich.plans import SHIPPED


def test_every_enricher_is_used_by_the_shipped_configuration_and_there() -> None:
    check_activities(SHIPPED.enrichment)
    used = {one.activity for one in SHIPPED.enrichment.enrichment_activities.values()}
    assert used == set(activity_names())


def test_a_misspelt_activity_names_its_key_and_the_nearest_enricher() -> None:
    enrichment = EnrichmentSettings(enrichment_activities={"Scrum/Task": TypeSettings(activity="enrich_scrum_tsk")})
    with pytest.raises(
        SettingsError, match=r"key 'enrichment_activities.Scrum/Task.activity': there is no enricher 'enrich_scrum_tsk'"
    ) as caught:
        check_activities(enrichment)
    assert caught.value.hint == "did you mean 'enrich_scrum_task'?"


@pytest.mark.parametrize("name", ["", "../enrich_scrum_task", "os", "enrich_nothing_like_it_at_all_xyz"])
def test_only_modules_of_the_folder_are_ever_loaded(name: str) -> None:
    with pytest.raises(SettingsError, match="there is no enricher"):
        find_enricher(name)


def test_a_type_that_is_not_configured_has_the_usual_names_tried() -> None:
    assert enricher_of_type("Ops/Incident", EnrichmentSettings()).names_are_guesses
    assert enricher_of_type("Scrum/Sub-task", SHIPPED.enrichment).parents == ("Task", "Bug")
