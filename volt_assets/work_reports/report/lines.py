"""The lines of a report that depend on several facts at once; templates call these by name.

Everything returned is safe Markdown, every link is built here or by markdown.link.
"""

from __future__ import annotations

from collections.abc import Sequence

from volt_assets.work_reports.report.data_models import LateEdits, Scene
from volt_assets.work_reports.report.fact_models import FeatureBlock, Grid, ItemFacts, ItemName, PersonFacts
from volt_assets.work_reports.report.figures import ATTENTION, FAILED, UNKNOWN, Hours, added, counted
from volt_assets.work_reports.report.markdown import Markdown, escape, joined, link, shortened, table, title
from volt_assets.work_reports.report.sentences import listing
from volt_assets.work_reports.report.team_models import PersonWithoutTime, TeamFacts, TogglFacts

_CHILDREN_NAMED = 8
_DAYS_NAMED = 5
_PEOPLE_NAMED = 5
_PEOPLE_IN_TITLE = 3
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


def about(scene: Scene) -> Markdown:
    """Whom a report about several people is about: `Team`, `Team platform`, `Ann, Ben and 3 more`."""
    if scene.people:
        return listing(scene.people, _PEOPLE_IN_TITLE)
    return Markdown(f"Team {title(scene.scope)}") if scene.scope else Markdown("Team")


def limited_to(scene: Scene) -> Markdown:
    """The filter of a report: `everybody`, `only team platform`, `only Ann, Ben and 3 more`."""
    if scene.people:
        return Markdown(f"only {about(scene)}")
    return Markdown(f"only team {title(scene.scope)}") if scene.scope else Markdown("everybody")


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

    def named(child: ItemName, text: str) -> Markdown:
        this = " (this)" if current and child.key == current.key else ""
        return Markdown(f"{title(child.kind)} {title(text)}{this}")

    done = [named(child, child.number) for child in block.done_items]
    left = [Markdown(f"{child.icon} {named(child, child.title)}".strip()) for child in block.left_items]
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


def late_edits_line(facts: TeamFacts | TogglFacts) -> Markdown:
    """What was edited after it was downloaded, and whom it concerns; nothing when nothing was."""
    late = facts.late_edits
    if late is None:
        return Markdown("")
    counts = _edits_counted([(late.added, "added"), (late.changed, "changed"), (late.deleted, "deleted")], "entry", "entries")
    moved = f"; {late.moved} of them moved to another day" if late.moved else ""
    everybody = " These are the edits of everybody in the workspace." if facts.scene.scope else ""
    people = listing([Markdown(f"{title(name)} ({count})") for name, count in late.people], _PEOPLE_NAMED) or "nobody of this report"
    owner = f"; whose the deleted {'one was' if late.deleted == 1 else 'ones were'} is not known" if late.deleted else ""
    return Markdown(
        f"Late edits: after their days had been downloaded, {counts} ({late.hours} h){moved}, "
        f"on {listing(late.days, _DAYS_NAMED)}; last noticed {late.noticed_at}.{everybody} All figures include them. "
        f"They concern {people}{owner}."
    )


def own_late_edits_line(late: LateEdits | None) -> Markdown:
    """The same for one person's own entries."""
    if late is None:
        return Markdown("")
    counts = _edits_counted([(late.added, "added"), (late.changed, "changed")], "of these entries", "of these entries")
    their = "its day" if late.added + late.changed == 1 else "their days"
    days = listing(late.days, _DAYS_NAMED)
    return Markdown(f"Late edits: {counts} after {their} had been downloaded ({days}). All figures include them.")


def _edits_counted(counts: Sequence[tuple[int, str]], one: str, many: str) -> Markdown:
    """`1 entry was added, 2 were changed and 1 was deleted`."""
    said: list[Markdown] = []
    for number, what in counts:
        if number:
            noun = "" if said else f" {one if number == 1 else many}"
            said.append(Markdown(f"{number}{noun} {'was' if number == 1 else 'were'} {what}"))
    return listing(said)


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
