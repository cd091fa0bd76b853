from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from volt_assets.work_reports.report.markdown import TITLE_LENGTH, Markdown, clean, email, escape, joined, link, safe_url, table
from volt_assets_tests.work_reports.report.injections import INJECTIONS
from volt_assets_tests.work_reports.report.rendered import rendered

HARMLESS = {"p"}
ANYTHING = st.text(max_size=120) | st.sampled_from(INJECTIONS) | st.lists(st.sampled_from(INJECTIONS), max_size=3).map(" ".join)
MARKUP = st.text(alphabet="\\`*_[]()<>!|~$#+-=.:&;@/ \n\t1axw", max_size=40)


def shown(text: str) -> str:
    """What a reader must see: the cleaned characters, our joiners and isolates aside."""
    return "".join(character for character in text if character not in "\u2060\u2068\u2069")


def assert_inert(text: str) -> None:
    page = rendered(escape(text))
    assert page.tags <= HARMLESS, page.html
    assert page.links == ()
    assert page.autolinks == []
    assert shown(page.text).strip() == clean(text).strip()


def test_there_are_enough_injections() -> None:
    assert len(set(INJECTIONS)) >= 60


@pytest.mark.parametrize("text", INJECTIONS)
def test_no_injection_becomes_markup(text: str) -> None:
    assert_inert(text)


@given(ANYTHING)
def test_any_text_renders_as_itself(text: str) -> None:
    assert_inert(text)


@given(MARKUP)
def test_any_pile_of_markup_renders_as_itself(text: str) -> None:
    assert_inert(text)


@given(ANYTHING)
def test_escaped_text_is_one_encodable_line_without_control_characters(text: str) -> None:
    safe = escape(text)
    safe.encode("utf-8")
    assert len(safe.splitlines()) <= 1
    assert not any(unicodedata.category(character) == "Cc" for character in safe)
    assert not set(safe) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u200e\u200f\u061c\ufeff\u200b")
    assert safe.count("\u2068") == safe.count("\u2069") <= 1


@given(MARKUP | ANYTHING, MARKUP | ANYTHING)
def test_a_table_keeps_its_cells(left: str, right: str) -> None:
    page = rendered(table(["a", "b"], [[left, right], ["x", "y"]]))
    assert page.tags == {"table", "thead", "tbody", "tr", "th", "td"}
    assert page.html.count("<td") == 4
    assert page.html.count("<tr>") == 3


@given(MARKUP | ANYTHING)
def test_a_link_keeps_its_address_and_its_text(text: str) -> None:
    page = rendered(link(f"#1 {text}", "https://acme.fibery.io/Scrum/Task/1"))
    assert page.links == ("https://acme.fibery.io/Scrum/Task/1",)
    assert page.tags == {"p", "a"}
    assert shown(page.text).strip() == clean(f"#1 {text}", TITLE_LENGTH)


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JAVASCRIPT:alert(1)",
        "data:text/html,x",
        "//evil.example/x",
        "https://user:secret@evil.example/",
        "file:///etc/passwd",
        "../individual/x.md",
        "../../report.html",
        "report.html/../x.md",
        "report.js",
        "Report.html",
        "individual/../../x.md",
        "http://[broken",
        "",
        None,
    ],
)
def test_other_addresses_are_no_links(url: str | None) -> None:
    assert safe_url(url) is None
    assert rendered(link("name", url)).links == ()


def test_an_address_cannot_leave_its_parentheses() -> None:
    made = link("name", 'https://acme.fibery.io/a) [x](https://evil.example) <b> "t" \\ |\n# h')
    page = rendered(made)
    assert len(page.links) == 1
    assert page.links[0].startswith("https://acme.fibery.io/a")
    assert page.tags == {"p", "a"}


@pytest.mark.parametrize(
    "path", ["individual/jane_smith.md", "individual/jane_smith.html", "../report.html", "tables/people.csv", "team_summary.json"]
)
def test_the_path_of_a_file_of_the_set_is_a_link(path: str) -> None:
    assert link("Jane", path) == f"[Jane]({path})"


@pytest.mark.parametrize("address", ["john@example.com", "a`b@example.com", "<b>@example.com", "x@y](https://evil.example)", "", "none"])
def test_an_email_is_never_live(address: str) -> None:
    page = rendered(f"mail: {email(address)}")
    assert page.links == ()
    assert page.tags <= {"p", "code"}
    assert page.autolinks == []


def test_a_plain_email_can_be_copied() -> None:
    assert email("john@example.com") == "`john@example.com`"
    assert email(None) == "no e-mail"


def test_ordinary_text_stays_readable_in_the_source() -> None:
    text = "Deploy v2.1 (CRM) for Harbor & Co, 100 %: done! 3-4 days, re-check #12 snake_case"
    assert escape(text) == text


def test_what_is_safe_is_not_escaped_again() -> None:
    safe = Markdown("**bold**")
    assert escape(safe) is safe
    assert joined([safe, "a*b", None, ""]) == "**bold** · a\\*b"


def test_long_text_is_cut_at_a_word() -> None:
    cut = clean("word " * 10_000, 50)
    assert len(cut) <= 50
    assert cut.endswith("word…")
    assert len(clean("x" * 1_000_000, 50)) == 50
