"""What to paste into the configuration for a type that has no entry yet: YAML, and words for a model or a colleague."""

from __future__ import annotations

import json

from volt_assets.work_reports.enrich.enrichers import DEFAULT_ACTIVITY
from volt_assets.work_reports.enrich.schema_history import is_work_type
from volt_assets.work_reports.enrich.workspace_schema import Kind, SchemaType, WorkspaceSchema
from volt_assets.work_reports.languages.language import gettext

_WORTH_SHOWING: frozenset[Kind] = frozenset(("text", "number", "flag", "choice", "relation"))
_ALWAYS_SHOWN = frozenset(("name", "state", "description", "assignees", "comments"))
_MOST_FIELDS = 6


def fields_to_show(one: SchemaType, schema: WorkspaceSchema) -> tuple[str, ...]:
    """The type's own fields that a report can show, by the names people see; choices and numbers first."""
    order: dict[Kind, int] = {"choice": 0, "number": 1, "text": 2, "relation": 3, "flag": 4}
    found = [
        (order[kind], field.short_name)
        for field in one.fields.values()
        if field.name.partition("/")[0] == one.space
        and not field.is_title
        and field.short_name.casefold() not in _ALWAYS_SHOWN
        and (kind := schema.kind(field)) in _WORTH_SHOWING
        and (kind != "relation" or is_work_type(schema.types[field.type]))
    ]
    return tuple(name for _, name in sorted(found))[:_MOST_FIELDS]


def yaml_entry(type_name: str, fields: tuple[str, ...]) -> str:
    """The entry as it stands below `enrichment_activities:`."""
    shown = ", ".join(_quoted(name) for name in fields)
    return f"  {_quoted(type_name)}:\n    activity: {DEFAULT_ACTIVITY}\n    max_concurrent: 3\n    fields: [{shown}]\n"


def prompt(type_name: str, fields: tuple[str, ...]) -> str:
    """What to tell whoever writes about items of the type."""
    kind = type_name.rpartition("/")[2]
    named = gettext(" and %(fields)s", fields=", ".join(fields)) if fields else ""
    return gettext(
        "For each %(type)s say in one or two sentences what was accomplished in the period: from its description, "
        "the comments of the period%(fields)s. Then say what is left until it is done. Take figures, dates, numbers and names "
        "from the facts only.",
        type=kind,
        fields=named,
    )


def _quoted(text: str) -> str:
    """A YAML scalar: JSON's quoting is YAML's as well."""
    return json.dumps(text, ensure_ascii=not text.isprintable())
