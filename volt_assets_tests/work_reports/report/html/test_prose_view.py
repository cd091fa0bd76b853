from __future__ import annotations

import pytest

from volt_assets.work_reports.report.html.prose_view import inline, paragraphs, words
from volt_assets.work_reports.report.markdown import Markdown, escape, link
from volt_assets_tests.work_reports.report.html.page_reader import Page
from volt_assets_tests.work_reports.report.injections import INJECTIONS


def test_a_section_keeps_its_paragraphs_and_points() -> None:
    text = Markdown("Two items **are** done.\n\n- first\n- second, with `code`")
    assert paragraphs(text) == (
        '<p dir="auto">Two items <strong>are</strong> done.</p>\n'
        '<ul>\n<li dir="auto">first</li>\n<li dir="auto">second, with <code>code</code></li>\n</ul>'
    )


def test_a_link_to_another_site_gives_nothing_away() -> None:
    assert inline(link("#1 A & B", "https://acme.fibery.io/a?b=1&c=2")) == (
        '<a href="https://acme.fibery.io/a?b=1&amp;c=2" rel="noreferrer" target="_blank">#1 A &amp; B</a>'
    )
    assert inline(link("Mila", "individual/mila.html")) == '<a href="individual/mila.html">Mila</a>'


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "//evil.example", "file:///etc/passwd", "../../x.md"])
def test_an_address_that_is_not_ours_leads_nowhere_even_if_it_comes_as_markdown(address: str) -> None:
    assert 'href=""' in inline(Markdown(f"[click]({address})")) or "<a" not in inline(Markdown(f"[click]({address})"))


@pytest.mark.parametrize("text", INJECTIONS)
def test_text_from_outside_stays_the_characters_it_is(text: str) -> None:
    escaped = escape(text, 10_000)
    for html in (inline(escaped), paragraphs(escaped)):
        assert Page(html).tags <= {"p"}
        assert "\u2060" not in html


def test_a_title_has_the_words_alone() -> None:
    assert words(escape("R&D <b> *x* snake_case_ [a](b)")) == "R&D <b> *x* snake_case_ [a](b)"


def test_markup_that_no_writer_uses_stays_text() -> None:
    text = Markdown("![x](https://evil.example/p.png)\n\n<b>raw</b>\n\n# Heading\n\n> quote\n\n| a |\n|---|\n| b |")
    assert Page(paragraphs(text)).tags <= {"p", "a"}
    assert "&lt;b&gt;raw" in paragraphs(text)
