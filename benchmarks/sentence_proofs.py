"""Proving the sentences of a report of 120 items: how long, and how many planted lies and true sentences come through.

Goal: the report in less than 20 ms; no lie through, at least 95 % of the true sentences.

Two corpora are measured. The first (`true_sentences.py`, `planted_lies.py`) is about a sample week and was written together with
the rules. The second (`model_corpus/`) is about the sandbox's week, in the manner of several models: its first part was written
before the vocabulary was read and served to improve the rules (`tuned`), as did the next two after they had been
measured (`held_out`, `second`); the last part (`fresh`) never served for anything but measuring. It is the one that tells what to
expect of a model: many of what is refused there are numbers in words, reasons and comparisons, which the prompts forbid.
"""

from __future__ import annotations

import os
import statistics
import time
from collections import Counter

from measuring import print_table, scratch_folder

from volt_assets.sandbox.server import SandboxOptions, running_sandbox
from volt_assets.settings import ReportSettings
from volt_assets.work_reports.report.claims import Claims, person_claims
from volt_assets.work_reports.report.lexicon import load_lexicon
from volt_assets.work_reports.report.person_facts import person_facts
from volt_assets.work_reports.report.person_table import PersonTable
from volt_assets.work_reports.report.verifier import objections
from volt_assets_tests.pipeline import ClockedVolt, folder_of, run_job
from volt_assets_tests.work_reports.report.model_corpus.corpus import FRESH, HELD_OUT, SECOND, TUNED, demo_claims, true_sentences
from volt_assets_tests.work_reports.report.model_corpus.fresh_lies import fresh_lies
from volt_assets_tests.work_reports.report.planted_lies import planted_lies
from volt_assets_tests.work_reports.report.sample_week import aggregated, days, enriched, item, person, tracked
from volt_assets_tests.work_reports.report.true_sentences import jane, john, team

ITEMS, ROUNDS, GOAL_MS = 120, 41, 20
TEXT = "The account has a network with security groups, roles and the production machines. The audit trail is documented in the wiki."


def large_report() -> Claims:
    """One person's report with 120 items, each with a text."""
    found = [item("Scrum/Task", str(number), f"Provision account {number}", description=TEXT) for number in range(ITEMS)]
    one = person(1, "A Person", "a", [tracked("Scrum/Task", str(number), days(2.0)) for number in range(ITEMS)])
    data = aggregated([one])
    return person_claims(PersonTable(person_facts(one, data, enriched(found), ReportSettings())), load_lexicon())


def milliseconds() -> tuple[list[float], list[float]]:
    """CPU and wall time for one sentence about each item, the texts not read before."""
    cpu, wall = [], []
    for _ in range(ROUNDS):
        claims = large_report()
        hours = {fact.about[0]: fact.id for fact in claims.facts.values() if fact.kind == "hours" and fact.item}
        said = [
            (section, f"The roles and the audit trail are documented; it took {{{hours[own]}}}.")
            for section, own in claims.section_items.items()
        ]
        wall_started, cpu_started = time.perf_counter(), time.process_time()
        if any(objections(section, text, claims) for section, text in said):
            raise SystemExit("a true sentence was refused")
        cpu.append((time.process_time() - cpu_started) * 1_000)
        wall.append((time.perf_counter() - wall_started) * 1_000)
    return cpu, wall


def corpus_of_models() -> None:
    """What stays and what comes through of the second corpus, about a run of the sandbox's week."""
    with scratch_folder() as folder, running_sandbox(SandboxOptions(pace=0)) as sandbox:
        os.environ.update({**sandbox.environ(), "VOLT_DATA_DIR": str(folder / "data"), "DAGSTER_HOME": str(folder)})
        ran = run_job(volt=ClockedVolt(use_model=False))
        if not ran.is_success:
            raise SystemExit(ran.failures)
        reports = demo_claims(folder_of(folder / "data"))
    rows = []
    for split in (TUNED, HELD_OUT, SECOND, FRESH):
        said = list(true_sentences(reports, split))
        kept = sum(not objections(each.section, each.text, reports[each.report]) for each in said)
        rows.append([split, str(len(said)), str(kept), f"{100 * kept / len(said):.1f} %"])
    print_table(["true sentences as models say them", "written", "stay", ""], rows)
    lies = list(fresh_lies(reports))
    published = [lie for lie in lies if not objections(lie.section, lie.text, reports[lie.report])]
    print(f"lies of {len({lie.kind for lie in lies})} further kinds: {len(published)} of {len(lies)} published")


def main() -> None:
    """Print both tables."""
    cpu, wall = milliseconds()
    print_table(
        ["120 items", "CPU ms", "wall ms"],
        [
            ["median", f"{statistics.median(cpu):.1f}", f"{statistics.median(wall):.1f}"],
            ["fastest", f"{min(cpu):.1f}", f"{min(wall):.1f}"],
            ["goal", "", f"< {GOAL_MS}"],
        ],
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
    corpus_of_models()


if __name__ == "__main__":
    main()
