"""What a sentence rests on stands behind it: the facts of the document, and nothing for those that see paper."""

from __future__ import annotations

import re

import pytest

from volt_assets.work_reports.models import Fact, FactTable, Prose, Sentence
from volt_assets.work_reports.report.html.policy import style_of_page
from volt_assets.work_reports.report.html.sources import section, sources, told_sections
from volt_assets.work_reports.report.markdown import Markdown
from volt_assets_tests.work_reports.report.html.html_week import html_set
from volt_assets_tests.work_reports.report.html.page_reader import Page
from volt_assets_tests.work_reports.report.injections import INJECTIONS
from volt_assets_tests.work_reports.report.sample_week import week

ITEM = Fact(
    id="i1",
    kind="item",
    text="#7 Deploy",
    label="Scrum/Task #7",
    aspect="item",
    item=("Scrum/Task", "7"),
    url="https://acme.fibery.io/Scrum/Task/7",
    entries=(1, 2, 3),
)
TIME = Fact(
    id="h1", kind="hours", text="17.7 h", value=63720, unit="s", label="time of #7", aspect="time", about=("i1", "p1"), entries=(1, 2, 3)
)
DAY = Fact(id="d1", kind="date", text="9 Oct", label="finished on of #7", aspect="finished on", about=("i1",), entries=(1, 2))
PERSON = Fact(id="p1", kind="person", text="Jane", label="a person", aspect="person", person=12, entries=(1, 2, 3, 4))
COUNT = Fact(
    id="n1",
    kind="count",
    text="25 items were",
    value=25,
    label="items finished",
    aspect="items finished",
    entries=tuple(range(200)),
    more_entries=7,
)


def prose(*used: str, name: str = "executive_summary", text: str = "It is done.") -> Prose:
    sentence = Sentence(id="s1", section=name, text=text, facts=used)
    return Prose(sections={name: (sentence,)}, table=FactTable(facts=(ITEM, TIME, DAY, PERSON, COUNT)))


def listed(told: Prose, user_id: int | None = None) -> list[str]:
    [text] = told_sections(told, user_id).values()
    return re.findall(r"<li>(.*?)</li>", re.sub(r"</?a[^>]*>", "", section(text)))


def test_facts_are_listed_by_what_they_are_about() -> None:
    assert listed(prose("i1", "h1", "p1")) == ["#7 Deploy: time (Jane) 17.7 h · 3 entries"]
    assert listed(prose("h1"), user_id=12) == ["#7 Deploy: time 17.7 h · 3 entries"]
    assert listed(prose("i1", "h1", "d1"), user_id=12) == ["#7 Deploy: time 17.7 h · 3 entries, finished on 9 Oct · 2 entries"]
    assert listed(prose("n1")) == ["items finished 25 · 207 entries"]
    assert listed(prose("p1")) == ["Jane · 4 entries"]


def test_an_item_leads_to_fibery_but_on_its_own_card() -> None:
    assert 'href="https://acme.fibery.io/Scrum/Task/7"' in section(told_sections(prose("i1"))["executive_summary"])
    own = section(told_sections(prose("i1", name="item:Scrum/Task#7"))["item:Scrum/Task#7"])
    assert "href" not in own
    assert "<li>#7 · 3 entries</li>" in own


def test_a_sentence_without_facts_has_nothing_to_open() -> None:
    told = told_sections(prose())["executive_summary"]
    assert section(told) == '<div class="p" dir="auto">It is done.</div>'
    assert sources(told) == ""
    assert section(Markdown("Plain.")) == '<p dir="auto">Plain.</p>'


@pytest.mark.parametrize("name", ["report", "individual/john_doe", "individual/jane_smith", "individual/max_mustermann"])
def test_every_sentence_of_a_page_that_says_a_fact_has_its_sources(name: str) -> None:
    pages, markdown = html_set(*week())
    document = markdown.documents["team_summary" if name == "report" else name]
    page = Page(pages.pages[name])
    shown = {text.removeprefix("sources ") for text in page.sources if text.startswith("sources s")}
    # Of an item in one line nothing is said but its name when it was not found.
    notices = {one.id for one in document.sentences if one.section == "item:Scrum/Task#7999"}
    assert shown | notices == {one.id for one in document.sentences if one.facts} | notices
    assert len(shown) >= 5
    facts = {fact.id: fact for fact in document.facts}
    said = " ".join("".join(page.sources).split())
    for one in document.sentences:
        figures = [facts[each] for each in one.facts if facts[each].kind in ("hours", "percent", "progress", "days")]
        assert all(fact.text in said for fact in figures) or one.id in notices


def test_names_from_outside_are_characters_there_too() -> None:
    for text in INJECTIONS:
        hostile = [fact.model_copy(update={"text": text, "label": text, "aspect": text}) for fact in (ITEM, TIME, PERSON)]
        told = prose("i1", "h1", "p1").model_copy(update={"table": FactTable(facts=tuple(hostile))})
        read = Page(section(told_sections(told)["executive_summary"]))
        assert read.tags <= {"div", "details", "summary", "ul", "li", "a"}
        assert read.badly_nested == []


def test_a_page_carries_the_rules_that_can_match_in_it() -> None:
    style = (
        "p{margin:0}\n.a,.b{color:red}\n.b > li{x:y}\nprogress::-webkit-x{z:1}\n@media print{\n.c{d:e}\n.a:hover{f:g}\n}\n:is(.b,p){q:r}"
    )
    page = '<p class="a x">one</p>'
    assert style_of_page(style, page) == "p{margin:0}.a,.b{color:red}@media print{.a:hover{f:g}}:is(.b,p){q:r}"
