"""The short form of a report: headline, what must be known with it, at most five points, and where the whole is.

Taken from the report's own Markdown, so that a message never says what the report does not. Belongs here: reading it into plain
lines. Does not: what a channel needs escaped (the channels do it).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from volt_assets.work_reports.report.markdown import visible_line

MOST_POINTS = 5
LINE_LENGTH = 400
_WARNING = "⚠️"
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")
_ORDERED, _BULLETS = "ordered_list", "bullet_list"


@dataclass(frozen=True)
class ShortForm:
    """Plain lines of visible characters, escaped for nothing yet."""

    title: str
    lead: str
    notices: tuple[str, ...] = ()
    """What the reader has to know before believing a figure."""
    points: tuple[str, ...] = ()
    """What needs attention, the weightiest first."""


def short_form(markdown: str) -> ShortForm:
    """Title, the bold line under it, the notices above the first section, and the first list that asks for something."""
    blocks = SyntaxTreeNode(_MARKDOWN.parse(markdown)).children
    first = next((place for place, block in enumerate(blocks) if block.type == "heading" and block.tag == "h2"), len(blocks))
    head = blocks[:first]
    paragraphs = [_line(block) for block in head if block.type == "paragraph"]
    bold = [_line(block) for block in head if block.type == "paragraph" and _is_bold(block)]
    titles = [_line(block) for block in blocks if block.type == "heading" and block.tag == "h1"]
    return ShortForm(
        title=titles[0] if titles else "",
        # A page without a bold line says under its title what it is about.
        lead=(bold or paragraphs or [""])[0],
        notices=tuple(_line(block) for block in head if block.type == "blockquote"),
        points=_points(blocks[first:]),
    )


def _points(sections: Sequence[SyntaxTreeNode]) -> tuple[str, ...]:
    """The numbered list of the first section; on a page without one, bullets that warn, wherever they stand."""
    ends = [place for place, block in enumerate(sections) if block.type == "heading"][1:]
    of_first = sections[: ends[0]] if ends else sections
    listed = [item for block in of_first if block.type == _ORDERED for item in block.children]
    if not listed:
        bullets = (item for block in sections if block.type == _BULLETS for item in block.children)
        listed = [item for item in bullets if _line(item).startswith(_WARNING)]
    return tuple(_line(item) for item in listed[:MOST_POINTS])


def _is_bold(paragraph: SyntaxTreeNode) -> bool:
    inner = paragraph.children[0].children if paragraph.children else []
    return bool([node for node in inner if node.type == "strong"]) and all(
        node.type == "strong" or not node.content.strip() for node in inner
    )


def _line(node: SyntaxTreeNode) -> str:
    """The text as its reader sees it, on one line; the invisible marks that keep Markdown from making links are gone."""
    return visible_line(" ".join(_texts(node)), LINE_LENGTH)


def _texts(node: SyntaxTreeNode) -> list[str]:
    if node.type == "inline":
        return ["".join(_inline(child) for child in node.children)]
    return [text for child in node.children for text in _texts(child)]


def _inline(node: SyntaxTreeNode) -> str:
    if node.type in ("softbreak", "hardbreak"):
        return " "
    return "".join(_inline(child) for child in node.children) if node.children else node.content
