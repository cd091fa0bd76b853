"""The lines of a report that depend on several facts at once; templates call these by name.

Everything returned is safe Markdown, every link is built here or by markdown.link.
"""

from __future__ import annotations

from collections.abc import Sequence

from volt_assets.work_reports.report.fact_models import FeatureBlock, Grid, ItemFacts, ItemName, PersonFacts
from volt_assets.work_reports.report.figures import ATTENTION, FAILED, UNKNOWN, Hours, added, counted
from volt_assets.work_reports.report.markdown import Markdown, escape, joined, link, shortened, table, title
from volt_assets.work_reports.report.sentences import listing
from volt_assets.work_reports.report.team_models import PersonWithoutTime, TeamFacts, TogglFacts

_CHILDREN_NAMED = 8
_SHORT_TITLE = 36
_ASSIGNED_NAMED = 3


def item_link(name: ItemName) -> Markdown:
    """`[#7658 Provision the cloud account](…)`."""
    return link(name.title, name.url)


def short_link(name: ItemName) -> Markdown:
    """A link with little text, for a table cell."""
    return link(shortened(name.title, _SHORT_TITLE), name.url)


def item_links(names: Sequence[ItemName], separator: str = " · ") -> Markdown:
    """Several items with their icons in one line."""
    return joined((joined((name.icon or None, item_link(name)), " ") for name in names), separator)


def headline(facts: PersonFacts | TeamFacts | TogglFacts) -> Markdown:
    """`headline_text` as a bold line."""
    return Markdown(f"**{headline_text(facts)}**")


def headline_text(facts: PersonFacts | TeamFacts | TogglFacts) -> str:
    """Totals, shares, change, finished and overdue in one sentence or two, made of figures alone."""
    change = f" ({facts.change} h on {facts.scene.period.before})" if facts.change else ""
    items = len(facts.items) if isinstance(facts, PersonFacts) else facts.unique_items
    text = f"{facts.total.text} tracked{change}"
    if facts.total.seconds:
        text += (
            f": {facts.on_items.text} ({facts.on_items_percent} %) on {counted(items, 'item')}, "
            f"{facts.other.text} ({100 - facts.on_items_percent} %) on other work"
        )
    if not isinstance(facts, TogglFacts) and facts.total.seconds:
        text += f". {counted(len(facts.finished), 'item')} finished, {len(facts.overdue)} overdue"
    return f"{text}."


def assigned_line(person: PersonWithoutTime) -> Markdown:
    """What is assigned to somebody without time: `Ann: 🔄 Task #7805 Security audit (in progress since 1 Oct) and …`."""
    rows = [
        Markdown(f"{row.item.icon} {title(row.item.kind)} {item_link(row.item)} ({escape(row.detail)})")
        for row in person.assigned[:_ASSIGNED_NAMED]
    ]
    left = len(person.assigned) - len(rows)
    more = [Markdown(f"{left} more, listed in enriched_data.json")] if left else []
    return Markdown(f"{title(person.name)}: {listing([*rows, *more], _ASSIGNED_NAMED + 1)}")


def hours_table(grid: Grid) -> Markdown:
    """Hours by day, week or month, on items and on other work."""
    totals = [added(pair) for pair in zip(grid.items, grid.other, strict=True)]
    rows: list[tuple[str, Sequence[Hours]]] = [("items", grid.items), ("other", grid.other), ("total", totals)]
    return table(
        ["", *grid.columns, "total"],
        [[name, *(part.cell for part in parts), Markdown(f"**{added(list(parts))}**")] for name, parts in rows],
    )


def feature_line(block: FeatureBlock) -> Markdown:
    """`4 of 7 done (57 %) · planned end 15 Oct · 22.2 h by the team this week`, without the feature's name."""
    end = f"planned end {block.planned_end}" if block.planned_end else "no planned end"
    return Markdown(f"{block.done} of {block.total} done ({block.percent} %) · {end}")


def children_line(block: FeatureBlock, current: ItemName | None = None) -> Markdown:
    """The children that are done and those that are left; the item the line stands under is marked."""
    done = [Markdown(f"{title(child.number)}{' (this)' if current and child.key == current.key else ''}") for child in block.done_items]
    left = [
        Markdown(f"{child.icon} {title(child.title)}{' (this)' if current and child.key == current.key else ''}".strip())
        for child in block.left_items
    ]
    parts = [f"done: {listing(done, _CHILDREN_NAMED)}" if done else "done: nothing yet"]
    if left:
        parts.append(f"left: {listing(left, _CHILDREN_NAMED)}")
    elif block.done < block.total:
        parts.append(f"left: {block.total - block.done}")
    else:
        parts.append("left: nothing")
    return Markdown(" · ".join(parts))


def chain_line(item: ItemFacts) -> Markdown:
    """The items above, nearest first: `[Task #7640 …] → [Feature #1601 …]`; without the feature that stands there already."""
    chain = item.chain
    if item.part_of and chain and chain[0].key == item.part_of.feature.key:
        chain = chain[1:]
    return joined((link(f"{name.type.rpartition('/')[2]} {name.title}", name.url) for name in chain), " → ")


def notice_line(item: ItemFacts, entries_url: str) -> Markdown:
    """Why nothing is known of an item: one wording for each of the three reasons."""
    entries = link("Entries in Toggl", entries_url)
    kind = title(item.name.type)
    if item.status == "not found":
        return Markdown(f"{UNKNOWN} **Not found in Fibery**: no {kind} has this number. Is it a wrong number or a deleted item? {entries}")
    if item.status == "failed":
        reason = escape(item.reason or "Fibery gave no answer").rstrip(".")
        return Markdown(f"{FAILED} **Could not be fetched**: {reason}. The hours are exact; state and texts are missing in this report.")
    return Markdown(
        f"{UNKNOWN} **Type not configured**: {kind} has no entry in enrichment_config.yaml, so nothing was looked up. {entries}"
    )


def short_line(item: ItemFacts, text: str) -> Markdown:
    """One item in one line, for shorter work."""
    name = link(item.name.title, item.name.url)
    if item.form == "short notice":
        words = {
            "not found": "not found in Fibery",
            "failed": "could not be fetched from Fibery",
            "type not configured": "type not configured",
        }
        return Markdown(f"{item.name.icon} {name} · {item.hours.text} · {title(item.name.type)} · {words.get(item.status, item.status)}")
    flags = [f"{ATTENTION} {escape(flag)}" for flag in item.flags]
    state = Markdown(f"{item.name.icon} {title(item.state)}")
    line = joined([name, item.hours.text, item.name.type, state, item.project, *(Markdown(flag) for flag in flags)])
    return Markdown(f"{line} – {text}")  # noqa: RUF001 -- the dash between a name and what is said of it
