"""Reads the catalog of a language, checks it, and makes the language that reports are written in.

A catalog is a gettext file as translators edit it (`languages/ru.po`), read as it is: there is no compiled copy that could be
older. A file of the same name in `languages` beside volt.yaml goes before the shipped one, message by message.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from hashlib import sha256
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po

from volt_assets.errors import SettingsError
from volt_assets.report_languages import SOURCE_LANGUAGE, catalog_files
from volt_assets.settings import ReportSettings
from volt_assets.work_reports.languages.language import ENGLISH, Language
from volt_assets.work_reports.languages.number_style import number_style

_PLACEHOLDER = re.compile(r"%(?:%|\((\w+)\)s|(.?))", re.DOTALL)
Version = tuple[str, int, int]


def language_of(reports: ReportSettings, environ: Mapping[str, str]) -> Language:
    """The language and style of the settings. Raises SettingsError (file, line, message) for a broken catalog."""
    if reports.language == SOURCE_LANGUAGE and reports.number_style is None and SOURCE_LANGUAGE not in catalog_files(environ):
        return ENGLISH
    paths = catalog_files(environ).get(reports.language, ())
    versions = tuple((str(path), stat.st_mtime_ns, stat.st_size) for path in paths for stat in (path.stat(),))
    translations, digest = _translations(reports.language, versions)
    return Language(
        code=reports.language,
        style=number_style(reports.language, reports.number_style),
        translations=translations,
        version=f"{reports.language} {reports.number_style or ''} {digest}",
    )


@lru_cache(maxsize=4)
def _translations(language: str, versions: tuple[Version, ...]) -> tuple[NullTranslations, str]:
    """All catalogs of a language as one, and a digest of their text."""
    paths = [Path(path) for path, _, _ in versions]
    if not paths:
        return NullTranslations(), ""
    shipped, *own = (read_catalog(path, language) for path in reversed(paths))
    for catalog in own:
        for message in catalog:
            if message.id and _is_translated(message):
                shipped.delete(message.id, message.context)
                shipped[message.id] = message
    content = BytesIO()
    write_mo(content, shipped)
    content.seek(0)
    digest = sha256(b"\0".join(path.read_bytes() for path in paths)).hexdigest()[:16]
    return GNUTranslations(content), digest


def read_catalog(path: Path, language: str) -> Catalog:
    """One catalog. Raises SettingsError (file, line) for what is no catalog, or a placeholder that the message does not have."""
    try:
        with path.open("rb") as file:
            catalog = read_po(file, locale=language, abort_invalid=True)
    except (PoFileError, UnicodeDecodeError, OSError, ValueError) as error:
        # Babel counts these lines from 0.
        line = f":{error.lineno + 1}" if isinstance(error, PoFileError) else ""
        raise SettingsError(f"{path}{line}: is no message catalog: {error}", hint="compare it with the shipped catalog") from error
    for message in catalog:
        if message.id and not message.fuzzy and (wrong := problems_of(message)):
            raise SettingsError(
                f"{path}:{message.lineno}: {wrong[0]}", hint="use the placeholders of the message, and %% for a percent sign"
            )
    return catalog


def problems_of(message: Message) -> list[str]:
    """What is wrong with a translation: placeholders that the text does not have, a percent sign alone, missing plural forms."""
    known = placeholders("".join(_texts(message.id)))
    if message.pluralizable and not known:
        # Words of a number, which stands in front of them where they do not say otherwise.
        known = frozenset(("number",))
    found: list[str] = []
    for text in _texts(message.string):
        stray = [match[2] for match in _PLACEHOLDER.finditer(text) if match[2] is not None]
        if stray:
            found.append(f"a percent sign alone in '{text[:60]}'")
        found += [f"unknown placeholder '%({name})s' in '{text[:60]}'" for name in sorted(placeholders(text) - known)]
    if message.pluralizable and any(_texts(message.string)) and not all(_texts(message.string)):
        found.append(f"a plural form of '{next(iter(_texts(message.id)))[:60]}' is missing")
    return found


def placeholders(text: str) -> frozenset[str]:
    """The names of the placeholders of a text."""
    return frozenset(match[1] for match in _PLACEHOLDER.finditer(text) if match[1])


def _texts(text: str | Sequence[str] | None) -> Iterator[str]:
    yield from (text,) if isinstance(text, str) else text or ()


def _is_translated(message: Message) -> bool:
    return not message.fuzzy and all(_texts(message.string)) and any(_texts(message.string))
