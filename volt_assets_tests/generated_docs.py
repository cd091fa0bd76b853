"""The parts of docs/ that are written from the code, so that they cannot differ from it. Run it to write them:

    .venv/bin/python -m volt_assets_tests.generated_docs

Belongs here: JSON schemas of the stored documents, the reference of commands, the table of the keys of volt.yaml.
Does not: checking (test_docs_reference.py compares the files with what this module makes).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import typer
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from volt_assets.cli.exit_codes import ExitCode
from volt_assets.cli.main import app
from volt_assets.settings import VoltKeys
from volt_assets.work_reports.deliver.delivery_book import Deliveries
from volt_assets.work_reports.models import (
    DayFile,
    EnrichedData,
    EnrichedEntities,
    EntitiesToEnrich,
    IndividualReports,
    RawTogglData,
    ReportDocument,
    TogglAggregated,
)
from volt_assets.work_reports.models.run_metadata import RunMetadata
from volt_assets.work_reports.models.workspace_schema import SchemaHistory
from volt_assets.work_reports.report.alignment_report import WorkAlignment
from volt_assets.work_reports.report.billing import Billing
from volt_assets.work_reports.report.configuration_health import ConfigValidation
from volt_assets.work_reports.report.data_quality import DataQuality
from volt_assets.work_reports.report.tables import Tables
from volt_assets.work_reports.report.unknown_types import UnknownEntities
from volt_assets.work_reports.report.views.operations_view import OperationsView
from volt_assets.work_reports.report.views.team_view_models import TeamView
from volt_assets.yaml_source import YamlSource, read_yaml

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS: Mapping[str, type[BaseModel]] = {
    "toggl_days": DayFile,
    "raw_toggl_data": RawTogglData,
    "toggl_aggregated": TogglAggregated,
    "entities_to_enrich": EntitiesToEnrich,
    "enriched_entities": EnrichedEntities,
    "individual_reports": IndividualReports,
    "enriched_data": EnrichedData,
    "report": ReportDocument,
    "run_metadata": RunMetadata,
    "work_alignment": WorkAlignment,
    "unknown_entities": UnknownEntities,
    "config_validation": ConfigValidation,
    "data_quality": DataQuality,
    "billing": Billing,
    "tables": Tables,
    "view_team": TeamView,
    "view_operations": OperationsView,
    "workspace_schema": SchemaHistory,
    "deliveries": Deliveries,
}
_EXIT_CODES = {
    ExitCode.OK: "done",
    ExitCode.FAILED: "failed: a service, a stored file, a check",
    ExitCode.USAGE: "usage or configuration: an option, a file, a variable; no report was touched",
    ExitCode.WAITING: "waiting for a quota; says until when, and the same command then goes on",
    ExitCode.INCOMPLETE: "finished, but incomplete: the reports say what is missing or not proven",
    ExitCode.CANCELED: "canceled by Ctrl-C, SIGTERM or `volt-agent cancel-run`",
}


def generated_files() -> dict[str, str]:
    """Path below the checkout -> the text the file has to have."""
    files = {f"docs/schemas/{name}.json": schema_text(model) for name, model in DOCUMENTS.items()}
    for path, name, text in (
        ("docs/commands.md", "commands", "\n".join(commands_reference())),
        ("docs/commands.md", "exit codes", "\n".join(exit_code_table())),
        ("docs/configuration.md", "keys of volt.yaml", "\n".join(key_table(read_yaml(ROOT / "config" / "volt.yaml")))),
    ):
        before = files.get(path) or (ROOT / path).read_text(encoding="utf-8")
        files[path] = with_section(before, name, text)
    return files


def with_section(page: str, name: str, text: str) -> str:
    """The page with what stands between the marks of `name` replaced."""
    pattern = re.compile(rf"(<!-- generated: {name} -->\n).*?(\n<!-- end -->)", re.DOTALL)
    replaced, count = pattern.subn(lambda match: f"{match[1]}{text}{match[2]}", page)
    if count != 1:
        raise ValueError(f"the page has {count} sections named {name}")
    return replaced


def schema_text(model: type[BaseModel]) -> str:
    """The JSON schema of the document as it is written: every field is there."""
    return json.dumps(model.model_json_schema(mode="serialization"), indent=2, ensure_ascii=False) + "\n"


def exit_code_table() -> Iterator[str]:
    """One row per exit code."""
    yield "| code | meaning |"
    yield "|---:|---|"
    for code in ExitCode:
        yield f"| {int(code)} | {_EXIT_CODES[code]} |"


def commands_reference() -> Iterator[str]:
    """A section per command: what it does, its arguments and options."""
    for words, command in visible_commands():
        arguments = [parameter for parameter in command.params if parameter.param_type_name == "argument"]
        usage = " ".join(["volt-agent", *words, *(argument.metavar for argument in arguments)])
        yield f"## volt-agent {' '.join(words)}\n"
        yield f"`{usage}`\n"
        yield "\n\n".join(" ".join(part.split()) for part in (command.help or "").split("\n\n")) + "\n"
        yield "| | | default |"
        yield "|---|---|---|"
        for parameter in command.params:
            yield _parameter_row(parameter)
        yield ""


def visible_commands() -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command with the words that call it, groups unfolded, in the order of the help."""
    root: Any = typer.main.get_command(app)
    for name, command in root.commands.items():
        if hasattr(command, "commands"):
            yield from (((name, inner_name), inner) for inner_name, inner in command.commands.items())
        else:
            yield (name,), command


def _parameter_row(parameter: Any) -> str:
    is_argument = parameter.param_type_name == "argument"
    limits = [str(limit) for limit in (parameter.min, parameter.max) if limit is not None]
    is_number = bool(limits) or isinstance(parameter.default, int | float)
    value = "" if is_argument or parameter.is_flag else f" {parameter.metavar or ('NUMBER' if is_number else 'TEXT')}"
    name = parameter.metavar if is_argument else f"{', '.join(parameter.opts)}{value}"
    limited = f"{limits[0]} to {limits[1]}." if len(limits) > 1 else f"{limits[0]} or more." if limits else ""
    notes = [parameter.help or "", "Required." if parameter.required and not is_argument else "", limited]
    default = "" if parameter.required or parameter.default in (None, False, ()) else f"`{parameter.default}`"
    return f"| `{_cell(name)}` | {_cell(' '.join(filter(None, notes)))} | {default} |"


def key_table(source: YamlSource) -> Iterator[str]:
    """One row per key of volt.yaml: default and limits from the model, meaning from the comment above the key."""
    lines = source.path.read_text(encoding="utf-8").splitlines()
    yield "| key | default | allowed | meaning |"
    yield "|---|---|---|---|"
    for path, info in leaf_keys(VoltKeys):
        default = json.dumps(plain_default(info), ensure_ascii=False)
        meaning = comment_above(lines, source.lines[path])
        yield f"| `{'.'.join(path)}` | `{_cell(default)}` | {_cell(allowed(info))} | {_cell(meaning)} |"


def leaf_keys(model: type[BaseModel], above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], FieldInfo]]:
    """Every key path that holds a value rather than further named keys."""
    for name, info in model.model_fields.items():
        if isinstance(info.annotation, type) and issubclass(info.annotation, BaseModel):
            yield from leaf_keys(info.annotation, (*above, name))
        else:
            yield (*above, name), info


def plain_default(info: FieldInfo) -> Any:
    """The default as YAML would hold it."""
    value = info.get_default(call_default_factory=True)
    return list(value) if isinstance(value, tuple) else value


def allowed(info: FieldInfo) -> str:
    """The limits or choices of a key, in words; what kind of value it is when it has none."""
    if get_origin(info.annotation) is Literal:
        return " or ".join(f"`{choice}`" for choice in get_args(info.annotation))
    limits = {name: getattr(item, name) for item in info.metadata for name in ("ge", "gt", "le", "lt") if hasattr(item, name)}
    if limits:
        low = f"{limits['ge']} or more" if "ge" in limits else f"above {limits['gt']}" if "gt" in limits else ""
        high = f"at most {limits['le']}" if "le" in limits else f"below {limits['lt']}" if "lt" in limits else ""
        return ", ".join(part for part in (low, high) if part)
    kinds = {"str": "text", "int": "whole number", "float": "number", "tuple": "list", "dict": "mapping"}
    kind = get_origin(info.annotation) or info.annotation
    return kinds.get(getattr(kind, "__name__", ""), "")


def comment_above(lines: list[str], number: int) -> str:
    """The comment that ends on the line before `number` (counted from 1), as one line; empty when there is none."""
    found: list[str] = []
    for line in reversed(lines[: number - 1]):
        if not line.strip().startswith("#"):
            break
        found.append(line.strip().removeprefix("#").strip())
    return " ".join(reversed(found))


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def main() -> None:
    """Write every generated file."""
    for path, text in generated_files().items():
        (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
        (ROOT / path).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
