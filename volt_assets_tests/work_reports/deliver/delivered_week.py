"""A finished week that can be delivered, with the settings and the clock of a test."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from volt_assets.delivery_settings import DeliverySettings
from volt_assets.settings import Settings
from volt_assets.work_reports.data_folder import DataFolder
from volt_assets.work_reports.deliver.delivery_book import Deliveries
from volt_assets.work_reports.deliver.sending import Planned, RangeDeliveries
from volt_assets.work_reports.models.revisions import CurrentRevision
from volt_assets.work_reports.revision_store import REVISIONS, read_index, write_index
from volt_assets_tests.pipeline import WEEK, folder_of

MORNING = datetime(2025, 10, 20, 8, 30, tzinfo=UTC)


def settings_with(named: dict[str, dict[str, Any]], **shared: Any) -> Settings:
    return Settings(delivery=DeliverySettings.model_validate({**shared, "named": {n: {"send": True, **one} for n, one in named.items()}}))


def deliveries(
    data: Path, named: dict[str, dict[str, Any]], environ: dict[str, str] | None = None, *, at: datetime = MORNING, **shared: Any
) -> RangeDeliveries:
    return RangeDeliveries(WEEK, DataFolder(str(data)), settings_with(named, **shared), environ or {}, now=lambda: at)


def due(one: Planned) -> bool:
    return one.prospect == "due"


def book_of(data: Path) -> Deliveries:
    return Deliveries.model_validate_json((folder_of(data) / "deliveries.json").read_bytes())


def become_revision(data: Path, report: str, number: int) -> None:
    """As if a run had found that the report says something else."""
    place = folder_of(data) / REVISIONS
    index = read_index(place)
    current = index.reports.get(report) or next(iter(index.reports.values()))
    changed: CurrentRevision = current.model_copy(update={"number": number})
    write_index(place, index.model_copy(update={"reports": {**index.reports, report: changed}}))
