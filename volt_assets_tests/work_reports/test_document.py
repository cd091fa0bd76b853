from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from volt_assets.work_reports import models
from volt_assets.work_reports.models import (
    SCHEMA_VERSION,
    Document,
    EnrichedEntities,
    Origin,
    Person,
    Proof,
    RawTogglData,
    Reconciliation,
    TimeEntry,
    content_version,
    stamped,
)

NOW, LATER = datetime(2025, 10, 13, 6, tzinfo=UTC), datetime(2025, 10, 14, 6, tzinfo=UTC)
ORIGIN = Origin("2025-10-06_2025-10-12", "run-1", "1")


def raw(origin: Origin = ORIGIN, *, data_as_of: datetime = NOW, **changes: Any) -> RawTogglData:
    content: dict[str, Any] = {
        "start_date": date(2025, 10, 6),
        "end_date": date(2025, 10, 12),
        "timezone": "UTC",
        "reconciliation": Reconciliation(our_seconds=60, toggl_seconds=60),
        "people": (Person(user_id=1, name="Ada Example"),),
        "entries": (TimeEntry(id=1, user_id=1, user_name="Ada Example", start="2025-10-06T09:00:00Z", stop="x", seconds=60),),
        "toggl_workspace_id": 1,
    }
    return stamped(RawTogglData, origin, data_as_of=data_as_of, **content | changes)


def test_a_document_begins_with_its_head() -> None:
    document = raw()
    assert list(document.model_dump())[:6] == ["schema_version", "key", "data_as_of", "code_version", "run_id", "data_version"]
    assert (document.schema_version, document.key, document.run_id, document.code_version) == (SCHEMA_VERSION, ORIGIN.key, "run-1", "1")
    assert RawTogglData.model_validate_json(document.model_dump_json()) == document


def test_the_version_follows_the_content_and_not_who_looked_when() -> None:
    version = raw().data_version
    assert len(version) == 16
    assert raw(Origin(ORIGIN.key, "run-2", "2"), data_as_of=LATER).data_version == version
    assert raw(reconciliation=Reconciliation(our_seconds=61, toggl_seconds=61)).data_version != version
    assert raw(people=()).data_version != version
    assert content_version(raw()) == version


def test_times_of_looking_count_nowhere_in_a_document() -> None:
    def entities(fetched_at: datetime) -> EnrichedEntities:
        day = date(2025, 10, 6)
        return stamped(EnrichedEntities, ORIGIN, data_as_of=fetched_at, start_date=day, end_date=day, fetched_at=fetched_at, items=())

    assert entities(NOW).data_version == entities(LATER).data_version


def test_models_refuse_unknown_keys_and_changes() -> None:
    with pytest.raises(ValidationError, match="Extra inputs"):
        Person(user_id=1, name="Ada Example", e_mail="ada@example.com")  # type: ignore[call-arg]  # the typo is the point
    person = Person(user_id=1, name="Ada Example")
    with pytest.raises(ValidationError, match="frozen"):
        person.name = "Bo"  # type: ignore[misc]  # that it cannot be set is the point


def test_every_document_is_exported() -> None:
    own = [kind for kind in Document.__subclasses__() if kind.__module__.startswith(models.__name__)]
    for kind in own:
        assert getattr(models, kind.__name__) is kind


@pytest.mark.parametrize(
    ("stop", "seconds", "running"),
    [("2025-10-06T10:00:00Z", 60, False), ("2025-10-06T10:00:00Z", 0, False), (None, 60, True), ("x", -1, True), ("x", None, True)],
)
def test_an_entry_runs_without_a_stop_or_with_negative_seconds(stop: str | None, seconds: int | None, *, running: bool) -> None:
    entry = TimeEntry(id=1, user_id=1, user_name="Ada Example", start="2025-10-06T23:30:00-07:00", stop=stop, seconds=seconds)
    assert entry.is_running is running
    assert entry.day == "2025-10-06"


def test_reconciled_means_equal_to_the_second_with_every_day_proven() -> None:
    day = date(2025, 10, 6)
    assert Proof(start_date=day, end_date=day, toggl_seconds=70, our_seconds=60, checked_at=NOW).difference_seconds == -10
    assert Reconciliation(our_seconds=60, toggl_seconds=60).is_reconciled
    assert not Reconciliation(our_seconds=60, toggl_seconds=61).is_reconciled
    assert not Reconciliation(our_seconds=60, toggl_seconds=None).is_reconciled
    assert not Reconciliation(our_seconds=60, toggl_seconds=60, unproven_days=(day,)).is_reconciled
