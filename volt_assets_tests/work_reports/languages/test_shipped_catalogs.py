from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from jinja2 import Environment, nodes

from volt_assets.config_files import PACKAGE_DIR
from volt_assets.work_reports.languages.catalog import placeholders, problems_of, read_catalog
from volt_assets_tests.catalogs import CATALOGS, renewed, texts

SHIPPED = sorted(CATALOGS.glob("*.po"))


def messages(path: Path) -> Iterator[Message]:
    return (message for message in read_catalog(path, path.stem) if message.id)


def forms(text: str | Sequence[str] | None) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text or ())


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_catalog_has_exactly_the_texts_of_the_code_and_the_templates(path: Path) -> None:
    assert path.read_bytes() == renewed(path), "run: python -m volt_assets_tests.catalogs"


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_text_is_translated_in_every_plural_form(path: Path) -> None:
    assert [message.id for message in messages(path) if message.fuzzy or not all(forms(message.string))] == []


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_no_translation_loses_or_invents_a_figure(path: Path) -> None:
    wrong = []
    for message in messages(path):
        wanted = placeholders("".join(forms(message.id)))
        # A form serves many numbers (21, 31, …): the words for one may not leave the number out.
        found = {placeholders(form) - ({"number"} if not wanted else set()) for form in forms(message.string)}
        if found != {wanted} or problems_of(message):
            wrong.append((message.id, message.string))
    assert wrong == []


def test_every_call_for_a_translation_names_its_text() -> None:
    # What is computed cannot be found; the texts of labels and kinds are marked where they are defined.
    found = {text.one for text in texts()}
    assert {"%(hours)s tracked", "entry is", "no project", "properly tracked", "Needs attention", "as planned"} <= found


@pytest.mark.parametrize("path", sorted((PACKAGE_DIR / "templates").glob("*.j2")), ids=lambda path: path.name)
def test_no_template_has_a_word_that_cannot_be_translated(path: Path) -> None:
    tree = Environment(autoescape=True).parse(path.read_text(encoding="utf-8"))
    written = "\n".join(data.data for data in tree.find_all(nodes.TemplateData))
    shown = re.sub(r"<style>|<[a-zA-Z/!][^<>]*?>|<[a-zA-Z/!][^<>]*$|^[^<>]*>", " ", written, flags=re.MULTILINE)
    named = re.findall(r'(?:aria-label|title|alt)="([^"{]*[A-Za-z]{2}[^"]*)"', written)
    assert [word for word in re.findall(r"[A-Za-z]{2,}", shown) if word not in OF_THE_MARKUP] + named == []


# Parts of tags and attributes that expressions cut in two, and a name.
OF_THE_MARKUP = frozenset(("open", "broad", "role", "region", "tabindex", "aria", "label", "scope", "col", "class", "th", "Fibery"))
