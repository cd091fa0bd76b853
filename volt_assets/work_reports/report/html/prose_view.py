"""Markdown-safe text -> HTML: paragraphs, lists, emphasis and links of ours; everything else stays text.

What the lines of a report say is built once, as Markdown (lines.py, the writers); this is the one place where it becomes
HTML. The sources of single sentences are put between them by sources.py.
"""

from __future__ import annotations

from collections.abc import MutableMapping, Sequence
from functools import lru_cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markupsafe import Markup

from volt_assets.work_reports.report.markdown import Markdown, safe_url

# It keeps renderers of Markdown from making links; here nothing does.
_WORD_JOINER = "\u2060"
_REMEMBERED_LENGTH = 300
_ISOLATE = "\u2068"
_INLINE_RULES = ("backticks", "emphasis", "entity", "escape", "link", "newline")


class _Renderer(RendererHTML):
    """Writing direction by content; links that give nothing away."""

    def link_open(self, tokens: Sequence[Token], index: int, options: Any, env: MutableMapping[str, Any]) -> str:
        """An address of ours or a web address; anything else leads nowhere."""
        token = tokens[index]
        address = safe_url(str(token.attrGet("href") or "")) or ""
        token.attrs = link_attributes(address)
        if any(_ISOLATE in each.content for each in tokens[index : index + 2]):
            # Text in another direction: as an element of its own it is measured right.
            token.attrSet("dir", "auto")
        return self.renderToken(tokens, index, options, env)

    def paragraph_open(self, tokens: Sequence[Token], index: int, options: Any, env: MutableMapping[str, Any]) -> str:
        """A paragraph in the direction of its text."""
        tokens[index].attrSet("dir", "auto")
        return self.renderToken(tokens, index, options, env)

    def list_item_open(self, tokens: Sequence[Token], index: int, options: Any, env: MutableMapping[str, Any]) -> str:
        """The same for an item of a list."""
        return self.paragraph_open(tokens, index, options, env)


_MARKDOWN = MarkdownIt("zero", {"html": False}, renderer_cls=_Renderer).enable(["list", *_INLINE_RULES])


def link_attributes(address: str) -> dict[str, str | int | float]:
    """The attributes of a link to a checked address: another site learns nothing of this page and cannot reach it."""
    attributes: dict[str, str | int | float] = {"href": address}
    if address.startswith(("http:", "https:")):
        # It includes `noopener`.
        attributes |= {"rel": "noreferrer", "target": "_blank"}
    return attributes


def inline(text: Markdown) -> Markup:
    """One line, without a paragraph around it."""
    # Most of what a page prints are figures and words without any mark.
    if text.isalnum():
        return Markup(text)  # noqa: S704 -- letters and digits alone
    return _inline(text) if len(text) <= _REMEMBERED_LENGTH else _inline.__wrapped__(text)


@lru_cache(maxsize=2048)
def _inline(text: Markdown) -> Markup:
    return _inert(_MARKDOWN.renderInline(text))


def paragraphs(text: Markdown) -> Markup:
    """A section as a writer left it."""
    return _inert(_MARKDOWN.render(text))


def words(text: Markdown) -> str:
    """One line without any markup, for a title."""
    return inline(text).striptags()


def _inert(html: str) -> Markup:
    # markdown-it escapes all text itself and was told to know no HTML.
    return Markup(html.replace(_WORD_JOINER, "").strip())  # noqa: S704 -- the output of the renderer above
