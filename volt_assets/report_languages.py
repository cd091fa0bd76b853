"""The languages reports can be written in: English, and one catalog `languages/<code>.po` per further language.

Belongs here: which languages there are and where their catalogs lie; the styles of numbers and dates. Does not: reading a
catalog (work_reports/languages/catalog.py), writing in a language (language.py there).
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from pathlib import Path

from volt_assets.config_files import PACKAGE_DIR, config_folders
from volt_assets.errors import SettingsError

SOURCE_LANGUAGE = "en"
"""The language of the texts in the code and the templates: it needs no catalog."""
LANGUAGES_FOLDER = "languages"
PROVEN_LANGUAGES = frozenset((SOURCE_LANGUAGE,))
"""Languages in which the sentences of a model can be checked word by word; in the others none is asked."""
_CODE = re.compile(r"[a-z]{2,3}(_[A-Z]{2})?")


def catalog_files(environ: Mapping[str, str]) -> dict[str, tuple[Path, ...]]:
    """Language -> its catalogs, the user's before the shipped one: a message of the first one wins."""
    folders = [*(folder / LANGUAGES_FOLDER for folder in config_folders(environ)), PACKAGE_DIR / LANGUAGES_FOLDER]
    found: dict[str, tuple[Path, ...]] = {}
    for folder in dict.fromkeys(folders):
        for path in sorted(folder.glob("*.po")):
            if _CODE.fullmatch(path.stem):
                found[path.stem] = (*found.get(path.stem, ()), path)
    return found


def check_language(language: str, environ: Mapping[str, str], place: str) -> None:
    """Raises SettingsError, with the nearest match, for a language without a catalog; `place` is where it was named."""
    known = sorted({SOURCE_LANGUAGE, *catalog_files(environ)})
    if language not in known:
        near = difflib.get_close_matches(language.casefold(), known, n=1, cutoff=0.5)
        others = f"languages: {', '.join(known)}; another one needs {LANGUAGES_FOLDER}/CODE.po beside volt.yaml"
        raise SettingsError(
            f"{place}: key 'reports.language': there is no language '{language[:40]}'",
            hint=f"did you mean '{near[0]}'? {others}" if near else others,
        )


def check_style(name: str) -> str:
    """A locale such as `de_DE`. Raises ValueError with the nearest match for one that is not known."""
    # Here and not above: only who names a style pays for Babel's start.
    from babel.localedata import exists, locale_identifiers  # noqa: PLC0415

    if not exists(name):
        near = difflib.get_close_matches(name, locale_identifiers(), n=1)
        raise ValueError(f"'{name[:40]}' is no locale; " + (f"did you mean '{near[0]}'?" if near else "write it as de_DE"))
    return name
