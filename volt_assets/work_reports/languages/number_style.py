"""How numbers and dates look: by CLDR, through Babel.

Languages may have patterns of their own (English: `13 Oct 2025 06:00`; Russian without abbreviations, which end in
points); every style that is named is that of its locale.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.numbers import NumberPattern, get_decimal_symbol, get_group_symbol, parse_pattern

_Patterns = Mapping[str, str]
_OWN: Mapping[str, _Patterns] = {
    "en": {"MMMd": "d MMM", "yMMMd": "d MMM y", "long": "d MMMM y", "moment": "{1} {0}"},
    "ru": {"MMMd": "d MMMM", "yMMMd": "d MMMM y", "long": "d MMMM y", "moment": "{1}, {0}"},
}
# What of an interval its two parts share -> how each of the parts is written.
_OWN_INTERVAL: Mapping[str, tuple[str, str]] = {
    "d": ("d–", "d MMMM y"),  # noqa: RUF001 -- the dash of ranges
    "M": ("d MMMM – ", "d MMMM y"),  # noqa: RUF001 -- the same
    "y": ("d MMMM y – ", "d MMMM y"),  # noqa: RUF001 -- the same
}


class NumberStyle:
    """One style. Make it with `number_style`; everything it has written is remembered."""

    def __init__(self, locale: str, own: str | None) -> None:
        """`own`: the name of our own patterns, where the locale's are not used."""
        self.locale = Locale.parse(locale)
        self._own: _Patterns = _OWN.get(own, {}) if own else {}
        self._intervals = _OWN_INTERVAL if self._own else {}
        self._fixed = lru_cache(maxsize=50_000)(self._fixed_anew)
        self._day = lru_cache(maxsize=5_000)(self._dated)
        self._pattern: dict[int | None, NumberPattern] = {}

    def integer(self, number: int) -> str:
        """`1,200`."""
        return str(number) if 0 <= number < 1000 else self._fixed(number, 1, 0)  # noqa: PLR2004 -- nothing to group

    def fixed(self, number: int, divisor: int, places: int) -> str:
        """`number / divisor` with so many places: 12345, 10, 1 -> `1,234.5`; `divisor` is a power of ten."""
        return self._fixed(number, divisor, places)

    def decimal(self, number: float) -> str:
        """As many places as it has, at most ten."""
        return self._written(Decimal(f"{number:.10g}"), None)

    @property
    def decimal_mark(self) -> str:
        """`.` or `,`."""
        return str(get_decimal_symbol(self.locale))

    def canonical(self, number: str) -> str:
        """A number of this style as English writes it, for values that are the same in every language."""
        marks = {str(get_group_symbol(self.locale)): ",", str(get_decimal_symbol(self.locale)): "."}
        return "".join(marks.get(character, character) for character in number)

    def day(self, day: date, *, with_year: bool) -> str:
        """`9 Oct` or `9 Oct 2025`."""
        # A day may end a sentence: an abbreviation leaves the point to it.
        return self._day(day, "yMMMd" if with_year else "MMMd").removesuffix(".")

    def days(self, first: date, last: date) -> str:
        """`6-12 October 2025` with a longer dash, each part once."""
        if first == last:
            return self._day(first, "long")
        shared = "d" if (first.year, first.month) == (last.year, last.month) else "M" if first.year == last.year else "y"
        known = self._intervals or {
            key: (parts[0].replace("MMM", "MMMM"), parts[1].replace("MMM", "MMMM"))
            for key, parts in self.locale.interval_formats.get("yMMMd", {}).items()
            if len(parts) > 1
        }
        if shared not in known:
            return f"{self._day(first, 'long')} – {self._day(last, 'long')}"  # noqa: RUF001 -- the dash of ranges
        before, after = known[shared]
        return format_date(first, before, locale=self.locale) + format_date(last, after, locale=self.locale)

    def moment(self, at: datetime) -> str:
        """`13 Oct 2025 06:00`, of the time as it stands."""
        pattern = self._own.get("moment") or str(self.locale.datetime_formats["medium"])
        return pattern.replace("{1}", self._day(at.date(), "yMMMd")).replace("{0}", f"{at:%H:%M}").replace("'", "")

    def weekday(self, day: date) -> str:
        """`Mon`."""
        return self._day(day, "EEE")

    def month(self, day: date) -> str:
        """`Oct 2025`."""
        return self._day(day, "LLL y")

    def _dated(self, day: date, form: str) -> str:
        if form in self._own or form in ("EEE", "LLL y"):
            return format_date(day, self._own.get(form, form), locale=self.locale)
        if form == "long":
            return format_date(day, "long", locale=self.locale)
        return format_skeleton(form, day, locale=self.locale)

    def _fixed_anew(self, number: int, divisor: int, places: int) -> str:
        value = Decimal(number) / divisor
        # Babel writes a plain 0 without places.
        return self._written(value, places) if value else self._written(Decimal(1), places).replace("1", "0")

    def _written(self, number: Decimal, places: int | None) -> str:
        if places not in self._pattern:
            pattern = parse_pattern(self.locale.decimal_formats[None].pattern)
            pattern.frac_prec = (places, places) if places is not None else (0, 10)
            self._pattern[places] = pattern
        return str(self._pattern[places].apply(number, self.locale))


@lru_cache(maxsize=16)
def number_style(language: str, name: str | None) -> NumberStyle:
    """The style of this name, else that of the language."""
    return NumberStyle(name or language, None if name else language)
