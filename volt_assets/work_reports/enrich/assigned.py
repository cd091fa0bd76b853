"""Which items were assigned to the people of the report and open in its period."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from volt_assets.work_reports.enrich.fetched import rows_of
from volt_assets.work_reports.enrich.item_dates import Period, item_dates, was_open_in
from volt_assets.work_reports.enrich.item_refs import item_ref, state_of
from volt_assets.work_reports.models import AssignedItem


def assigned_items(
    rows_by_type: Mapping[str, Sequence[Mapping[str, Any]]],
    user_ids: Mapping[str, tuple[int, ...]],
    period: Period,
    link_base_url: str,
    planned_names: Mapping[tuple[str, str], str],
) -> tuple[AssignedItem, ...]:
    """One per person and item, by person, type and number. `user_ids` are by lower-case Fibery e-mail.

    An item with time goes by the name of its type in `planned_names`, or it would be taken for another one without time.
    """
    found: dict[tuple[int, str, str], AssignedItem] = {}
    for type_name, rows in rows_by_type.items():
        for row in rows:
            item = item_ref(row, type_name, link_base_url)
            dates = item_dates(row)
            if item is None or not was_open_in(state_of(row), dates, period):
                continue
            item = item.model_copy(update={"type": planned_names.get((type_name, item.public_id), type_name)})
            for user_id in _assigned_to(row, user_ids):
                found[user_id, type_name, item.public_id] = AssignedItem(
                    user_id=user_id, item=item, started=dates.started, completed=dates.completed, planned_start=dates.planned_start
                )
    return tuple(found[key] for key in sorted(found, key=lambda key: (key[0], key[1], len(key[2]), key[2])))


def _assigned_to(row: Mapping[str, Any], user_ids: Mapping[str, tuple[int, ...]]) -> list[int]:
    emails = [one["email"].strip().lower() for one in rows_of(row.get("assignees")) if isinstance(one.get("email"), str)]
    return [user_id for email in dict.fromkeys(emails) for user_id in user_ids.get(email, ())]
