"""Everything the team summary shows, from the combined data; an item counts once however many people worked on it.

Belongs here: putting it together. The parts come from team_items.py, team_projects.py, alignment.py and accounting.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from volt_assets.settings import ReportSettings
from volt_assets.work_reports.models import EnrichedData, EnrichedEntities, RunningEntry
from volt_assets.work_reports.report.accounting import ActivityTime, coverage, quality
from volt_assets.work_reports.report.activities import activity_facts, meeting_hours
from volt_assets.work_reports.report.alignment import alignment, alignment_summary, to_act_on
from volt_assets.work_reports.report.attention import team_attention
from volt_assets.work_reports.report.data_models import LateEdits, QualityRow
from volt_assets.work_reports.report.fact_models import AlignmentRow, FeatureBlock
from volt_assets.work_reports.report.figures import Hours, added, percentage
from volt_assets.work_reports.report.late_edits import team_late_edits
from volt_assets.work_reports.report.people import has_email
from volt_assets.work_reports.report.scene import scene_of
from volt_assets.work_reports.report.shares import member_rows, total_before, totals_of
from volt_assets.work_reports.report.team_items import TeamItems, team_items
from volt_assets.work_reports.report.team_models import MemberRow, PersonWithoutTime, TeamFacts
from volt_assets.work_reports.report.team_projects import features, projects, types, unconfigured
from volt_assets.work_reports.report.work import Circumstances, PersonWork, circumstances, person_work, work_without_time


@dataclass(frozen=True)
class _Team:
    """The people of the report with their time, and what several facts are made from."""

    data: EnrichedData
    around: Circumstances

    @cached_property
    def works(self) -> list[PersonWork]:
        return [person_work(person, self.around) for person in self.data.people]

    @cached_property
    def on_items(self) -> Hours:
        return added([work.on_items for work in self.works])

    @cached_property
    def other(self) -> Hours:
        return added([work.other for work in self.works])

    @cached_property
    def items(self) -> TeamItems:
        return team_items(self.works, self.around)

    @cached_property
    def activities(self) -> list[ActivityTime]:
        return [(work.called, activity, hours) for work in self.works for activity, hours in work.activities]

    @cached_property
    def without_time(self) -> tuple[PersonWithoutTime, ...]:
        works = [work_without_time(person, self.around) for person in self.data.people_without_time]
        return tuple(PersonWithoutTime(name=work.called, assigned=alignment(work, self.around)) for work in works)

    @cached_property
    def rows(self) -> list[AlignmentRow]:
        """Everybody's items, judged."""
        return [row for work in self.works for row in alignment(work, self.around)] + [
            row for person in self.without_time for row in person.assigned
        ]

    @property
    def running(self) -> list[tuple[str, RunningEntry]]:
        return [(self.around.called[person.user_id], entry) for person in self.data.people for entry in person.running]

    @cached_property
    def features(self) -> tuple[FeatureBlock, ...]:
        return features([item for item, _ in self.items], self.around)


def team_facts(
    data: EnrichedData, enriched: EnrichedEntities, reports: ReportSettings, fibery_emails: Mapping[str, str] | None = None
) -> TeamFacts:
    """The facts of the team summary. `fibery_emails` is the `people:` map of volt.yaml."""
    around = circumstances(data.people, enriched, reports, fibery_emails, data.people_without_time, data.timezone)
    team = _Team(data, around)
    before = total_before(data.previous_statistics, around.hours)
    meetings = meeting_hours(team.activities, reports.meeting_words)
    by_project, other_share = projects(team.works, team.on_items, team.other, team.features)
    return TeamFacts(
        **dict(totals_of(team.on_items, team.other, before)),
        scene=scene_of(data, around.called, enriched=enriched),
        previous_total=before,
        unique_items=len(team.items),
        members=_members(team),
        finished=tuple(team_item for item, team_item in team.items if item.completed_in_period),
        overdue=tuple(team_item for item, team_item in team.items if item.is_overdue),
        shared=tuple(team_item for _, team_item in team.items if len(team_item.people) > 1),
        projects=by_project,
        other_share=other_share,
        activities=activity_facts(team.activities),
        features=team.features,
        types=types(team.works),
        attention=team_attention(team.rows, team.items, team.features, team.running, around),
        alignment=alignment_summary(team.rows),
        to_act_on=to_act_on(team.rows),
        coverage=coverage([one for work in team.works for one in work.items], team.on_items, team.other),
        unconfigured=unconfigured(team.works),
        quality=_quality(team),
        late_edits=_late_edits(team),
        meetings=meetings,
        meeting_percent=percentage(meetings.seconds, team.on_items.seconds + team.other.seconds),
        without_time=team.without_time,
        unmatched_people=_not_in_fibery(enriched, around, with_email=True),
        without_email=_not_in_fibery(enriched, around, with_email=False),
        warnings=enriched.warnings,
        judged_by_dates=around.by_dates,
    )


def _members(team: _Team) -> tuple[MemberRow, ...]:
    finished = {work.user_id: sum(one.item.completed_in_period for one in work.items) for work in team.works}
    return member_rows(team.data.people, team.around.hours, team.around.called, finished)


def _not_in_fibery(enriched: EnrichedEntities, around: Circumstances, *, with_email: bool) -> tuple[str, ...]:
    people = [person for person in enriched.unmatched_people if has_email(person) == with_email]
    return tuple(around.called.get(person.user_id, person.name) for person in people)


def _quality(team: _Team) -> tuple[QualityRow, ...]:
    called = team.around.called
    return quality(
        [(called[person.user_id], finding) for person in team.data.people for finding in person.findings],
        team.activities,
        [(work.called, one.tracked, one.hours) for work in team.works for one in work.items],
        team.around.period,
        name_people=True,
    )


def _late_edits(team: _Team) -> LateEdits | None:
    called = team.around.called
    return team_late_edits(team.data.late_edits, [(called[person.user_id], person) for person in team.data.people], team.around.period)
