"""The reference: stored days to the same aggregated document as one would write it in an afternoon, with json, re and dicts.

It reads the same JSON days, finds the work item of each entry by a regular expression and an alias table, sums per person,
item, activity and day, finds switches and odd entries, and writes indented JSON with the entry ids of every item. It is kept
straightforward, not slow: one pass, nothing done twice. It validates nothing, proves nothing, and knows the common forms of
descriptions only. Standard library alone.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

_GROUP = r"\[((?:[^\[\]]|\[[^\]]*\])+)\]"
REFERENCE = re.compile(rf"^(.*?)\s*#(\d+)\s*{_GROUP}(?:\s*{_GROUP})?(?:\s*{_GROUP})?")
LONG_SECONDS = 12 * 3600


class Stretch(NamedTuple):
    """One entry on a person's time line."""

    started_at: datetime
    entry_id: int
    day: str
    seconds: int
    subject: tuple[str, str]


def aggregate_plainly(days: str, target: str, aliases: dict[str, str]) -> dict[str, int]:
    """Read every day file of the folder `days`, write `target`; returns the team's sums."""
    people: dict[int, dict[str, Any]] = {}
    sums: dict[str, Counter[str]] = {"seconds_by_day": Counter(), "seconds_by_project": Counter(), "seconds_by_type": Counter()}
    for path in sorted(Path(days).glob("*.json")):
        with path.open(encoding="utf-8") as file:
            day_file = json.load(file)
        for entry in day_file["entries"]:
            if entry["user_id"] not in people:
                people[entry["user_id"]] = _new_person(entry)
            person = people[entry["user_id"]]
            if entry["stop"] is None or entry["seconds"] is None or entry["seconds"] < 0:
                person["running"].append({"entry_id": entry["id"], "description": entry["description"], "started_at": entry["start"]})
            else:
                _add(person, entry, sums, aliases)
    document = _document(people, sums)
    with Path(target).open("w", encoding="utf-8") as file:
        json.dump(document, file, indent=2, ensure_ascii=False)
    return dict(document["statistics"])


def agreement(volt: str, plain: str) -> dict[str, int]:
    """How many items both documents have alike: entry ids, label, project, names and days. Raises RuntimeError for other sums."""
    documents = [json.loads(Path(path).read_text(encoding="utf-8")) for path in (volt, plain)]
    sums = [{name: document["statistics"][name] for name in ("total_duration_seconds", "total_entries")} for document in documents]
    if sums[0] != sums[1]:
        raise RuntimeError(f"Volt has {sums[0]}, the reference {sums[1]}")
    facts = ("entries", "label", "project", "names", "seconds_by_day", "duration_seconds")
    ours, theirs = (
        {
            (person["user_id"], item["type"], item["public_id"]): [item[fact] for fact in facts]
            for person in document["people"]
            for item in person["items"]
        }
        for document in documents
    )
    return {"items": len(ours), "alike": sum(theirs.get(key) == value for key, value in ours.items())}


def _new_person(entry: dict[str, Any]) -> dict[str, Any]:
    return {
        "user_id": entry["user_id"],
        "name": entry["user_name"],
        "email": entry["email"],
        "statistics": Counter(),
        "seconds_by_day": Counter(),
        "items": {},
        "activities": {},
        "running": [],
        "time_line": [],
    }


def _add(person: dict[str, Any], entry: dict[str, Any], sums: dict[str, Counter[str]], aliases: dict[str, str]) -> None:
    seconds, day = entry["seconds"], entry["start"][:10]
    text = " ".join(entry["description"].split())
    if found := REFERENCE.match(text):
        name, public_id, space, type_label, project = found.groups()
        label = f"[{space}] [{type_label}]"
        if label not in aliases and f"[{space}]" in aliases:
            label, project = f"[{space}]", type_label
        type_name, kind = aliases.get(label, f"{space}/{type_label}"), "matched"
        subject = (type_name, public_id)
        if subject not in person["items"]:
            counters: dict[str, Counter[str]] = {"labels": Counter(), "projects": Counter(), "names": Counter()}
            person["items"][subject] = {"type": type_name, "public_id": public_id, **counters, **_new_sums()}
        group = person["items"][subject]
        for counter, value in (("labels", label), ("projects", project), ("names", name)):
            group[counter][value] += seconds
    else:
        type_name, project, kind = "", entry["project_name"], "unmatched"
        subject = (text, project or "")
        if subject not in person["activities"]:
            person["activities"][subject] = {"description": text, "project": project, **_new_sums()}
        group = person["activities"][subject]
    group["duration_seconds"] += seconds
    group["seconds_by_day"][day] += seconds
    group["entries"].append(entry["id"])
    for one in ("total", kind):
        person["statistics"][f"{one}_duration_seconds"] += seconds
        person["statistics"][f"{one}_entries"] += 1
    person["seconds_by_day"][day] += seconds
    person["time_line"].append(Stretch(datetime.fromisoformat(entry["start"]), entry["id"], day, seconds, subject))
    sums["seconds_by_day"][day] += seconds
    sums["seconds_by_project"][project or ""] += seconds
    sums["seconds_by_type"][type_name] += seconds


def _new_sums() -> dict[str, Any]:
    return {"duration_seconds": 0, "seconds_by_day": Counter(), "entries": []}


def _document(people: dict[int, dict[str, Any]], sums: dict[str, Counter[str]]) -> dict[str, Any]:
    statistics: Counter[str] = Counter()
    unique_items = set()
    for person in people.values():
        statistics.update(person["statistics"])
        unique_items.update(person["items"])
        time_line = sorted(person.pop("time_line"))
        person["switches"] = sum(one.day == after.day and one.subject != after.subject for one, after in pairwise(time_line))
        person["findings"] = _findings(time_line)
        for item in person["items"].values():
            item["label"] = item.pop("labels").most_common(1)[0][0]
            item["project"] = item.pop("projects").most_common(1)[0][0]
            item["names"] = [name for name, _ in item["names"].most_common()]
        for name in ("items", "activities"):
            person[name] = sorted(person[name].values(), key=lambda group: -group["duration_seconds"])
    return {
        "statistics": {**statistics, "people_with_time": len(people), "unique_items": len(unique_items)},
        **{name: dict(counter.most_common()) for name, counter in sums.items()},
        "people": sorted(people.values(), key=lambda person: (person["name"].casefold(), person["user_id"])),
    }


def _findings(time_line: list[Stretch]) -> list[dict[str, Any]]:
    found = []
    latest_end: datetime | None = None
    latest: int | None = None
    for one in time_line:
        kinds = [("no description", not one.subject[0]), ("too long", one.seconds > LONG_SECONDS), ("zero length", one.seconds == 0)]
        overlaps = latest_end is not None and one.seconds > 0 and one.started_at < latest_end
        for kind in [kind for kind, holds in (*kinds, ("overlapping", overlaps)) if holds]:
            about = latest if kind == "overlapping" else None
            found.append(
                {"kind": kind, "entry_id": one.entry_id, "day": one.day, "duration_seconds": one.seconds, "overlaps_entry_id": about}
            )
        end = one.started_at + timedelta(seconds=one.seconds)
        if one.seconds > 0 and (latest_end is None or end > latest_end):
            latest_end, latest = end, one.entry_id
    return found
