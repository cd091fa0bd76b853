"""The catalogs of the report languages, kept up with the code. Run it after a text was added or changed:

    .venv/bin/python -m volt_assets_tests.catalogs

It writes every new text into each `volt_assets/languages/*.po`, untranslated, and takes out those that are gone. Belongs here:
finding the texts. Does not: checking (work_reports/languages/test_shipped_catalogs.py does).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from jinja2 import Environment

from volt_assets.config_files import PACKAGE_DIR

CATALOGS = PACKAGE_DIR / "languages"
# Function -> where among its arguments the text, its plural and its context stand.
_PLACES: Mapping[str, tuple[int, int | None, int | None]] = {
    "_": (0, None, None),
    "gettext": (0, None, None),
    "gettext_noop": (0, None, None),
    "ngettext": (0, 1, None),
    "ngettext_noop": (0, 1, None),
    "pgettext": (1, None, 0),
    "npgettext": (1, 2, 0),
    # The words of a number: `counted(3, "item", "items")`, and the facts that count.
    "counted": (1, 2, None),
    "count": (1, 2, None),
}


class Text(NamedTuple):
    """One text and where it stands."""

    one: str
    many: str | None
    context: str | None
    file: str


def texts() -> Iterator[Text]:
    """Every text of the code and the templates."""
    for path in sorted((PACKAGE_DIR / "work_reports").rglob("*.py")):
        if path.parent.name != "languages":
            yield from _of_calls(_python_calls(path), path)
    for path in sorted((PACKAGE_DIR / "templates").glob("*.j2")):
        yield from _of_calls(_template_calls(path), path)


def _python_calls(path: Path) -> Iterator[tuple[str, list[object]]]:
    """By the syntax tree: Babel's own reader does not see what stands inside an f-string."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr if isinstance(node.func, ast.Attribute) else ""
            yield name, [argument.value if isinstance(argument, ast.Constant) else None for argument in node.args]


def _template_calls(path: Path) -> Iterator[tuple[str, list[object]]]:
    from jinja2 import nodes  # noqa: PLC0415 -- the name is too general for the top of a file

    for node in Environment(autoescape=True).parse(path.read_text(encoding="utf-8")).find_all(nodes.Call):
        if isinstance(node.node, nodes.Name):
            yield node.node.name, [argument.value if isinstance(argument, nodes.Const) else None for argument in node.args]


def _of_calls(calls: Iterator[tuple[str, list[object]]], path: Path) -> Iterator[Text]:
    file = path.relative_to(PACKAGE_DIR).as_posix()
    for name, arguments in calls:
        if name in _PLACES:
            found = [arguments[place] if place is not None and place < len(arguments) else None for place in _PLACES[name]]
            one, many, context = (value if isinstance(value, str) else None for value in found)
            if one:
                yield Text(one, many, context, file)


def template() -> Catalog:
    """The texts as an empty catalog."""
    catalog = Catalog(charset="utf-8")
    # With a plural first: a text that stands alone elsewhere is the same message.
    for text in sorted(texts(), key=lambda each: each.many is None):
        message = (text.one, text.many) if text.many is not None else text.one
        known = catalog.get(text.one, text.context)
        # No line numbers: they would change with every edit of the code.
        catalog.add(known.id if known else message, locations=[(text.file, 0)], context=text.context)
    return catalog


def renewed(path: Path) -> bytes:
    """The catalog with the texts of today; what was translated stays, nothing is guessed."""
    with path.open("rb") as file:
        known = read_po(file, locale=path.stem)
    known.update(template(), no_fuzzy_matching=True, update_header_comment=False)
    known.obsolete.clear()
    content = BytesIO()
    write_po(content, known, width=120, sort_output=True, include_lineno=False, omit_header=True)
    head = path.read_bytes().split(b"\n\n", 1)[0]
    return head + b"\n\n" + content.getvalue().lstrip()


if __name__ == "__main__":
    for catalog in sorted(CATALOGS.glob("*.po")):
        catalog.write_bytes(renewed(catalog))
