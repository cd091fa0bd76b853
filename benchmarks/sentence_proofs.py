"""Proving the sentences of a report of 120 items: how long, and how many planted lies and true sentences come through.

Goal: the report in less than 20 ms; no lie through, at least 95 % of the true sentences.
"""

from __future__ import annotations

import statistics
import time
from collections import Counter

from measuring import print_table

from volt_assets.settings import ReportSettings
from volt_assets.work_reports.report.claims import Claims, person_claims
from volt_assets.work_reports.report.lexicon import load_lexicon
from volt_assets.work_reports.report.person_facts import person_facts
from volt_assets.work_reports.report.person_table import PersonTable
from volt_assets.work_reports.report.verifier import objections
from volt_assets_tests.work_reports.report.planted_lies import planted_lies
from volt_assets_tests.work_reports.report.sample_week import aggregated, days, enriched, item, person, tracked
from volt_assets_tests.work_reports.report.true_sentences import jane, john, team

ITEMS, ROUNDS, GOAL_MS = 120, 15, 20
TEXT = "The account has a network with security groups, roles and the production machines. The audit trail is documented in the wiki."


def large_report() -> Claims:
    """One person's report with 120 items, each with a text."""
    found = [item("Scrum/Task", str(number), f"Provision account {number}", description=TEXT) for number in range(ITEMS)]
    one = person(1, "A Person", "a", [tracked("Scrum/Task", str(number), days(2.0)) for number in range(ITEMS)])
    data = aggregated([one])
    return person_claims(PersonTable(person_facts(one, data, enriched(found), ReportSettings())), load_lexicon())


def milliseconds() -> list[float]:
    """The CPU time for one sentence about each item, the texts not read before."""
    measured = []
    for _ in range(ROUNDS):
        claims = large_report()
        hours = {fact.about[0]: fact.id for fact in claims.facts.values() if fact.kind == "hours" and fact.item}
        said = [
            (section, f"The roles and the audit trail are documented; it took {{{hours[own]}}}.")
            for section, own in claims.section_items.items()
        ]
        started = time.process_time()
        if any(objections(section, text, claims) for section, text in said):
            raise SystemExit("a true sentence was refused")
        measured.append((time.process_time() - started) * 1_000)
    return measured


def main() -> None:
    """Print both tables."""
    measured = milliseconds()
    print_table(
        ["120 items", "ms"],
        [["median CPU", f"{statistics.median(measured):.1f}"], ["fastest", f"{min(measured):.1f}"], ["goal", f"< {GOAL_MS}"]],
    )
    planted: Counter[str] = Counter()
    through: Counter[str] = Counter()
    true = kept = 0
    for told in (john(), jane(), team()):
        for lie in planted_lies(told):
            planted[lie.kind] += 1
            through[lie.kind] += not objections(lie.section, lie.text, told.claims)
        true += len(told.sentences)
        kept += sum(not objections(section, text, told.claims) for section, text in told.sentences)
    rows = [[kind, str(count), str(through[kind])] for kind, count in planted.most_common()]
    print_table(["planted lie", "planted", "published"], [*rows, ["all", str(planted.total()), str(through.total())]])
    print(f"true sentences: {kept} of {true} stay ({100 * kept / true:.1f} %)")


if __name__ == "__main__":
    main()
