"""The language a report is written in: every text of ours passes here, and so do numbers and dates.

A step says once in which language it speaks (`speaking`); whatever writes a text asks for its translation by the English
text itself, as gettext does: `gettext("%(hours)s on %(items)s", hours=…, items=…)`. Without a catalog the English text is
used. Machine-readable values (kinds, classes, states, keys) are never translated, only what is printed of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from gettext import NullTranslations
from typing import Any

from volt_assets.work_reports.languages.number_style import NumberStyle, number_style

Printed = Callable[[object], object]


@dataclass(frozen=True)
class Language:
    """A language with its style of numbers and dates. Made by `catalog.language_of`."""

    code: str
    style: NumberStyle
    translations: NullTranslations
    version: str = ""
    """What tells its texts from others: empty for English as shipped."""


ENGLISH = Language("en", number_style("en", None), NullTranslations())
_SPOKEN: ContextVar[Language] = ContextVar("language of the report", default=ENGLISH)


def spoken() -> Language:
    """The language that is written now."""
    return _SPOKEN.get()


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Everything that the body writes is in this language."""
    token = _SPOKEN.set(language)
    try:
        yield
    finally:
        # A coroutine that was left behind by its loop is closed in another context, which never spoke this language.
        with suppress(ValueError):
            _SPOKEN.reset(token)


def style() -> NumberStyle:
    """How numbers and dates look now."""
    return _SPOKEN.get().style


def gettext(message: str, /, **values: object) -> str:
    """The text in the language of the report, its placeholders `%(name)s` filled in; `%%` is a percent sign."""
    return _SPOKEN.get().translations.gettext(message) % values


def ngettext(one: str, many: str, number: int, /, **values: object) -> str:
    """The form of the text that goes with a number: the language decides how many forms there are."""
    return _SPOKEN.get().translations.ngettext(one, many, number) % values


def pgettext(context: str, message: str, /, **values: object) -> str:
    """A text that means several things; `context` tells a translator which."""
    return _SPOKEN.get().translations.pgettext(context, message) % values


def npgettext(context: str, one: str, many: str, number: int, /, **values: object) -> str:
    """Both."""
    return _SPOKEN.get().translations.npgettext(context, one, many, number) % values


def gettext_noop(message: str) -> str:
    """A text that is translated where it is printed: kinds and labels, which stay English in the data."""
    return message


def ngettext_noop(one: str, many: str) -> tuple[str, str]:
    """The same for a text with a number; whoever prints it calls `ngettext` with both."""
    return one, many


def template_functions_of(printed: Printed, made: Callable[[str], Any]) -> Mapping[str, Callable[..., Any]]:
    """The same for templates: `printed` escapes a value, `made` makes safe text of the translation, trusted as a template is."""

    def filled(text: str, values: Mapping[str, object]) -> Any:
        safe = made(text)
        return type(safe)(safe % {name: printed(value) for name, value in values.items()})

    def translated(message: str, /, **values: object) -> Any:
        return filled(_SPOKEN.get().translations.gettext(message), values)

    def translated_number(one: str, many: str, number: int, /, **values: object) -> Any:
        return filled(_SPOKEN.get().translations.ngettext(one, many, number), values)

    def translated_in(context: str, message: str, /, **values: object) -> Any:
        return filled(_SPOKEN.get().translations.pgettext(context, message), values)

    return {"_": translated, "ngettext": translated_number, "pgettext": translated_in, "language": lambda: _SPOKEN.get().code}
