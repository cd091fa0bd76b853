"""Words around facts: lists in prose, mentions of items, quotations. Everything returned is safe Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from volt_assets.work_reports.report.fact_models import ItemName
from volt_assets.work_reports.report.markdown import Markdown, escape, title


def listing(parts: Sequence[object], most: int = 3, noun: str = "more") -> Markdown:
    """`A`, `A and B`, `A, B and C`, `A, B, C and 4 more`."""
    shown = [escape(part) for part in parts[:most]]
    left = len(parts) - len(shown)
    if left:
        return Markdown(f"{', '.join(shown)} and {left} {noun}")
    return Markdown(" and ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown))


def plain_listing(parts: Sequence[str], most: int = 3) -> str:
    """The same of texts that are escaped later, with the fact they stand in."""
    shown, left = list(parts[:most]), len(parts) - most
    if left > 0:
        return f"{', '.join(shown)} and {left} more"
    return " and ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)


def mention(name: ItemName) -> Markdown:
    """`#7658 Provision the cloud account`, without a link: those are in the lists and tables."""
    return title(name.title)


def quoted(text: str, longest: int = 80) -> Markdown:
    """The text in quotation marks."""
    return Markdown(f"“{escape(text, longest)}”")


def paragraph(parts: Iterable[str]) -> Markdown:
    """Safe sentences one after the other; empty ones are left out."""
    return Markdown(" ".join(part for part in parts if part))


def bullets(parts: Iterable[str]) -> Markdown:
    """Safe lines as a list."""
    return Markdown("\n".join(f"- {part}" for part in parts if part))
