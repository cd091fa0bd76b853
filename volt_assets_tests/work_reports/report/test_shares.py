"""A share is the rounded one of its own seconds wherever it stands, also where the shares of a table then do not add up."""

from __future__ import annotations

from volt_assets.work_reports.models import EnrichedItem, TrackedItem
from volt_assets.work_reports.report.figures import nearest
from volt_assets.work_reports.report.shares import share_rows
from volt_assets_tests.work_reports.report.report_set import report_set
from volt_assets_tests.work_reports.report.sample_week import activity, aggregated, days, enriched, item, person, tracked

# Of 200 hours: shares that end in a half or just below it, the largest remainder with the smallest part.
HOURS = {"Atlas": 72.9, "Harbor": 63.1, "Internal": 18.9, "Quay": 14.9, "Reef": 14.9, "Sand": 8.9, "Tide": 2.9, "Utopia": 0.9}
SHARES = {"Atlas": 36, "Harbor": 32, "Internal": 9, "Quay": 7, "Reef": 7, "Sand": 4, "Tide": 1, "Utopia": 0}


def week_of_projects() -> tuple[list[EnrichedItem], list[TrackedItem]]:
    found = [item("Scrum/Task", str(number), f"Task {number}", "In progress") for number in range(len(HOURS))]
    pairs = zip(found, HOURS.items(), strict=True)
    return found, [tracked(one.type, one.public_id, days(part), one.name, project=name) for one, (name, part) in pairs]


def test_shares_are_rounded_each_for_itself() -> None:
    rows = share_rows((name, nearest(round(part * 3600))) for name, part in {**HOURS, "rest": 2.6}.items())
    assert {row.label: row.percent for row in rows} == {**SHARES, "rest": 1}
    assert [row.percent for row in share_rows([("Atlas", nearest(3600))], whole=3600 * 16)] == [6]
    assert [row.percent for row in share_rows([("Atlas", nearest(0))])] == [0]


def test_one_project_has_one_share_in_every_report_and_folded_rows_have_their_own() -> None:
    found, items = week_of_projects()
    data = aggregated([person(11, "John Doe", "john_doe", items, [activity("Mail", days(2.6), project=None)])])
    reports = report_set(data, enriched(found))
    for name, percent in SHARES.items():
        assert f"| {name} | {HOURS[name]} | {percent} % |" in reports.toggl
    for name in list(SHARES)[:6]:
        assert f"| {name} | {HOURS[name]} | {SHARES[name]} % |" in reports.team
    # 1.45 % and 0.45 % are 1.9 % together, other activities 1.3 %.
    assert "| 2 further projects | 3.8 | 2 % |" in reports.team
    assert "| other activities | 2.6 | 1 % |" in reports.team
    assert reports.team.count("| share, rounded |") == 2
    assert reports.toggl.count("| share, rounded |") == 2
