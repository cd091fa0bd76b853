from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from volt_assets.work_reports.models import LateEdit
from volt_assets_tests.work_reports.report.report_set import ReportSet, report_set
from volt_assets_tests.work_reports.report.sample_week import activity, aggregated, days, enriched, item, person, tracked

AT = datetime(2025, 10, 14, 6, 0, tzinfo=UTC)


def edit(day: int, before: float, after: float, **ids: tuple[int, ...]) -> LateEdit:
    return LateEdit(
        day=date(2025, 10, day),
        checked_at=AT.replace(day=day + 5),
        seconds_before=round(before * 3600),
        seconds_after=round(after * 3600),
        **ids,
    )


def written(*edits: LateEdit, **more: Any) -> ReportSet:
    jane = person(12, "Jane Smith", "jane_smith", [tracked("Scrum/Task", "1", days(6.0, 2.0), "Fix it", entries=(1, 2))])
    john = person(11, "John Doe", "john_doe", [], [activity("Review", days(1.0)).model_copy(update={"entries": (3,)})])
    max_ = person(13, "Max Mustermann", "max_mustermann", [], [activity("Mail", days(1.0)).model_copy(update={"entries": (4,)})])
    return report_set(aggregated([jane, john, max_], late_edits=edits, **more), enriched([item("Scrum/Task", "1", "Fix it")]))


def test_late_edits_are_said_to_the_team_with_entries_hours_days_and_people() -> None:
    reports = written(edit(7, 8, 9.5, added=(2,), changed=(1, 3)), edit(9, 7.5, 7.0, deleted=(77,)), edit(9, 7.0, 7.0, changed=(3,)))
    said = (
        "Late edits: after their days had been downloaded, 1 entry was added, 2 were changed and 1 was deleted (+1.0 h), "
        "on 7 Oct and 9 Oct; last noticed 14 Oct 2025 06:00 UTC. All figures include them. "
        "They concern Jane Smith (2) and John Doe (1); whose the deleted one was is not known."
    )
    for text in (reports.team, reports.toggl):
        assert said in text
    assert said in reports.team.split("## Data quality", 1)[1]
    assert [one.added for one in reports.data.late_edits] == [(2,), (), ()]


def test_late_edits_are_said_to_whom_they_concern() -> None:
    reports = written(edit(7, 8, 9.5, added=(2,), changed=(1, 3)), edit(9, 7.5, 7.0, deleted=(77,)))
    jane = (
        "Late edits: 1 of these entries was added and 1 was changed after their days had been downloaded (7 Oct). All figures include them."
    )
    assert jane in reports.of("jane_smith").split("## Data quality", 1)[1]
    assert "Late edits: 1 of these entries was changed after its day had been downloaded (7 Oct)." in reports.of("john_doe")
    assert "Late edits" not in reports.of("max_mustermann")


def test_without_late_edits_nothing_is_said() -> None:
    assert all("Late edits" not in text for text in written().texts)


def test_a_part_of_the_people_hears_that_the_counts_are_of_everybody() -> None:
    reports = written(edit(7, 8, 9.5, added=(500,)), scope="platform")
    assert "(+1.5 h), on 7 Oct; last noticed 12 Oct 2025 06:00 UTC. These are the edits of everybody in the workspace" in reports.team
    assert "They concern nobody of this report." in reports.team
