"""The lines of a report that depend on several facts at once; templates call these by name.

Everything returned is safe Markdown, every link is built here or by markdown.link.
"""

from __future__ import annotations

from collections.abc import Sequence

from volt_assets.work_reports.languages.language import gettext, ngettext, pgettext, style
from volt_assets.work_reports.report.data_models import Scene
from volt_assets.work_reports.report.fact_models import FeatureBlock, Grid, ItemFacts, ItemName, PersonFacts
from volt_assets.work_reports.report.figures import ATTENTION, FAILED, UNKNOWN, Hours, added
from volt_assets.work_reports.report.markdown import Markdown, escape, joined, link, shortened, table, title
from volt_assets.work_reports.report.periods import Period
from volt_assets.work_reports.report.sentences import listing
from volt_assets.work_reports.report.team_models import PersonWithoutTime, TeamFacts, TogglFacts

_CHILDREN_NAMED = 8
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
    return Markdown(gettext("Team %(name)s", name=title(scene.scope)) if scene.scope else gettext("Team"))


def limited_to(scene: Scene) -> Markdown:
    """The filter of a report: `everybody`, `only team platform`, `only Ann, Ben and 3 more`."""
    if scene.people:
        return Markdown(gettext("only %(people)s", people=about(scene)))
    return Markdown(gettext("only team %(name)s", name=title(scene.scope)) if scene.scope else gettext("everybody"))


def headline(facts: PersonFacts | TeamFacts | TogglFacts) -> Markdown:
    """`headline_text` as a bold line."""
    return Markdown(f"**{headline_text(facts)}**")


def headline_text(facts: PersonFacts | TeamFacts | TogglFacts) -> str:
    """Totals, shares, change, finished and overdue in one sentence or two, made of figures alone."""
    items = len(facts.items) if isinstance(facts, PersonFacts) else facts.unique_items
    text = gettext("%(hours)s tracked", hours=facts.total.text)
    if facts.change:
        text += f" ({change_line(facts.change, facts.scene.period)})"
    if facts.total.seconds:
        on_items = ngettext(
            "%(hours)s (%(percent)s %%) on %(number)s item",
            "%(hours)s (%(percent)s %%) on %(number)s items",
            items,
            hours=facts.on_items.text,
            percent=facts.on_items_percent,
            number=style().integer(items),
        )
        other = gettext("%(hours)s (%(percent)s %%) on other work", hours=facts.other.text, percent=facts.other_percent)
        text += f": {on_items}, {other}"
    if not isinstance(facts, TogglFacts) and facts.total.seconds:
        done = len(facts.finished)
        finished = ngettext("%(number)s item finished", "%(number)s items finished", done, number=style().integer(done))
        text += f". {finished}, {gettext('%(number)s overdue', number=len(facts.overdue))}"
    return f"{text}."


def change_line(change: str, period: Period) -> str:
    """`+2.1 h on the week before`."""
    return gettext("%(change)s h on %(before)s", change=change, before=period.before)


def assigned_line(person: PersonWithoutTime) -> Markdown:
    """What is assigned to somebody without time: `Ann: 🔄 Task #7805 Security audit (in progress since 1 Oct) and …`."""
    rows = [
        Markdown(f"{row.item.icon} {title(row.item.kind)} {item_link(row.item)} ({escape(row.detail)})")
        for row in person.assigned[:_ASSIGNED_NAMED]
    ]
    left = len(person.assigned) - len(rows)
    more = [Markdown(gettext("%(number)s more, listed in enriched_data.json", number=left))] if left else []
    return Markdown(f"{title(person.name)}: {listing([*rows, *more], _ASSIGNED_NAMED + 1)}")


def hours_table(grid: Grid) -> Markdown:
    """Hours by day, week or month, on items and on other work."""
    totals = [added(pair) for pair in zip(grid.items, grid.other, strict=True)]
    rows: list[tuple[str, Sequence[Hours]]] = [
        (pgettext("time on", "items"), grid.items),
        (pgettext("time on", "other"), grid.other),
        (gettext("total"), totals),
    ]
    return table(
        ["", *grid.columns, gettext("total")],
        [[name, *(part.cell for part in parts), Markdown(f"**{added(list(parts))}**")] for name, parts in rows],
    )


def feature_line(block: FeatureBlock) -> Markdown:
    """`4 of 7 done (57 %) · planned end 15 Oct · 22.2 h by the team this week`, without the feature's name."""
    end = gettext("planned end %(day)s", day=block.planned_end) if block.planned_end else gettext("no planned end")
    done = gettext("%(done)s of %(total)s done (%(percent)s %%)", done=block.done, total=block.total, percent=block.percent)
    return Markdown(f"{done} · {end}")


def children_line(block: FeatureBlock, current: ItemName | None = None) -> Markdown:
    """The children that are done and those that are left; the item the line stands under is marked."""

    def named(child: ItemName, text: str) -> Markdown:
        this = f" ({gettext('this')})" if current and child.key == current.key else ""
        return Markdown(f"{title(child.kind)} {title(text)}{this}")

    done = [named(child, child.number) for child in block.done_items]
    left = [Markdown(f"{child.icon} {named(child, child.title)}".strip()) for child in block.left_items]
    parts = [gettext("done: %(items)s", items=listing(done, _CHILDREN_NAMED)) if done else gettext("done: nothing yet")]
    if left:
        parts.append(gettext("left: %(items)s", items=listing(left, _CHILDREN_NAMED)))
    elif block.done < block.total:
        parts.append(gettext("left: %(items)s", items=block.total - block.done))
    else:
        parts.append(gettext("left: nothing"))
    return Markdown(" · ".join(parts))


def chain_line(item: ItemFacts) -> Markdown:
    """The items above, nearest first: `[Task #7640 …] → [Feature #1601 …]`; without the feature that stands there already."""
    chain = item.chain
    if item.part_of and chain and chain[0].key == item.part_of.feature.key:
        chain = chain[1:]
    return joined((link(f"{name.type.rpartition('/')[2]} {name.title}", name.url) for name in chain), " → ")


def notice_line(item: ItemFacts, entries_url: str) -> Markdown:
    """Why nothing is known of an item: one wording for each of the three reasons."""
    entries = link(gettext("Entries in Toggl"), entries_url)
    kind = title(item.name.type)
    if item.status == "not found":
        text = gettext(
            "**Not found in Fibery**: no %(type)s has this number. Is it a wrong number or a deleted item? %(entries)s",
            type=kind,
            entries=entries,
        )
        return Markdown(f"{UNKNOWN} {text}")
    if item.status == "failed":
        reason = escape(item.reason or gettext("Fibery gave no answer")).rstrip(".")
        text = gettext(
            "**Could not be fetched**: %(reason)s. The hours are exact; state and texts are missing in this report.", reason=reason
        )
        return Markdown(f"{FAILED} {text}")
    text = gettext(
        "**Type not configured**: %(type)s has no entry in enrichment_config.yaml, so nothing was looked up. %(entries)s",
        type=kind,
        entries=entries,
    )
    return Markdown(f"{UNKNOWN} {text}")


def short_line(item: ItemFacts, text: str) -> Markdown:
    """One item in one line, for shorter work."""
    name = link(item.name.title, item.name.url)
    if item.form == "short notice":
        words = {
            "not found": gettext("not found in Fibery"),
            "failed": gettext("could not be fetched from Fibery"),
            "type not configured": gettext("type not configured"),
        }
        return Markdown(f"{item.name.icon} {name} · {item.hours.text} · {title(item.name.type)} · {words.get(item.status, item.status)}")
    flags = [f"{ATTENTION} {escape(flag)}" for flag in item.flags]
    state = Markdown(f"{item.name.icon} {title(item.state)}")
    line = joined([name, item.hours.text, item.name.type, state, item.project, *(Markdown(flag) for flag in flags)])
    return Markdown(f"{line} – {text}")  # noqa: RUF001 -- the dash between a name and what is said of it
