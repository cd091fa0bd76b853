"""The examples for operators speak of metrics, labels and states that exist."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from volt_assets.cli.metrics_exposition import exposition
from volt_assets.cli.run_metrics import MetricsReader
from volt_assets.work_reports.data_folder import DataFolder
from volt_assets_tests.checkout import ROOT
from volt_assets_tests.cli.test_run_metrics import add_run, waiting_record

_METRIC = re.compile(r"\b(volt_[a-z_]+)(\{[^}]*\})?")
_SELECTOR = re.compile(r'([a-z]+)="([^"]*)"')
GRAFANA, RULES = ROOT / "deploy" / "grafana" / "volt.json", ROOT / "deploy" / "prometheus" / "volt_alerts.yml"


def rules() -> list[dict[str, Any]]:
    return [rule for group in yaml.safe_load(RULES.read_text())["groups"] for rule in group["rules"]]


def expressions() -> Iterator[str]:
    yield from (target["expr"] for panel in json.loads(GRAFANA.read_text())["panels"] for target in panel["targets"])
    yield from (rule["expr"] for rule in rules())


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, str]]]:
    """Every sample that a history with a finished and a waiting run gives: its labels by its name."""
    instance, data = dg.DagsterInstance.ephemeral(), tmp_path_factory.mktemp("data")
    now = datetime.now(UTC)
    add_run(instance, data, dg.DagsterRunStatus.SUCCESS)
    add_run(instance, data, dg.DagsterRunStatus.FAILURE, waiting_record(now + timedelta(minutes=20)), **{"volt/outcome": "waiting"})
    found: dict[str, list[dict[str, str]]] = {}
    for family in text_string_to_metric_families(exposition(MetricsReader(instance, DataFolder(str(data)), lambda: datetime.now(UTC)))):
        for sample in family.samples:
            found.setdefault(sample.name, []).append(sample.labels)
    return found


@pytest.mark.parametrize("expression", sorted(set(expressions())))
def test_every_metric_of_the_examples_exists_with_these_labels(expression: str, samples: dict[str, list[dict[str, str]]]) -> None:
    named = _METRIC.findall(expression)
    assert named
    for name, selector in named:
        wanted = dict(_SELECTOR.findall(selector))
        assert any(wanted.items() <= labels.items() for labels in samples[name]), (name, wanted)


def test_legends_and_messages_name_labels_that_exist(samples: dict[str, list[dict[str, str]]]) -> None:
    targets = [target for panel in json.loads(GRAFANA.read_text())["panels"] for target in panel["targets"]]
    texts = [(target["expr"], label) for target in targets for label in re.findall(r"\{\{(\w+)\}\}", target["legendFormat"])]
    texts += [(rule["expr"], label) for rule in rules() for label in re.findall(r"\$labels\.(\w+)", rule["annotations"]["summary"])]
    for expression, label in texts:
        assert label in samples[_METRIC.findall(expression)[0][0]][0], (expression, label)


def test_every_metric_has_a_place_on_the_dashboard_and_is_documented(samples: dict[str, list[dict[str, str]]]) -> None:
    dashboard, guide = GRAFANA.read_text(), (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    unseen = {"volt_quota_seen_age_seconds", "volt_quota_resets_in_seconds"}
    assert {name for name in samples if name not in dashboard} == unseen
    assert not {name for name in samples if f"`{name}" not in guide}


def test_the_panels_do_not_overlap_and_every_rule_says_what_to_do() -> None:
    places = [panel["gridPos"] for panel in json.loads(GRAFANA.read_text())["panels"]]
    cells = [
        (x, y) for place in places for x in range(place["x"], place["x"] + place["w"]) for y in range(place["y"], place["y"] + place["h"])
    ]
    assert len(cells) == len(set(cells))
    assert all(rule["annotations"].keys() == {"summary", "action"} and rule["labels"]["severity"] for rule in rules())
    assert len({rule["alert"] for rule in rules()}) == len(rules())


def test_the_example_scrapes_where_the_command_listens() -> None:
    from volt_assets.cli.commands.metrics import LOOPBACK, PORT  # noqa: PLC0415 -- only here

    example = yaml.safe_load((RULES.parent / "prometheus.yml").read_text())
    assert example["scrape_configs"][0]["static_configs"][0]["targets"] == [f"{LOOPBACK[0]}:{PORT}"]
    assert example["rule_files"] == [Path(RULES).name]
