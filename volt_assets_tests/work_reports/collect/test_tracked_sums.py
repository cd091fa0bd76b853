from __future__ import annotations

from collections import Counter
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from volt_assets.work_reports.collect.description import parse_description
from volt_assets.work_reports.collect.work_item_alias import TypeResolver
from volt_assets.work_reports.models import Activity, TimeEntry, TrackedItem
from volt_assets_tests.work_reports.collect.aggregated_samples import SHIPPED, aggregated, many_entries


@given(many_entries())
def test_seconds_in_are_seconds_out(entries: list[TimeEntry]) -> None:
    total = sum(one.seconds or 0 for one in entries if not one.is_running)
    found = aggregated(entries)
    people = found.people
    parts: list[TrackedItem | Activity] = [item for person in people for item in person.items]
    parts += [activity for person in people for activity in person.activities]
    assert found.statistics.total_duration_seconds == total
    assert found.statistics.matched_duration_seconds + found.statistics.unmatched_duration_seconds == total
    assert sum(part.duration_seconds for part in parts) == total
    assert sum(sum(part.seconds_by_day.values()) for part in parts) == total
    for sums in (found.seconds_by_day, found.seconds_by_project, found.seconds_by_type):
        assert sum(sums.values()) == total
    for person in people:
        own = sum(item.duration_seconds for item in person.items) + sum(activity.duration_seconds for activity in person.activities)
        assert person.statistics.total_duration_seconds == own == sum(person.seconds_by_day.values())
        assert person.statistics.matched_duration_seconds == sum(item.duration_seconds for item in person.items)
        assert person.statistics.total_entries == person.statistics.matched_entries + person.statistics.unmatched_entries
    listed = [number for part in parts for number in part.entries] + [run.entry_id for person in people for run in person.running]
    assert sorted(listed) == [one.id for one in entries]


@given(many_entries())
def test_the_tables_agree_with_a_plain_loop(entries: list[TimeEntry]) -> None:
    resolver = TypeResolver(SHIPPED)
    items: Counter[tuple[int, str, str]] = Counter()
    activities: Counter[tuple[int, str, str | None]] = Counter()
    by_day: Counter[str] = Counter()
    by_type: Counter[str] = Counter()
    by_project: Counter[str] = Counter()
    for one in entries:
        if one.is_running:
            continue
        seconds, parsed = one.seconds or 0, parse_description(one.description)
        resolved = resolver.of_description(parsed)
        if resolved is not None and parsed.public_id is not None:
            items[one.user_id, resolved.type, parsed.public_id] += seconds
        else:
            activities[one.user_id, " ".join(one.description.split()), one.project_name or None] += seconds
        by_day[one.day] += seconds
        by_type[resolved.type if resolved else ""] += seconds
        by_project[(resolved.project if resolved else one.project_name) or ""] += seconds
    found = aggregated(entries)
    assert {(p.user_id, i.type, i.public_id): i.duration_seconds for p in found.people for i in p.items} == items
    assert {(p.user_id, a.description, a.project): a.duration_seconds for p in found.people for a in p.activities} == activities
    assert (found.seconds_by_day, found.seconds_by_type, found.seconds_by_project) == (by_day, by_type, by_project)
    assert found.statistics.unique_items == len({key[1:] for key in items})


@settings(max_examples=30)
@given(many_entries(), st.randoms())
def test_the_order_of_the_entries_does_not_matter(entries: list[TimeEntry], random: Any) -> None:
    shuffled = entries.copy()
    random.shuffle(shuffled)
    assert aggregated(shuffled).model_dump_json() == aggregated(entries).model_dump_json()
