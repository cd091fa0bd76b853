"""Unknown types and the health of the configuration: scores, what to paste, what no longer fits."""

from __future__ import annotations

from dataclasses import replace

import pytest
import yaml

from volt_assets.settings import EnrichmentSettings
from volt_assets.work_reports.enrich.schema_history import continued, last_change, snapshot
from volt_assets.work_reports.models import EnrichedEntities, TogglAggregated
from volt_assets.work_reports.report.configuration_health import ConfigValidation, config_validation
from volt_assets.work_reports.report.unknown_types import UnknownEntities, unknown_entities
from volt_assets.work_reports.report.whole_range import WholeRange
from volt_assets.work_reports.report.workspace_view import WorkspaceView
from volt_assets_tests.work_reports.enrich.test_schema_history import NOON, schema
from volt_assets_tests.work_reports.report.further_set import markdown_of, whole_range
from volt_assets_tests.work_reports.report.rendered import rendered
from volt_assets_tests.work_reports.report.sample_week import aggregated, days, enriched, item, person, tracked, week

SCHEMA = schema(
    Task={"Scrum/Name": "fibery/text", "Scrum/Points": "fibery/int"},
    Bug={"Scrum/Name": "fibery/text"},
    **{
        "Design/Design Feature": {"Design/Name": "fibery/text"},
        "QA/Test report": {"QA/Name": "fibery/text", "QA/Passed": "fibery/int", "QA/Notes": "fibery/text"},
        "Ops/Incident": {},
    },
)
TASK_ENTRY = {"activity": "default_enrich_entity", "fields": ["Points", "Sprint"]}
CONFIG = {"enrichment_activities": {"Scrum/Task": TASK_ENTRY, "Scrum/Epic": TASK_ENTRY}, "aliases": {"[Scrum] [Chore]": "Scrum/Chore"}}


def judged(data: TogglAggregated | None = None, items: EnrichedEntities | None = None, config: object = CONFIG) -> WholeRange:
    whole = whole_range(data, items, enrichment=EnrichmentSettings.model_validate(config), people={"gone@example.com": "a@b.example"})
    return replace(whole, workspace=WorkspaceView(SCHEMA, NOON))


@pytest.mark.parametrize(
    ("hours", "score", "advice"),
    [(0.2, 9.0, "skip"), (1.3, 20.0, "consider"), (4.3, 50.0, "consider"), (4.4, 51.0, "configure")],
)
def test_the_score_weighs_hours_items_and_people(hours: float, score: float, advice: str) -> None:
    data = aggregated([person(1, "A", "a", [tracked("QA/Test report", "12", days(hours))])])
    [one] = unknown_entities(judged(data, enriched([item("QA/Test report", "12", "Regression")]))).types
    assert (one.score, one.advice, one.items, one.people) == (score, advice, 1, ("A",))
    assert (one.yaml is not None) == (advice != "skip")


def test_what_is_to_be_pasted_is_read_by_the_settings_and_names_fields_that_exist() -> None:
    report = unknown_entities(judged())
    pasted = yaml.safe_load("enrichment_activities:\n" + report.snippet)
    settings = EnrichmentSettings.model_validate(pasted)
    assert settings.enrichment_activities["QA/Test report"].fields == ("Passed", "Notes")
    text = markdown_of("unknown_entities", report, judged())
    assert "```yaml\n" + report.snippet.rstrip() + "\n```" in text


def test_a_type_that_the_workspace_lacks_is_a_label_to_correct() -> None:
    data = aggregated([person(1, "A", "a", [tracked("Backend/Bug", "1", days(20.0))])])
    whole = judged(data, enriched([item("Backend/Bug", "1", "x", status="not found")]))
    [one] = unknown_entities(whole).types
    assert (one.advice, one.yaml, one.in_workspace) == ("correct the label", None, False)
    assert "- Backend/Bug · 20.0 h · A" in markdown_of("unknown_entities", unknown_entities(whole), whole)


def test_coverage_grows_by_what_is_to_be_configured_and_adds_up() -> None:
    report = unknown_entities(judged())
    hours = [row.hours.tenths for row in report.coverage]
    assert hours == sorted(hours)
    unknown = sum(one.hours.tenths for one in report.types)
    assert report.coverage[0].hours.tenths == report.on_items.tenths - unknown
    proposed = sum(one.hours.tenths for one in report.types if one.yaml)
    assert report.coverage[-1].hours.tenths == report.coverage[0].hours.tenths + proposed


@pytest.mark.parametrize("name", ["QA/```\n# Heading", 'QA/"quoted"', "QA/\u202e<script>"])
def test_a_hostile_name_of_a_type_stays_inside_its_quotes(name: str) -> None:
    data = aggregated([person(1, "A", "a", [tracked(name, "1", days(9.0))])])
    whole = whole_range(data, enriched([item(name, "1", "x")]), enrichment=EnrichmentSettings())
    report = unknown_entities(whole)
    assert list(yaml.safe_load(report.snippet)) == [name]
    page = rendered(markdown_of("unknown_entities", report, whole))
    assert {"script"} & page.tags == set()
    assert "Heading" not in "".join(page.headings)
    assert "\u202e" not in markdown_of("unknown_entities", report, whole)


def test_what_the_workspace_lacks_and_what_is_not_configured_is_named() -> None:
    report = config_validation(judged())
    problems = {one.type: one.problems for one in report.configured}
    assert problems == {"Scrum/Task": ("fields that the type lacks: Sprint",), "Scrum/Epic": ("the workspace has no such type",)}
    assert [(one.type, one.use.items) for one in report.unconfigured][:2] == [("QA/Test report", 1), ("Scrum/Bug", 1)]
    assert report.unconfigured[-1].use.is_used is False
    assert report.aliases_to_nowhere == (("[Scrum] [Chore]", "Scrum/Chore"),)
    assert report.unknown_emails == (("people", "gone@example.com"),)
    text = markdown_of("config_validation", report, judged())
    assert "⚠️ the workspace has no such type |" in text
    assert "`gone@example.com`" in text
    assert "None since the first look at 13 Oct 2025 12:00 UTC." in text


def test_changes_of_the_workspace_are_told_with_their_dates() -> None:
    earlier = schema(Task={"Scrum/Sprint": "fibery/text"}, Chore={})
    history = continued(continued(None, snapshot(earlier, NOON)), snapshot(SCHEMA, NOON.replace(day=20)))
    whole = replace(judged(), workspace=WorkspaceView(SCHEMA, history.current.first_seen, last_change(history)))
    text = markdown_of("config_validation", config_validation(whole), whole)
    assert "Between 13 Oct 2025 12:00 UTC and 20 Oct 2025 12:00 UTC:" in text
    assert "- ⚠️ type Scrum/Chore is gone" in text
    assert "- Scrum/Task: new Scrum/Name, Scrum/Points; ⚠️ gone Scrum/Sprint" in text


def test_when_a_schema_was_first_seen_is_no_part_of_the_version() -> None:
    later = replace(judged(), workspace=WorkspaceView(SCHEMA, NOON.replace(day=20)))
    assert config_validation(later).data_version == config_validation(judged()).data_version


def test_without_a_schema_nothing_is_claimed() -> None:
    whole = whole_range(*week())
    report = config_validation(whole)
    assert (report.schema_known, report.problems) == (False, len(report.unmatched_people) + len(report.unknown_emails))
    assert all(one.in_workspace is None for one in report.configured)
    assert "was not compared" in markdown_of("config_validation", report, whole)
    assert all(one.in_workspace is None for one in unknown_entities(whole).types)


def test_the_documents_are_read_back() -> None:
    for kind, report in ((UnknownEntities, unknown_entities(judged())), (ConfigValidation, config_validation(judged()))):
        assert kind.model_validate_json(report.model_dump_json()) == report
