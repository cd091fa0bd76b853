"""Words around facts: lists in prose, quotations. Everything returned is safe Markdown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from volt_assets.work_reports.report.markdown import Markdown, escape


def listing(parts: Sequence[object], most: int = 3, *, rest: Callable[[int], str] = "{} more".format) -> Markdown:
    """`A`, `A and B`, `A, B and C`, `A, B, C and 4 more`; `rest` words how many are left."""
    shown = [escape(part) for part in parts[:most]]
    left = len(parts) - len(shown)
    if left:
        return Markdown(f"{', '.join(shown)} and {rest(left)}")
    return Markdown(" and ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown))


def plain_listing(parts: Sequence[str], most: int = 3) -> str:
    """The same of texts that are escaped later, with the fact they stand in."""
    shown, left = list(parts[:most]), len(parts) - most
    if left > 0:
        return f"{', '.join(shown)} and {left} more"
    return " and ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)


def quoted(text: str, longest: int = 80) -> Markdown:
    """The text in quotation marks."""
    return Markdown(f"“{escape(text, longest)}”")


def bullets(parts: Iterable[str]) -> Markdown:
    """Safe lines as a list."""
    return Markdown("\n".join(f"- {part}" for part in parts if part))
