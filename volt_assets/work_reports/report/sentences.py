"""Words around facts: lists in prose, quotations. Everything returned is safe Markdown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from volt_assets.work_reports.languages.language import gettext
from volt_assets.work_reports.report.markdown import Markdown, escape


def more(left: int) -> str:
    """`4 more`, at the end of a list."""
    return gettext("%(number)s more", number=left)


def and_more(left: int) -> str:
    """The same after what is not a list of ours: `and 4 more`."""
    return gettext("and %(number)s more", number=left)


def listing(parts: Sequence[object], most: int = 3, *, rest: Callable[[int], str] = more) -> Markdown:
    """`A`, `A and B`, `A, B and C`, `A, B, C and 4 more`; `rest` words how many are left."""
    shown = [escape(part) for part in parts[:most]]
    left = len(parts) - len(shown)
    return Markdown(_enumerated([*shown, rest(left)] if left else shown))


def plain_listing(parts: Sequence[str], most: int = 3) -> str:
    """The same of texts that are escaped later, with the fact they stand in."""
    shown, left = list(parts[:most]), len(parts) - most
    return _enumerated([*shown, more(left)] if left > 0 else shown)


def _enumerated(parts: Sequence[str]) -> str:
    if len(parts) < 2:  # noqa: PLR2004 -- nothing to join
        return "".join(parts)
    return gettext("%(first)s and %(last)s", first=", ".join(parts[:-1]), last=parts[-1])


def quoted(text: str, longest: int = 80) -> Markdown:
    """The text in quotation marks."""
    return Markdown(gettext("“%(text)s”", text=escape(text, longest)))


def bullets(parts: Iterable[str]) -> Markdown:
    """Safe lines as a list."""
    return Markdown("\n".join(f"- {part}" for part in parts if part))
