"""Every figure of a sentence comes from the fact table, and every fact says what it rests on."""

from __future__ import annotations

import re

import pytest

from volt_assets.work_reports.models import Fact, ReportDocument, Sentence
from volt_assets.work_reports.models.facts import section_text
from volt_assets.work_reports.report.fact_models import ItemName
from volt_assets.work_reports.report.fact_table import MOST_ENTRIES, FactBook, facts_in, filled, numbered, sentences_of, shown, slot, told
from volt_assets.work_reports.report.figures import nearest
from volt_assets.work_reports.report.markdown import escape
from volt_assets_tests.work_reports.report.injections import INJECTIONS
from volt_assets_tests.work_reports.report.report_set import report_set
from volt_assets_tests.work_reports.report.sample_week import aggregated, enriched, person, week

WEEK = report_set(*week())
EMPTY = report_set(aggregated([person(1, "A", "a")]), enriched([]))
REPORTS = [*WEEK.documents.values(), *EMPTY.documents.values()]
ITEM = ItemName(type="Scrum/Task", public_id="7658", name="Provision the cloud account")


def names(document: ReportDocument) -> str:
    return document.report


@pytest.mark.parametrize("document", REPORTS, ids=names)
def test_no_figure_of_a_sentence_is_typed(document: ReportDocument) -> None:
    facts = {fact.id: fact for fact in document.facts}
    for sentence in document.sentences:
        text = sentence.text
        for fact in sorted((facts[each] for each in sentence.facts), key=lambda each: -len(each.text)):
            text = text.replace(shown(fact), " ")
        text = re.sub("“[^”]*”", "", text)  # quotations are texts of people
        assert sentence.section.startswith("item:") or not re.search(r"\d", text), sentence


@pytest.mark.parametrize("document", REPORTS, ids=names)
def test_ids_are_unique_and_every_reference_leads_somewhere(document: ReportDocument) -> None:
    ids = [fact.id for fact in document.facts]
    assert len(set(ids)) == len(ids)
    assert [sentence.id for sentence in document.sentences] == [f"s{number + 1}" for number in range(len(document.sentences))]
    assert {each for sentence in document.sentences for each in sentence.facts} <= set(ids)
    assert {each for fact in document.facts for each in fact.about} <= set(ids)


def test_a_fact_names_its_entries_item_person_and_link() -> None:
    john = WEEK.documents["individual/john_doe"]
    [hours] = [fact for fact in john.facts if fact.kind == "hours" and fact.text == "17.7 h" and fact.item]
    assert (hours.value, hours.unit, hours.item, hours.person) == (63_756, "s", ("Scrum/Task", "7658"), 11)
    assert hours.entries == (1, 2, 3, 4, 5)
    assert hours.url == "https://acme.fibery.io/Scrum/Task/7658"
    assert hours.label == "time of #7658 and John Doe"
    [finished] = [fact for fact in john.facts if fact.aspect == "finished on" and fact.item == ("Scrum/Task", "7658")]
    assert (finished.text, finished.value) == ("9 Oct", "2025-10-09")


def test_the_sentences_of_an_item_rest_on_the_item() -> None:
    john = WEEK.documents["individual/john_doe"]
    facts = {fact.id: fact for fact in john.facts}
    for sentence in john.sentences:
        if sentence.section.startswith("item:"):
            assert f"{facts[sentence.facts[0]].item}" == str(tuple(sentence.section.removeprefix("item:").split("#")))


def test_the_same_fact_is_made_once() -> None:
    book = FactBook()
    item = book.item(ITEM, (1, 2))
    assert book.item(ITEM) is item
    assert book.hours(nearest(3600), "time", [item]) is book.hours(nearest(3600), "time", [item])
    assert [fact.id for fact in book.table.facts] == ["i1", "h1"]
    assert book.table.by_id()["h1"].entries == (1, 2)


def test_of_many_entries_the_first_are_named_and_the_rest_is_counted() -> None:
    fact = FactBook().hours(nearest(3600), "tracked", [], tuple(range(MOST_ENTRIES + 7)))
    assert (len(fact.entries), fact.more_entries) == (MOST_ENTRIES, 7)


def test_slots_are_filled_and_only_our_own_are_slots() -> None:
    book = FactBook()
    item, hours = book.item(ITEM), book.hours(nearest(3600), "time")
    forged = escape("no slot: \ue000h1\ue001")
    text = told([f"{slot(item)} took {slot(hours)}.", "", f"“{forged}”"])
    assert facts_in(text) == ("i1", "h1")
    [first, second] = sentences_of("a", text, book.by_id())
    assert first.text == "#7658 Provision the cloud account took 1.0 h."
    assert (second.text, second.facts) == ("“no slot: h1”", ())


@pytest.mark.parametrize("text", INJECTIONS)
def test_a_name_from_outside_is_printed_inert(text: str) -> None:
    book = FactBook()
    assert filled(slot(book.project(text)), book.by_id()) == escape(text, 60)


def test_lists_and_paragraphs_stay_apart() -> None:
    def sentence(text: str, *, is_bullet: bool = False) -> Sentence:
        return Sentence(id="", section="a", text=text, is_bullet=is_bullet)

    listed = (sentence("One."), sentence("Two."), sentence("x", is_bullet=True), sentence("y", is_bullet=True), sentence("End."))
    assert section_text(listed) == "One. Two.\n\n- x\n- y\n\nEnd."
    assert [each.id for each in numbered({"a": listed[:2], "b": listed[2:3]})["b"]] == ["s3"]


def test_every_fact_says_what_it_is() -> None:
    def is_told(fact: Fact) -> bool:
        return bool(fact.text and fact.label and fact.aspect)

    assert all(is_told(fact) for document in REPORTS for fact in document.facts)
