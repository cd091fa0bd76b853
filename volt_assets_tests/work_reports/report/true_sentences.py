"""Sentences that a good model would write about the sample week, every one of them true.

Placeholders are written by what they mean, so that they read as they are said: `{h:7658}` hours on #7658, `{finished:7658}`
the day, `{p:John Doe}` a person; `Told` turns them into the ids of the report's facts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from volt_assets.settings import ReportSettings
from volt_assets.work_reports.models import Fact
from volt_assets.work_reports.report.claims import Claims, person_claims, team_claims
from volt_assets.work_reports.report.enriched_data import build_enriched_data
from volt_assets.work_reports.report.lexicon import load_lexicon
from volt_assets.work_reports.report.person_facts import person_facts
from volt_assets.work_reports.report.person_table import PersonTable
from volt_assets.work_reports.report.team_facts import team_facts
from volt_assets.work_reports.report.team_table import TeamTable
from volt_assets_tests.work_reports.report.report_set import report_set
from volt_assets_tests.work_reports.report.sample_week import ORIGIN, week

ASPECTS = {
    "h": ("hours", "time"),
    "part": ("hours", "part of the time"),
    "team": ("hours", "time of the team"),
    "finished": ("date", "finished on"),
    "started": ("date", "started on"),
    "planned": ("date", "planned end"),
    "late": ("days", "late by"),
    "overdue": ("days", "overdue by"),
    "state": ("state", "state"),
    "progress": ("progress", "done"),
    "share": ("percent", "share"),
    "donepercent": ("percent", "share done"),
    "tracked": ("hours", "tracked"),
    "onitems": ("hours", "time on items"),
    "itemshare": ("percent", "share on items"),
    "other": ("hours", "time on other work"),
    "othershare": ("percent", "share of other work"),
    "meetings": ("hours", "time in meetings"),
    "meetingshare": ("percent", "share of meetings"),
    "longest": ("date", "longest day"),
    "longesthours": ("hours", "time on the longest day"),
    "change": ("change", "change"),
    "items": ("count", "items worked on"),
    "nfinished": ("count", "items finished"),
    "noverdue": ("count", "items overdue"),
    "days": ("count", "days with time"),
    "switches": ("count", "changes of work"),
    "people": ("count", "people with time"),
}


@dataclass(frozen=True)
class Told:
    """One report's claims, and true sentences about it as (section, text)."""

    claims: Claims
    sentences: tuple[tuple[str, str], ...]


def john() -> Told:
    claims = _of_person("john_doe")
    return Told(claims, tuple(compiled(claims, section, text) for section, text in _JOHN))


def jane() -> Told:
    claims = _of_person("jane_smith")
    return Told(claims, tuple(compiled(claims, section, text) for section, text in _JANE))


def team() -> Told:
    data, items = week()
    people = report_set(data, items).people
    facts = team_facts(build_enriched_data(data, items, people, ORIGIN), items, ReportSettings(minimum_group_size=2))
    claims = team_claims(TeamTable(facts), load_lexicon())
    return Told(claims, tuple(compiled(claims, section, text) for section, text in _TEAM))


def _of_person(slug: str) -> Claims:
    data, items = week()
    person = next(each for each in data.people if each.slug == slug)
    return person_claims(PersonTable(person_facts(person, data, items, ReportSettings(minimum_group_size=2))), load_lexicon())


def compiled(claims: Claims, section: str, text: str) -> tuple[str, str]:
    if section.startswith("item:"):
        section = next(name for name in claims.section_items if name.endswith(f"#{section.removeprefix('item:')}"))
    return section, re.sub(r"\{([^}]+)\}", lambda match: f"{{{_found(claims, match[1])}}}", text)


def _found(claims: Claims, meant: str) -> str:
    kind, _, rest = meant.partition(":")
    subjects = [_subject(claims, each) for each in rest.split("+") if each]
    if kind in ("i", "p", "j", "x"):
        return subjects[0].id
    wanted_kind, aspect = ASPECTS[kind]
    matching = [fact for fact in claims.facts.values() if fact.kind == wanted_kind and fact.aspect == aspect]
    wanted = {subject.id for subject in subjects}
    exact = [fact for fact in matching if wanted <= set(fact.about)]
    assert exact, meant
    return min(exact, key=lambda fact: len(fact.about)).id


def _subject(claims: Claims, name: str) -> Fact:
    return next(
        fact
        for fact in claims.facts.values()
        if fact.kind in ("item", "person", "project", "name") and name in (fact.text, fact.item and fact.item[1])
    )


_JOHN = (
    ("executive_summary", "Most of the time on items went into {i:7658} ({h:7658}) and {i:7521} ({h:7521})."),
    ("executive_summary", "{p:John Doe} tracked {tracked}, {onitems} of it on items and {other} on other activities."),
    ("executive_summary", "{i:7658} took the most time with {h:7658} and was finished on {finished:7658}."),
    ("executive_summary", "{i:7658} and {i:9234} were finished this week."),
    ("executive_summary", "{i:7521} is overdue by {overdue:7521} and is in review."),
    ("executive_summary", "{i:7658} was finished {late:7658} late; {i:7521} is {overdue:7521} overdue."),
    ("executive_summary", "Work on {i:7634} took {h:7634}, although it is not started by its state."),
    ("executive_summary", "The largest project was {j:Harbor} with {h:Harbor}."),
    ("executive_summary", "{j:Harbor} took {h:Harbor} and {j:Moneyball} {h:Moneyball}."),
    ("executive_summary", "In total {tracked} were tracked, {change} compared with the week before."),
    ("executive_summary", "{itemshare} of the time went into items."),
    ("key_deliverables", "{nfinished} were finished: {i:7658} and {i:9234}."),
    ("key_deliverables", "{i:9234} was completed on {finished:9234} after {h:9234} of work."),
    ("key_deliverables", "{i:7658}, started on {started:7658}, was closed on {finished:7658}."),
    ("key_deliverables", "The planned end of {i:7658} was {planned:7658}."),
    ("key_deliverables", "{i:7658} was due on {planned:7658} and finished on {finished:7658}."),
    ("key_deliverables", "Finished: {i:7658} ({h:7658}) and {i:9234} ({h:9234})."),
    ("key_deliverables", "{i:7658} is part of {i:1575}, which has {progress:1575} done."),
    ("executive_summary", "The team spent {team:1575} on {i:1575}."),
    ("executive_summary", "{i:1575} has a planned end of {planned:1575}; {donepercent:1575} of it is done."),
    ("work_patterns", "Time was tracked on {days}; the longest was {longest} with {longesthours}."),
    ("work_patterns", "Meetings took {meetings}, {meetingshare} of the time."),
    ("work_patterns", "Meetings took {meetings} ({meetingshare})."),
    ("work_patterns", "Work switched {switches} between items and activities."),
    ("work_patterns", "Other activities took {other} ({othershare})."),
    ("work_patterns", "{x:Team stand-up} took {h:Team stand-up} and {x:Code review} {h:Code review}."),
    ("work_patterns", "The longest day was {longest}, with {longesthours} tracked."),
    ("item:7658", "The account for Harbor has a network with security groups, roles and the production machines."),
    ("item:7658", "The roles are reviewed and the audit trail is on; the set-up is documented in the wiki."),
    ("item:7658", "{p:John Doe} worked {h:7658} on the cloud account, and it was finished on {finished:7658}."),
    ("item:7658", "{p:Jane Smith} noted that the roles are reviewed."),
    ("item:7658", "Documented the set-up of the account."),
    ("item:7658", "It was finished {late:7658} late."),
    ("item:7658", "The audit trail was documented, and the item was closed on {finished:7658}."),
    ("item:7521", "Alerts reached the channel because rules matched the same index."),
    ("item:7521", "A rule was removed and a test guards the routing."),
    ("item:7521", "The item is in review and overdue by {overdue:7521}."),
    ("item:7521", "Removed a rule, and added a test for the routing of alerts."),
    ("item:7521", "It is still not finished."),
    ("item:7521", "The alerts have the same filter in the rules."),
    ("item:7521", "Its state is {state:7521}."),
    ("item:7634", "{h:7634} went into deploying the CRM and its env variables."),
    ("item:7634", "The item is not started by its state ({state:7634})."),
    ("item:7634", "It belongs to {i:1575}."),
    ("item:9234", "Token refresh is part of the sign-in flow."),
    ("item:9234", "Started on {started:9234} and finished on {finished:9234}."),
    ("item:9234", "It took {h:9234} and was completed this week."),
    ("item:88", "Screens without data say what to do."),
    ("item:88", "{h:88} were spent on the screens."),
    ("item:88", "The item is in progress."),
)
_JANE = (
    ("executive_summary", "{p:Jane Smith} spent {h:1498} on {i:1498} and {h:12} on {i:12}."),
    ("executive_summary", "{i:1498} took {h:1498}; {progress:1498} of its children are done."),
    ("executive_summary", "{tracked} were tracked in total, {change} compared with the week before."),
    ("executive_summary", "{i:7658} was finished on {finished:7658}."),
    ("executive_summary", "{i:1498} is in progress, with {planned:1498} as planned end."),
    ("executive_summary", "{i:1498} was the largest item with {h:1498}."),
    ("key_deliverables", "{nfinished} was finished, {i:7658} with {h:7658}."),
    ("work_patterns", "{x:Interview with a candidate} took {h:Interview with a candidate}."),
    ("item:7658", "{h:7658} went into the review of roles."),
    ("item:7658", "{p:John Doe} wrote that the audit trail is on."),
    ("item:1498", "The alerts reach the right people."),
    ("item:1498", "It is not finished; {progress:1498} is done."),
    ("item:1498", "The planned end is {planned:1498}."),
)
_TEAM = (
    ("executive_summary", "{people} tracked {tracked} on {items}."),
    ("executive_summary", "{j:Harbor} took {h:Harbor} ({share:Harbor}) and {j:Internal} {h:Internal} ({share:Internal})."),
    ("executive_summary", "{j:Harbor} was the largest project with {h:Harbor}."),
    ("executive_summary", "{p:John Doe} and {p:Jane Smith} worked on {i:7658}, which was finished on {finished:7658}."),
    ("executive_summary", "{i:7521} is overdue by {overdue:7521}."),
    ("executive_summary", "{i:1575} has {progress:1575} done; its planned end is {planned:1575}."),
    ("key_accomplishments", "{i:7658} ({h:7658}) and {i:9234} ({h:9234}) were finished."),
    ("key_accomplishments", "{nfinished} were finished this week."),
    ("key_accomplishments", "{p:John Doe} finished {i:9234} on {finished:9234}."),
    ("areas_of_focus", "{share:Harbor} of the time went into {j:Harbor} and {share:Moneyball} into {j:Moneyball}."),
    ("areas_of_focus", "{i:1498} took {h:1498} by {p:Jane Smith}."),
    ("areas_of_focus", "{p:Max Mustermann} spent {h:7700} on {i:7700}, which is in progress."),
    ("cross_team_patterns", "{i:7658}: {h:7658} by {p:John Doe} and {p:Jane Smith}."),
    ("areas_of_focus", "{p:Jane Smith} spent {part:7658+Jane Smith} on {i:7658}."),
    ("cross_team_patterns", "{x:Team stand-up} took {h:Team stand-up}."),
    ("resource_allocation", "Meetings took {meetings} ({meetingshare})."),
    ("resource_allocation", "{x:Scrum/Task} took {h:Scrum/Task} and {x:Scrum/Feature} {h:Scrum/Feature}."),
    ("resource_allocation", "Other activities took {other}."),
    ("resource_allocation", "{itemshare} of the time went into items."),
    ("resource_allocation", "{p:Jane Smith} tracked {tracked:Jane Smith} and {p:John Doe} {tracked:John Doe}."),
)
