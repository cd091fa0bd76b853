"""Scores of a published set of reports against what was planted.

- *figures*: how many of the printed figures are right: tracked, on items, other work with their percentages, the counts, hours of
  each item and activity, hours by day, in Markdown; the headline and each item's hours in HTML; each item's seconds in JSON;
  the hours of each person in the team's table. 100 %: every one. The team's total has to be the nearest tenth of an hour; a part may be
  rounded to either side, so that parts add up, and a sum of parts in a sentence
  may be that of the hours as they are printed.
- *items*: how many of the items that a person has time on stand in the person's report, in Markdown, HTML and JSON. 100 %: all.
- *invented*: items, activities and reports of people that nobody planted. 0 is right.
- *sentences*: how many sentences of prose are true (judging.py). 100 %: all.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from volt_assets_tests.faithfulness.judging import A_TENTH, HALF_A_TENTH, is_true, near
from volt_assets_tests.faithfulness.reading import Read, html_lines, plain, read_markdown
from volt_assets_tests.faithfulness.truth import PersonTruth, Truth, is_meeting


@dataclass
class Score:
    """What was found in one set of reports. Each list names what is wrong."""

    figures: int = 0
    wrong_figures: list[str] = field(default_factory=list)
    items: int = 0
    missing_items: list[str] = field(default_factory=list)
    invented: list[str] = field(default_factory=list)
    sentences: int = 0
    untrue: list[str] = field(default_factory=list)
    by_model: int = 0
    """How many of the sentences a model wrote."""

    @property
    def is_perfect(self) -> bool:
        return not (self.wrong_figures or self.missing_items or self.invented or self.untrue)

    def figure(self, where: str, printed: str, *, is_right: bool) -> None:
        self.figures += 1
        if not is_right:
            self.wrong_figures.append(f"{where}: {printed}")

    def percent(self, of: int, wrong: int) -> float:
        return 100.0 if of == 0 else 100 * (of - wrong) / of


def scored(reports: Path, truth: Truth) -> Score:
    """The score of the folder `reports` of a run."""
    score = Score()
    documents = {path: json.loads(path.read_text(encoding="utf-8")) for path in sorted((reports / "individual").glob("*.json"))}
    published = {document["user_id"]: path for path, document in documents.items()}
    for user_id, person in truth.people.items():
        if user_id not in published:
            score.missing_items.append(f"no report of {person.name}")
            continue
        path = published[user_id]
        read = read_markdown(path.with_suffix(".md").read_text(encoding="utf-8"))
        _score_person(score, person, truth, read)
        _score_html(score, person, truth, html_lines(path.with_suffix(".html").read_text(encoding="utf-8")), read)
        _score_document(score, person, documents[path])
    score.invented += [f"a report of {user_id}" for user_id in published if user_id not in truth.people]
    _score_team(score, truth, (reports / "team_summary.md").read_text(encoding="utf-8"))
    return score


def facts_of(reports: Path) -> dict[str, Any]:
    """Every fact of the documents and every figure outside prose: the same with and without a model."""
    found: dict[str, Any] = {}
    for path in sorted(reports.rglob("*.json")):
        document = json.loads(path.read_text(encoding="utf-8"))
        if "facts" in document:
            found[f"{path.stem} facts"] = sorted(
                (fact["kind"], fact["aspect"], fact["text"], str(fact["value"]), str(fact["item"]))
                for fact in document["facts"]
                if fact["kind"] in ("item", "person", "state", "date")
                or (fact["kind"] == "hours" and fact["aspect"] in ("time", "tracked"))
            )
    for path in sorted((reports / "individual").glob("*.md")):
        read = read_markdown(path.read_text(encoding="utf-8"))
        found[path.stem] = (read.figures, read.items, read.activities, read.days)
    return found


def _score_person(score: Score, person: PersonTruth, truth: Truth, read: Read) -> None:
    who, other = person.name, person.tracked - person.on_items
    wanted = {
        "tracked": person.tracked,
        "items": person.on_items,
        "other": other,
    }
    for name, seconds in wanted.items():
        printed = read.figures.get(name, "-1")
        score.figure(f"{who}, {name}", printed, is_right=near(printed, seconds, A_TENTH - 1))
    counts = {
        "n": len(person.items),
        "done": sum(map(truth.is_finished, person.items)),
        "overdue": sum(1 for key in person.items if truth.overdue_days(key)),
    }
    for name, count in counts.items():
        score.figure(f"{who}, {name}", read.figures.get(name, ""), is_right=read.figures.get(name) == str(count))
    for name, seconds in (("share", person.on_items), ("othershare", other)):
        printed = read.figures.get(name, "-9")
        score.figure(f"{who}, {name}", printed, is_right=2 * abs(int(printed) * person.tracked - 100 * seconds) <= person.tracked)
    days = [person.days.get(truth.start.fromordinal(truth.start.toordinal() + index), 0) for index in range(len(read.days) - 1)]
    for index, (printed, seconds) in enumerate(zip(read.days, [*days, person.tracked], strict=False)):
        shown = printed.replace("–", "0.0")  # noqa: RUF001 -- the dash for nothing
        score.figure(f"{who}, day {index}", printed, is_right=near(shown, seconds, A_TENTH))
    _score_items(score, person, truth, read)
    sums = _printed_sums(person, truth, read)
    for item, said in read.sentences:
        score.sentences += 1
        if not is_true(said, item if item in person.items else None, person, truth, sums):
            score.untrue.append(f"{who}: {said}")


def _printed_sums(person: PersonTruth, truth: Truth, read: Read) -> list[float]:
    """Seconds that meetings, and finished items, come to as they are printed; each is itself judged as a figure."""
    finished = [hours for key, (_, hours) in read.items.items() if key in person.items and truth.is_finished(key)]
    meetings = [hours for name, hours in read.activities.items() if is_meeting(name)]
    return [3600 * sum(float(hours.replace(",", "")) for hours in parts) for parts in (finished, meetings)]


def _score_items(score: Score, person: PersonTruth, truth: Truth, read: Read) -> None:
    for key, seconds in person.items.items():
        score.items += 1
        name, printed = read.items.get(key, ("", ""))
        if not printed:
            score.missing_items.append(f"{person.name}: {key[0]} #{key[1]}")
            continue
        score.figure(f"{person.name}, {key[0]} #{key[1]}", printed, is_right=near(printed, seconds, A_TENTH - 1))
        if name != plain(truth.items[key].name) and not (truth.items[key].name == "" and name == "(no name)"):
            score.invented.append(f"{person.name}: {key[0]} #{key[1]} is called {name}")
    score.invented += [f"{person.name}: {key[0]} #{key[1]}" for key in read.items if key not in person.items]
    activities = {plain(name): seconds for name, seconds in person.activities.items()}
    for name, printed in read.activities.items():
        own = [seconds for known, seconds in activities.items() if known == name or (name.endswith("…") and known.startswith(name[:-1]))]
        if own:
            score.figure(f"{person.name}, {name}", printed, is_right=near(printed, own[0], A_TENTH - 1))
        else:
            score.invented.append(f"{person.name}: activity {name}")


def _score_html(score: Score, person: PersonTruth, truth: Truth, lines: list[str], read: Read) -> None:
    tracked = next(
        (after.removesuffix(" h") for line, after in pairwise(lines) if line == "tracked" and after.endswith(" h")),
        "-1",
    )
    score.figure(f"{person.name}, tracked in HTML", tracked, is_right=near(tracked, person.tracked, A_TENTH - 1))
    for key, seconds in person.items.items():
        named = re.escape(f"#{key[1]} {plain(truth.items[key].name)}")
        cards = [re.search(rf"{named} (?:· )?([\d,.]+) h\b.*{re.escape(key[0])}", line) for line in lines]
        hours = [card[1] for card in cards if card]
        if not hours:
            score.missing_items.append(f"{person.name}: {key[0]} #{key[1]} in HTML")
            continue
        score.figure(f"{person.name}, {key[0]} #{key[1]} in HTML", hours[0], is_right=near(hours[0], seconds, A_TENTH - 1))
    for _, said in read.sentences:
        if not any(said in line for line in lines):
            score.untrue.append(f"{person.name}: not in HTML: {said}")


def _score_document(score: Score, person: PersonTruth, document: dict[str, Any]) -> None:
    times = {
        tuple(fact["item"]): fact["value"]
        for fact in document["facts"]
        if fact["kind"] == "hours" and fact["aspect"] == "time" and fact["item"]
    }
    for key, seconds in person.items.items():
        if key not in times:
            score.missing_items.append(f"{person.name}: {key[0]} #{key[1]} in JSON")
            continue
        score.figure(f"{person.name}, {key[0]} #{key[1]} in JSON", str(times[key]), is_right=times[key] == seconds)
    score.by_model += sum(1 for said in document["sentences"] if said["by_model"])


def _score_team(score: Score, truth: Truth, markdown: str) -> None:
    read, team = read_markdown(markdown), truth.team
    for name, seconds in (("tracked", team.tracked), ("items", team.on_items), ("other", team.tracked - team.on_items)):
        within = HALF_A_TENTH if name == "tracked" else A_TENTH - 1
        score.figure(f"team, {name}", read.figures.get(name, ""), is_right=near(read.figures.get(name, "-1"), seconds, within))
    for name, count in (("n", len(team.items)), ("done", sum(map(truth.is_finished, team.items)))):
        score.figure(f"team, {name}", read.figures.get(name, ""), is_right=read.figures.get(name) == str(count))
    rows = re.findall(r"^\| \[(.+?)\]\(individual/\S+\) \| ([\d,.]+) \|", markdown, re.MULTILINE)
    printed = {plain(name).partition(" (")[0]: hours for name, hours in rows}
    for person in truth.people.values():
        hours = printed.get(plain(person.name), "-1")
        score.figure(f"team, {person.name}", hours, is_right=near(hours, person.tracked, A_TENTH - 1))
    score.invented += [f"team: {name}" for name in printed if name not in {plain(person.name) for person in truth.people.values()}]
