"""The stages of this domain and the assets of a range in each, once, in the order of the flow.

Belongs here: names. Does not: what an asset is made from (Dagster knows it from the assets), when it is made (automation.py).
"""

from __future__ import annotations

from typing import Literal

Stage = Literal["collect", "enrich", "report"]
STAGES: tuple[Stage, ...] = ("collect", "enrich", "report")
ASSETS_OF: dict[Stage, tuple[str, ...]] = {
    "collect": ("raw_toggl_data", "toggl_aggregated"),
    "enrich": ("entities_to_enrich", "enriched_entities"),
    "report": (
        "toggl_summary",
        "individual_reports",
        "enriched_data",
        "team_summary",
        "work_alignment",
        "unknown_entities",
        "config_validation",
        "data_quality",
        "billing",
        "tables",
        "combined_report",
        "report",
    ),
}
STAGE_OF: dict[str, Stage] = {asset: stage for stage in STAGES for asset in ASSETS_OF[stage]}
RANGE_ASSETS = tuple(STAGE_OF)
TOGGL_ASSETS = (*ASSETS_OF["collect"], "toggl_summary")
"""What is made of time entries alone."""
FIBERY_ASSETS = tuple(asset for asset in RANGE_ASSETS if asset not in TOGGL_ASSETS)
"""What is made of stored time entries and Fibery."""
MUST_HOLD: dict[str, str] = {
    "every_entry_accounted_for": "toggl_aggregated",
    "every_item_enriched_or_explained": "enriched_entities",
    "every_person_has_a_report": "individual_reports",
    "coverage_adds_up": "enriched_data",
    "every_item_is_judged": "work_alignment",
    "tables_add_up": "tables",
}
"""The checks without which no report is given out, and the asset each is about."""
