"""Which facts the two reports about everybody have."""

from __future__ import annotations

from volt_assets.work_reports.report.claims import team_claims
from volt_assets.work_reports.report.lexicon import load_lexicon
from volt_assets.work_reports.report.team_table import TeamTable
from volt_assets.work_reports.report.toggl_facts import toggl_facts
from volt_assets.work_reports.report.verifier import objections
from volt_assets_tests.work_reports.report.sample_week import week

OF_STATES = ("finish", "overdue", "late", "early", "planned", "started", "done", "state", "progress")


def test_toggl_alone_knows_no_states() -> None:
    table = TeamTable(toggl_facts(week()[0]))
    facts = table.book.table.facts
    assert any(fact.kind == "item" for fact in facts)
    assert [fact.label for fact in facts if any(word in fact.aspect for word in OF_STATES)] == []


def test_without_states_nobody_finished_anything_or_nothing() -> None:
    claims = team_claims(TeamTable(toggl_facts(week()[0])), load_lexicon())
    person = next(fact.id for fact in claims.facts.values() if fact.kind == "person")
    item = next(iter(claims.items))
    for sentence in (
        f"{{{item}}} was finished.",
        f"{{{item}}} is not finished.",
        f"{{{person}}} finished {{{item}}}.",
        "No items are overdue.",
    ):
        assert objections("executive_summary", sentence, claims), sentence
