"""Values of configured fields as a report shows them: text, number, yes/no, or a list of names."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from volt_assets.work_reports.enrich.fetched import DisplayShape, rows_of
from volt_assets.work_reports.enrich.item_refs import text_of

Value = str | float | int | bool | list[str]


def field_values(row: Mapping[str, Any], shapes: tuple[DisplayShape, ...], documents: Mapping[str, str]) -> dict[str, Value]:
    """Display name -> value of the fields that are set."""
    found = {shape.name: _value(row, shape, documents) for shape in shapes}
    return {name: value for name, value in found.items() if value is not None and value not in ("", [])}


def document_text(row: Mapping[str, Any], key: str, documents: Mapping[str, str]) -> str:
    """The Markdown behind `<key>/secret`, or the plain text under `key`."""
    secret = row.get(f"{key}/secret")
    return documents.get(secret, "").strip() if isinstance(secret, str) else text_of(row.get(key))


def _value(row: Mapping[str, Any], shape: DisplayShape, documents: Mapping[str, str]) -> Value | None:
    raw = row.get(shape.key)
    if shape.kind == "document":
        return document_text(row, shape.key, documents)
    if shape.kind == "number":
        return _number(raw)
    if shape.kind == "flag":
        return raw if isinstance(raw, bool) else None
    if shape.kind == "range":
        return " to ".join(text for key in ("start", "end") if (text := text_of(raw.get(key)))) if isinstance(raw, Mapping) else None
    if shape.kind == "collection":
        return [name for one in rows_of(raw) if (name := text_of(one.get("name")))]
    return text_of(raw)


def _number(raw: Any) -> float | int | None:
    """Fibery writes decimals as strings, and an empty one as null or as an empty string."""
    if isinstance(raw, bool) or not isinstance(raw, (int, float, str)):
        return None
    try:
        number = Decimal(str(raw).strip())
    except InvalidOperation:
        return None
    if not number.is_finite():
        return None
    return int(number) if number == number.to_integral_value() else float(number)
