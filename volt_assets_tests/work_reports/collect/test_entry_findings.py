from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given

from volt_assets.settings import ReportSettings
from volt_assets.work_reports.models import EntryFinding, TimeEntry
from volt_assets_tests.work_reports.collect.aggregated_samples import aggregated, many_entries
from volt_assets_tests.work_reports.collect.tracked_samples import entry


@given(many_entries())
def test_overlaps_are_those_a_plain_sweep_finds(entries: list[TimeEntry]) -> None:
    expected = set()
    for user_id in {one.user_id for one in entries}:
        latest_end: datetime | None = None
        own = [one for one in entries if one.user_id == user_id and not one.is_running and one.seconds]
        for one in sorted(own, key=lambda each: (datetime.fromisoformat(each.start), each.id)):
            start = datetime.fromisoformat(one.start)
            if latest_end is not None and start < latest_end:
                expected.add(one.id)
            latest_end = max(latest_end or start, start + timedelta(seconds=one.seconds or 0))
    overlaps = [finding for person in aggregated(entries).people for finding in person.findings if finding.kind == "overlapping"]
    assert {finding.entry_id for finding in overlaps} == expected
    by_id = {one.id: one for one in entries}
    for finding in overlaps:
        other = by_id[finding.overlaps_entry_id or 0]
        assert datetime.fromisoformat(other.start) <= datetime.fromisoformat(by_id[finding.entry_id].start)
        ends_at = datetime.fromisoformat(other.start) + timedelta(seconds=other.seconds or 0)
        assert ends_at > datetime.fromisoformat(by_id[finding.entry_id].start)


def test_findings() -> None:
    found = aggregated(
        [
            entry(1, "2025-10-06T09:00:00+02:00", 3600, description=" "),
            entry(2, "2025-10-06T09:30:00+02:00", 600, description="Call"),
            entry(3, "2025-10-06T09:50:00+02:00", 3600, description="Call"),
            entry(4, "2025-10-07T00:00:00+02:00", 43_201, description="Call"),
            entry(5, "2025-10-08T00:00:00+02:00", 43_200, description="Call"),
            entry(6, "2025-10-08T01:00:00+02:00", 0, description="Call"),
            entry(7, "2025-10-06T09:00:00+02:00", 60, description="Call", user_id=2),
        ]
    )
    assert found.people[0].findings == (
        EntryFinding(kind="no description", entry_id=1, user_id=1, day="2025-10-06", duration_seconds=3600),
        EntryFinding(kind="overlapping", entry_id=2, user_id=1, day="2025-10-06", duration_seconds=600, overlaps_entry_id=1),
        EntryFinding(kind="overlapping", entry_id=3, user_id=1, day="2025-10-06", duration_seconds=3600, overlaps_entry_id=1),
        EntryFinding(kind="too long", entry_id=4, user_id=1, day="2025-10-07", duration_seconds=43_201),
        EntryFinding(kind="zero length", entry_id=6, user_id=1, day="2025-10-08", duration_seconds=0),
    )
    assert found.people[1].findings == ()


def test_the_limit_of_long_entries_is_configured() -> None:
    found = aggregated([entry(1, seconds=5401, description="Call")], reports=ReportSettings(long_entry_hours=1.5))
    assert [finding.kind for finding in found.people[0].findings] == ["too long"]
