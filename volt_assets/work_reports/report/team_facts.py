"""Everything the team summary shows, from the combined data; an item counts once however many people worked on it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from volt_assets.settings import ReportSettings
from volt_assets.work_reports.models import EnrichedData, EnrichedEntities, EnrichedItem
from volt_assets.work_reports.report.accounting import coverage, quality
from volt_assets.work_reports.report.alignment import FULLY_TRACKED, alignment, alignment_summary
from volt_assets.work_reports.report.attention import feature_attention, person_attention
from volt_assets.work_reports.report.fact_models import AlignmentRow, AttentionPoint, FeatureBlock
from volt_assets.work_reports.report.features import own_block, parent_block
from volt_assets.work_reports.report.figures import Hours, added, change, nearest, percentage, percentages
from volt_assets.work_reports.report.item_facts import item_facts, item_name
from volt_assets.work_reports.report.person_facts import activity_facts, is_meeting
from volt_assets.work_reports.report.scene import scene_of
from volt_assets.work_reports.report.shares import NO_PROJECT, member_rows, share_rows
from volt_assets.work_reports.report.team_models import PersonWithoutTime, ProjectRow, ShareRow, TeamFacts, TeamItem
from volt_assets.work_reports.report.work import Circumstances, ItemKey, ItemWork, PersonWork, circumstances, person_work, work_without_time


def team_facts(
    data: EnrichedData, enriched: EnrichedEntities, reports: ReportSettings, fibery_emails: Mapping[str, str] | None = None
) -> TeamFacts:
    """The facts of the team summary. `fibery_emails` is the `people:` map of volt.yaml."""
    around = circumstances(data.people, enriched, reports, fibery_emails, data.people_without_time)
    works = [person_work(person, around) for person in data.people]
    without_time = _without_time(data, around)
    on_items, other = added([work.on_items for work in works]), added([work.other for work in works])
    total = added([on_items, other])
    items = _team_items(works, around)
    rows = [row for work in works for row in alignment(work, around)]
    rows += [row for person in without_time for row in person.assigned]
    features = _features([one.item for work in works for one in work.items], around)
    named = [(around.called[person.user_id], activity) for person in data.people for activity in person.activities]
    meetings = sum(activity.duration_seconds for _, activity in named if is_meeting(activity.description, reports.meeting_words))
    previous = data.previous_statistics
    scene = scene_of(data, enriched=enriched)
    finished = {work.user_id: sum(one.item.completed_in_period for one in work.items) for work in works}
    projects, other_share = _projects(works, on_items, other, around)
    return TeamFacts(
        scene=scene,
        total=total,
        on_items=on_items,
        other=other,
        on_items_percent=percentage(on_items.seconds, total.seconds),
        change=change(total.seconds - previous.total_duration_seconds) if previous else None,
        previous_total=nearest(previous.total_duration_seconds) if previous else None,
        unique_items=len(items),
        members=member_rows(data.people, around.shown, around.called, finished),
        finished=tuple(team_item for item, team_item in items if item.completed_in_period),
        overdue=tuple(team_item for item, team_item in items if item.is_overdue),
        shared=tuple(team_item for _, team_item in items if len(team_item.people) > 1),
        projects=projects,
        other_share=other_share,
        activities=activity_facts(named, other.tenths),
        features=features,
        types=tuple(share_rows(_by_type(works), on_items.tenths)),
        attention=_attention(data, works, rows, features, around),
        alignment=alignment_summary(rows, on_items),
        to_act_on=tuple(row for row in rows if row.hours is not None and row.kind not in FULLY_TRACKED),
        coverage=coverage([one for work in works for one in work.items], on_items, other),
        unconfigured=_unconfigured(works),
        quality=quality(
            [(around.called[person.user_id], finding) for person in data.people for finding in person.findings],
            named,
            [(around.called[person.user_id], pair.tracked) for person in data.people for pair in person.items],
            scene.period,
            name_people=True,
        ),
        meetings=nearest(meetings),
        meeting_percent=percentage(meetings, total.seconds),
        without_time=without_time,
        unmatched_people=tuple(person.name for person in enriched.unmatched_people),
        warnings=enriched.warnings,
        judged_by_dates=around.by_dates,
    )


def _without_time(data: EnrichedData, around: Circumstances) -> tuple[PersonWithoutTime, ...]:
    works = [work_without_time(person, around) for person in data.people_without_time]
    return tuple(PersonWithoutTime(name=work.called, assigned=alignment(work, around)) for work in works)


def _team_items(works: Sequence[PersonWork], around: Circumstances) -> list[tuple[EnrichedItem, TeamItem]]:
    """Each item once, most hours of everybody first; one person's item keeps the hours shown in that person's report."""
    by_item: dict[ItemKey, list[tuple[PersonWork, ItemWork]]] = {}
    for work in works:
        for one in work.items:
            by_item.setdefault(one.key, []).append((work, one))
    ordered = sorted(by_item, key=lambda key: (-around.team_seconds[key], key))
    found = []
    for key in ordered:
        pairs = sorted(by_item[key], key=lambda pair: (-pair[1].hours.seconds, pair[0].called))
        item = pairs[0][1].item
        team_item = TeamItem(
            name=item_name(item),
            hours=pairs[0][1].hours if len(pairs) == 1 else nearest(around.team_seconds[key]),
            people=tuple(work.called for work, _ in pairs),
            project=pairs[0][1].tracked.project,
            overdue_days=item.overdue_days if item.is_overdue else 0,
            finished_on=around.period.day(item.dates.completed) if item.dates.completed else None,
        )
        found.append((item, team_item))
    return found


def _projects(works: Sequence[PersonWork], on_items: Hours, other: Hours, around: Circumstances) -> tuple[tuple[ProjectRow, ...], ShareRow]:
    seconds: Counter[str] = Counter()
    items: dict[str, list[EnrichedItem]] = {}
    people: dict[str, Counter[str]] = {}
    for work in works:
        for one in work.items:
            project = one.tracked.project or NO_PROJECT
            seconds[project] += one.hours.seconds
            items.setdefault(project, []).append(one.item)
            people.setdefault(project, Counter())[work.called] += one.hours.seconds
    whole = on_items.seconds + other.seconds
    on_items_percent = percentage(on_items.seconds, whole)
    shares = share_rows(seconds, on_items.tenths, whole=whole, target=on_items_percent)
    other_percent = 100 - on_items_percent if whole else 0
    rows = tuple(
        ProjectRow(
            share=share,
            features=_features(items[share.label], around),
            people=tuple(name for name, _ in people[share.label].most_common()),
        )
        for share in shares
    )
    return rows, ShareRow(label="other activities", hours=other, percent=other_percent)


def _features(items: Sequence[EnrichedItem], around: Circumstances) -> tuple[FeatureBlock, ...]:
    """The features that the items are, or are children of, each once, most hours of the team first."""
    blocks: dict[ItemKey, FeatureBlock] = {}
    for item in items:
        for block in (own_block(item, around), parent_block(item, around)):
            if block is not None:
                blocks.setdefault(block.feature.key, block)
    return tuple(sorted(blocks.values(), key=lambda block: (-block.team_hours.seconds, block.feature.key)))


def _by_type(works: Sequence[PersonWork]) -> dict[str, int]:
    seconds: Counter[str] = Counter()
    for work in works:
        for one in work.items:
            seconds[one.item.type] += one.hours.seconds
    return dict(seconds)


def _unconfigured(works: Sequence[PersonWork]) -> tuple[ShareRow, ...]:
    seconds: Counter[str] = Counter()
    for work in works:
        for one in work.items:
            if one.item.status == "type not configured":
                seconds[one.item.type] += one.hours.seconds
    labels = sorted(seconds, key=lambda label: (-seconds[label], label))
    shares = percentages([seconds[label] for label in labels])
    return tuple(ShareRow(label=label, hours=nearest(seconds[label]), percent=share) for label, share in zip(labels, shares, strict=True))


def _attention(
    data: EnrichedData,
    works: Sequence[PersonWork],
    rows: Sequence[AlignmentRow],
    features: Sequence[FeatureBlock],
    around: Circumstances,
) -> tuple[AttentionPoint, ...]:
    """Features that end soon come first: they concern several people. Then the weightiest points of everybody."""
    most = around.reports.needs_attention_most
    own = [point for feature in features if (point := feature_attention(feature, around.states_on if around.by_dates else None))]
    items = [item_facts(work, one, around) for work in works for one in work.items]
    running = [entry for person in data.people for entry in person.running]
    points = person_attention(rows, items, running, around.period, most)
    # Features take at most two places while single items still ask for something.
    kept = own[: max(2, most - len(points))]
    return tuple([*kept, *points][:most])
