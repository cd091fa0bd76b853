"""What a model gets to see of the facts, and which figures it may therefore write.

Figures and names are fields of their own; texts from outside are capped and stand under `texts`, as data in JSON. Only
figures that stand outside names and texts are allowed in the answer.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from volt_assets.work_reports.report.data_models import Scene
from volt_assets.work_reports.report.fact_models import AttentionPoint, FeatureBlock, ItemFacts, PersonFacts
from volt_assets.work_reports.report.figures import Hours
from volt_assets.work_reports.report.markdown import QUOTE_LENGTH, TITLE_LENGTH, clean
from volt_assets.work_reports.report.person_prose import item_section
from volt_assets.work_reports.report.team_models import ShareRow, TeamFacts, TeamItem, TogglFacts

_MOST_ITEMS = 60
_MOST_ROWS = 25
_TEXT_KEYS = frozenset(("texts", "name", "project", "person", "people", "activity", "state", "label"))
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")


def person_brief(facts: PersonFacts) -> dict[str, Any]:
    """The facts of an individual report as a model gets them."""
    return {
        **_scene(facts.scene),
        "person": _name(facts.name),
        "states as of": _states_as_of(facts),
        **_totals(facts.total, facts.on_items, facts.other, facts.on_items_percent, facts.change),
        "items finished": len(facts.finished),
        "items overdue": len(facts.overdue),
        "items worked on": len(facts.items),
        "items": [_item(item) for item in facts.items[:_MOST_ITEMS]],
        "other activities": [
            {"activity": _text(each.text), "hours": each.hours.text, "entries": each.entries} for each in facts.activities[:_MOST_ROWS]
        ],
        "needs attention": [_point(point) for point in facts.attention],
        "work patterns": {
            "days with time": facts.pattern.days_with_time,
            "longest day": facts.pattern.busiest_day,
            "hours on it": facts.pattern.busiest_hours.text if facts.pattern.busiest_hours else None,
            "meetings": facts.pattern.meetings.text,
            "meetings share": f"{facts.pattern.meeting_percent} %",
            "switches": facts.pattern.switches,
            "switches per day": facts.pattern.switches_per_day,
        },
    }


def team_brief(facts: TeamFacts) -> dict[str, Any]:
    """The facts of the team summary as a model gets them."""
    return {
        **_scene(facts.scene),
        **_totals(facts.total, facts.on_items, facts.other, facts.on_items_percent, facts.change),
        "states as of": _states_as_of(facts),
        "people with entries": len(facts.members),
        "items worked on": facts.unique_items,
        "items finished": [_team_item(item) for item in facts.finished[:_MOST_ROWS]],
        "number of items finished": len(facts.finished),
        "items overdue": [_team_item(item) for item in facts.overdue[:_MOST_ROWS]],
        "items of several people": [_team_item(item) for item in facts.shared[:_MOST_ROWS]],
        "projects": [{**_share(row.share), "people": [_name(name) for name in row.people[:10]]} for row in facts.projects[:_MOST_ROWS]],
        "features": [_feature(block) for block in facts.features[:_MOST_ROWS]],
        "types": [_share(row) for row in facts.types[:_MOST_ROWS]],
        "other activities": [{"activity": _text(each.text), "hours": each.hours.text} for each in facts.activities[:_MOST_ROWS]],
        "meetings": f"{facts.meetings.text}, {facts.meeting_percent} %",
        "needs attention": [_point(point) for point in facts.attention],
        "alignment": [{"class": row.kind, "items": row.items, "hours": row.hours.text if row.hours else None} for row in facts.alignment],
    }


def toggl_brief(facts: TogglFacts) -> dict[str, Any]:
    """The facts of the Toggl summary as a model gets them."""
    return {
        **_scene(facts.scene),
        **_totals(facts.total, facts.on_items, facts.other, facts.on_items_percent, facts.change),
        "people with entries": len(facts.members),
        "items worked on": facts.unique_items,
        "items": [_team_item(item) for item in facts.items[:_MOST_ROWS]],
        "projects": [_share(row) for row in facts.projects[:_MOST_ROWS]],
        "types": [_share(row) for row in facts.types[:_MOST_ROWS]],
        "other activities": [{"activity": _text(each.text), "hours": each.hours.text} for each in facts.activities[:_MOST_ROWS]],
        "flaws of entries": [{"kind": row.kind, "count": row.count} for row in facts.quality],
    }


def figures_in(brief: Mapping[str, Any]) -> frozenset[str]:
    """Every figure outside names and texts, as written: `38.6 h`, `91 %`, `#7658`, `9 Oct`, `6`."""
    return frozenset(figure for text in _own_words(brief) for figure in figures_of(text))


def figures_of(text: str) -> list[str]:
    """The figures of a text, each with what makes its meaning: unit, `#`, or month."""
    text = unicodedata.normalize("NFKC", text)
    found = []
    for match in _NUMBER.finditer(text):
        number, after = match[0], text[match.end() :]
        if text[: match.start()].endswith("#"):
            found.append(f"#{number}")
        elif re.match(r"\s*(?:%|percent\b)", after):
            found.append(f"{number} %")
        elif re.match(r"[\s-]*(?:h|hrs?|hours?)\b", after):
            found.append(f"{number} h")
        elif month := re.match(r"\s+(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)", after):
            found.append(f"{number} {month[1]}")
        else:
            found.append(number)
    return found


def names_in(brief: Mapping[str, Any]) -> list[str]:
    """Names of items, projects and people, longest first: digits inside a name that is quoted whole are no figures."""
    return sorted({name for name in _names(brief, named=False) if any(character.isdigit() for character in name)}, key=len, reverse=True)


def _states_as_of(facts: PersonFacts | TeamFacts) -> str | None:
    """The day that states and progress are of, when it is long after the period: nothing may be said of them as of then."""
    return facts.scene.period.day(facts.scene.fetched_at) if facts.judged_by_dates else None


def _scene(scene: Scene) -> dict[str, Any]:
    return {"period": str(scene.period), "kind of period": scene.period.noun, "in progress": scene.in_progress}


def _totals(total: Hours, on_items: Hours, other: Hours, percent: int, change: str | None) -> dict[str, Any]:
    return {
        "tracked": total.text,
        "on items": on_items.text,
        "share on items": f"{percent} %",
        "on other work": other.text,
        "share of other work": f"{100 - percent if total.seconds else 0} %",
        "change against the period before": f"{change} h" if change else None,
    }


def _item(item: ItemFacts) -> dict[str, Any]:
    return {
        "section": item_section(item),
        "number": item.name.number,
        "name": _name(item.name.name),
        "hours": item.hours.text,
        "state": _name(item.state),
        "project": _name(item.project or ""),
        "status": item.status,
        "timeline": list(item.timeline),
        "flags": list(item.flags),
        "feature": _feature(item.part_of) if item.part_of else None,
        "texts": {
            "description": _text(item.description, 400),
            "comments": [{"author": _name(said.author or ""), "text": _text(said.text)} for said in item.comments],
            "time entries": [_text(name) for name in item.names[:5]],
        },
    }


def _feature(block: FeatureBlock) -> dict[str, Any]:
    return {
        "number": block.feature.number,
        "name": _name(block.feature.name),
        "done": f"{block.done} of {block.total}, {block.percent} %",
        "planned end": block.planned_end,
        "hours of the team": block.team_hours.text,
    }


def _team_item(item: TeamItem) -> dict[str, Any]:
    return {
        "number": item.name.number,
        "name": _name(item.name.name),
        "hours": item.hours.text,
        "people": [_name(name) for name in item.people[:10]],
        "days overdue": item.overdue_days or None,
    }


def _share(row: ShareRow) -> dict[str, Any]:
    return {"name": _name(row.label), "hours": row.hours.text, "share": f"{row.percent} %"}


def _point(point: AttentionPoint) -> dict[str, Any]:
    return {"number": point.item.number if point.item else None, "texts": _text(f"{point.what} {point.action}")}


def _name(text: str) -> str:
    return clean(text, TITLE_LENGTH)


def _text(text: str, longest: int = QUOTE_LENGTH) -> str:
    return clean(text, longest)


def _own_words(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if key not in _TEXT_KEYS and key != "section":
                yield from _own_words(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _own_words(inner)
    elif isinstance(value, str | int) and not isinstance(value, bool):
        yield str(value)


def _names(value: Any, *, named: bool) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if key != "texts":
                yield from _names(inner, named=named or key in _TEXT_KEYS)
    elif isinstance(value, list):
        for inner in value:
            yield from _names(inner, named=named)
    elif named and isinstance(value, str):
        yield value
