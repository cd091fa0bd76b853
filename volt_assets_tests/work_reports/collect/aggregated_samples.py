"""A range of entries and what is made of it, for the tests of the sums; every person and text is invented."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from volt_assets.settings import EnrichmentSettings, ReportSettings, load_settings
from volt_assets.work_reports.collect.aggregate import aggregate_listed
from volt_assets.work_reports.models import Origin, Person, RawTogglData, Reconciliation, TimeEntry, TogglAggregated
from volt_assets_tests.work_reports.collect.tracked_samples import MONDAY, NOW, entry

SHIPPED = load_settings({}).enrichment
REPORTS = ReportSettings()
ORIGIN = Origin("2025-10-06_2025-10-12", "run-1", "1")
DESCRIPTIONS = [
    "",
    "Team meeting",
    "Team  meeting",
    "Research #5678",
    "Fix login [Scrum] [Task] [Harbor]",
    "Fix login #12 [Scrum] [Task] [Harbor]",
    "Fix sign-in #12 [Scrum] [Task] [Moneyball]",
    "fix login #12 [scrum] [task] [Harbor]",
    "Release #12 [Scrum] [Release]",
    "#7 [To Do] [Home]",
    "Odd #9 [Backend] [Bug] []",
]


def raw_of(entries: Sequence[TimeEntry], *, people: Sequence[Person] = (), **fields: Any) -> RawTogglData:
    content: dict[str, Any] = {
        "key": ORIGIN.key,
        "data_as_of": NOW,
        "code_version": "1",
        "run_id": "run-0",
        "data_version": "0",
        "start_date": MONDAY,
        "end_date": MONDAY + timedelta(days=6),
        "timezone": "UTC",
        "reconciliation": Reconciliation(our_seconds=0, toggl_seconds=0),
        "people": tuple(people),
        "entries": tuple(entries),
        "toggl_workspace_id": 123456,
    }
    return RawTogglData(**content | fields)


def aggregated(
    entries: Sequence[TimeEntry], *, enrichment: EnrichmentSettings = SHIPPED, reports: ReportSettings = REPORTS, **fields: Any
) -> TogglAggregated:
    return aggregate_listed(raw_of(entries, **fields), enrichment, reports, ORIGIN).document()


@st.composite
def many_entries(draw: st.DrawFn) -> list[TimeEntry]:
    drawn = draw(
        st.lists(
            st.tuples(
                st.integers(1, 4),
                st.sampled_from(DESCRIPTIONS),
                st.integers(0, 6),
                st.integers(0, 23),
                st.none() | st.sampled_from([-1, 0, 1, 60, 3600, 50_000]) | st.integers(0, 90_000),
                st.sampled_from([None, "", "Internal", "Harbor"]),
                st.sampled_from(["+02:00", "-07:00", "Z"]),
            ),
            max_size=40,
        )
    )
    return [
        entry(
            number,
            f"{MONDAY + timedelta(days=day)}T{hour:02}:15:00{offset}",
            seconds,
            user_id=user_id,
            user_name=f"Person {user_id % 3}",
            description=description,
            project_name=project,
        )
        for number, (user_id, description, day, hour, seconds, project, offset) in enumerate(drawn, 1)
    ]
