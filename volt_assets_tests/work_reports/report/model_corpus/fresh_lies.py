"""The patterns of lies.txt, filled for every item of which they are untrue, and the denials of what items' texts say."""

from __future__ import annotations

import re
from collections.abc import Iterator

from volt_assets.work_reports.report.claims import Claims, ItemClaims
from volt_assets_tests.work_reports.report.model_corpus.corpus import HELD_OUT, TUNED, Said, lines_of, section_of

_MOST_ITEMS = 4
_OF_PEOPLE = ("key_deliverables", "work_patterns")
"""Sections of individual reports alone."""
_FIGURES = {
    "h": ("hours", "time"),
    "finished": ("date", "finished on"),
    "started": ("date", "started on"),
    "planned": ("date", "planned end"),
    "late": ("days", "late by"),
    "early": ("days", "early by"),
}
_WHOLE = {
    "tracked": ("hours", "tracked"),
    "onitems": ("hours", "time on items"),
    "other": ("hours", "time on other work"),
    "itemshare": ("percent", "share on items"),
    "othershare": ("percent", "share of other work"),
    "meetings": ("hours", "time in meetings"),
    "meetingshare": ("percent", "share of meetings"),
    "items": ("count", "items worked on"),
    "nfinished": ("count", "items finished"),
    "days": ("count", "days with time"),
    "switches": ("count", "changes of work"),
    "change": ("change", "change"),
    "people": ("count", "people with time"),
}


def fresh_lies(reports: dict[str, Claims]) -> Iterator[Said]:
    """Every lie; each second pattern is for measuring only."""
    for number, (kind, which, where, text) in enumerate(lines_of("lies.txt")):
        split = (TUNED, HELD_OUT)[number % 2]
        for report, claims in reports.items():
            for item in _fitting(claims, which)[:_MOST_ITEMS]:
                if (said := _filled(claims, item, text)) is not None:
                    section = _section_of(claims, item, where)
                    if section:
                        yield Said(report, section, said, split, kind)
    for number, (report, name, text) in enumerate(lines_of("denials.txt")):
        yield Said(report, section_of(reports[report], f"item:{name}"), text, (TUNED, HELD_OUT)[number % 2], "denied text")


def _section_of(claims: Claims, item: str, where: str) -> str | None:
    """The section that the pattern names, where the report has it."""
    if where in ("summary", "item"):
        return "executive_summary" if where == "summary" else _own_section(claims, item)
    return where if (where in _OF_PEOPLE) == (claims.person is not None) else None


def _own_section(claims: Claims, item: str) -> str | None:
    return next((section for section, own in claims.section_items.items() if own == item), None)


def _fitting(claims: Claims, which: str) -> list[str]:
    """The items that the pattern is untrue of, those with most time first."""
    timed = sorted((item for item in claims.items if claims.seconds_of(item)), key=lambda item: -(claims.seconds_of(item) or 0))
    known = [item for item in timed if claims.items[item].phase is not None]
    return {
        "any": known,
        "pair": known[:-1],
        "second": known[1:],
        "person": known[:1] if claims.person else [],
        "done": [item for item in known if claims.items[item].phase == "done" and claims.items[item].finished_in_period],
        "open": [item for item in known if claims.items[item].phase in ("in progress", "not started")],
        "alone": [item for item in known if len(claims.items[item].people) == 1],
        "bug": [item for item in known if _type_of(claims, item) == "bug"],
        "task": [item for item in known if _type_of(claims, item) == "task"],
        "late": [item for item in known if (claims.items[item].days_late or 0) > 0],
        "early": [item for item in known if (claims.items[item].days_late or 0) < 0 and claims.items[item].finished_in_period],
        "overdue": [item for item in known if claims.items[item].overdue_days > 0],
        "commented": [item for item in known if _strangers(claims, claims.items[item])],
        "parted": [item for item in known if claims.items[item].parents],
        "projected": [item for item in known if claims.items[item].projects],
    }.get(which, [])


def _type_of(claims: Claims, item: str) -> str:
    return (claims.facts[item].item or ("", ""))[0].rpartition("/")[2].casefold()


def _strangers(claims: Claims, item: ItemClaims) -> list[str]:
    return [person for person in item.said if person not in item.people and person != claims.person]


def _filled(claims: Claims, item: str, text: str) -> str | None:
    """The pattern with facts; None where the report has not what it needs, or where the change changes nothing."""
    values = _values(claims, item)
    wanted = re.findall(r"\{([a-z0-9]+)\}", text)
    if any(values.get(name) is None for name in wanted):
        return None
    shown = {name: claims.facts[str(values[name])].text for name in wanted if str(values[name]) in claims.facts}
    pairs = (
        ("h", "h2"),
        ("finished", "planned"),
        ("finished", "started"),
        ("items", "nfinished"),
        ("i", "largest"),
        ("planned", "started"),
    )
    if any(one in shown and shown[one] == shown.get(two) for one, two in pairs):
        return None
    # Of one day alone only `started and finished on` is said of both.
    lone = {"started": "finished", "planned": "finished"}
    lone |= {"finished": next((said for said in ("started", "planned") if f"{said} and" in text), "")}
    if any(name in shown and other in values and _text(claims, values.get(other)) == shown[name] for name, other in lone.items()):
        return None
    if "{said}" in text:
        return text.replace("{said}", str(values["said"])).replace("{p}", f"{{{values['p']}}}").replace("{c}", f"{{{values['c']}}}")
    return re.sub(r"\{([a-z0-9]+)\}", lambda match: f"{{{values[match[1]]}}}", text)


def _text(claims: Claims, fact: str | None) -> str:
    return claims.facts[fact].text if fact is not None and fact in claims.facts else ""


def _values(claims: Claims, item: str) -> dict[str, str | None]:
    known = claims.items[item]
    ordered = _fitting(claims, "any")
    place = ordered.index(item)
    strangers = _strangers(claims, known)
    whole = sorted(known.parents)
    later = [other for other in ordered[place + 1 :] if other not in known.parents]
    second = later[0] if later else None
    values: dict[str, str | None] = {name: _figure(claims, item, *wanted) for name, wanted in _FIGURES.items()}
    values |= {name: _figure(claims, None, *wanted) for name, wanted in _WHOLE.items()}
    values |= {
        "i": item,
        "i2": second,
        "h2": _figure(claims, second, "hours", "time") if second else None,
        "largest": ordered[0],
        "p": claims.person or next(iter(sorted(known.people)), None),
        "c": strangers[0] if strangers else None,
        "c0": strangers[0] if strangers else None,
        "said": known.said[strangers[0]][0].rstrip(".") + "." if strangers else None,
        "whole": whole[0] if whole else None,
        "progress": _figure(claims, whole[0], "progress", "done") if whole else None,
        "donepercent": _figure(claims, whole[0], "percent", "share done") if whole else None,
        **_others(claims, item),
        "open": next((other for other in ordered if claims.items[other].phase in ("in progress", "not started")), None),
        "j2": next((fact.id for fact in claims.facts.values() if fact.kind == "project" and fact.id not in known.projects), None),
    }
    return values


def _others(claims: Claims, item: str) -> dict[str, str | None]:
    """The item's project, an activity, a type of items, each with its time and share."""
    found: dict[str, str | None] = {"j": next(iter(sorted(claims.items[item].projects)), None)}
    for name, aspect in (("x", "activity"), ("type", "type of items")):
        found[name] = next((fact.id for fact in claims.facts.values() if (fact.kind, fact.aspect) == ("name", aspect)), None)
    for name, figure in (("j", "hj"), ("x", "hx")):
        found[figure] = _figure(claims, found[name], "hours", "time") if found[name] else None
    found["jshare"] = _figure(claims, found["j"], "percent", "share") if found["j"] else None
    found["typeshare"] = _figure(claims, found["type"], "percent", "share of the time on items") if found["type"] else None
    return found


def _figure(claims: Claims, about: str | None, kind: str, aspect: str) -> str | None:
    found = [fact for fact in claims.facts.values() if (fact.kind, fact.aspect) == (kind, aspect)]
    if about is None:
        found = [fact for fact in found if not fact.about or fact.about == (claims.person,)]
    else:
        found = [fact for fact in found if fact.about[:1] == (about,)]
    return found[0].id if found else None
