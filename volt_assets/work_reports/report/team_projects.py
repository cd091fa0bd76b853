"""Where the team's time went: by project with the features touched, by type, and what lies outside of the configuration."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from volt_assets.work_reports.languages.language import gettext_noop
from volt_assets.work_reports.models import EnrichedItem
from volt_assets.work_reports.report.fact_models import FeatureBlock
from volt_assets.work_reports.report.features import own_block, parent_block
from volt_assets.work_reports.report.figures import Hours, percentage
from volt_assets.work_reports.report.people import ItemKey
from volt_assets.work_reports.report.shares import NO_PROJECT, share_rows
from volt_assets.work_reports.report.team_models import ProjectRow, ShareRow
from volt_assets.work_reports.report.work import Circumstances, PersonWork


def projects(
    works: Sequence[PersonWork], on_items: Hours, other: Hours, features: Sequence[FeatureBlock]
) -> tuple[tuple[ProjectRow, ...], ShareRow]:
    """The time on items by project, most first, and the row of the other activities."""
    parts = [(one.tracked.project or NO_PROJECT, one.hours) for work in works for one in work.items]
    people: dict[str, dict[str, None]] = {}
    for work in works:
        for one in work.items:
            people.setdefault(one.tracked.project or NO_PROJECT, {})[work.called] = None
    whole = on_items.seconds + other.seconds
    project_of = _main_projects(works)
    rows = tuple(
        ProjectRow(
            share=share,
            features=tuple(block for block in features if project_of.get(block.feature.key) == share.label),
            people=tuple(people[share.label]),
        )
        for share in share_rows(parts, whole=whole)
    )
    return rows, ShareRow(label=gettext_noop("other activities"), hours=other, percent=percentage(other.seconds, whole))


def _main_projects(works: Sequence[PersonWork]) -> dict[ItemKey, str]:
    """Item -> the project in which most of the time on it, and on what is below it, was tracked."""
    seconds: dict[ItemKey, Counter[str]] = {}
    for work in works:
        for one in work.items:
            for key in (one.key, *((parent.type, parent.public_id) for parent in one.item.parents)):
                seconds.setdefault(key, Counter())[one.tracked.project or NO_PROJECT] += one.hours.seconds
    return {key: min(projects, key=lambda project: (-projects[project], project)) for key, projects in seconds.items()}


def features(items: Sequence[EnrichedItem], around: Circumstances) -> tuple[FeatureBlock, ...]:
    """The features that the items are, or are children of, each once, most hours of the team first."""
    blocks: dict[ItemKey, FeatureBlock] = {}
    for item in items:
        for block in (own_block(item, around), parent_block(item, around)):
            if block is not None:
                blocks.setdefault(block.feature.key, block)
    return tuple(sorted(blocks.values(), key=lambda block: (-block.team_hours.seconds, block.feature.key)))


def types(works: Sequence[PersonWork]) -> tuple[ShareRow, ...]:
    """The time on items by type, most first."""
    return tuple(share_rows((one.item.type, one.hours) for work in works for one in work.items))


def unconfigured(works: Sequence[PersonWork]) -> tuple[ShareRow, ...]:
    """The time on types that the configuration does not have, most first."""
    found = [one for work in works for one in work.items if one.item.status == "type not configured"]
    return tuple(share_rows((one.item.type, one.hours) for one in found))
