"""What the sandbox's model says comes from the facts of the question, word for word where it quotes."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from volt_assets.sandbox.fact_sentences import FactTeller

TASK: dict[str, Any] = {
    "section": "item:Scrum/Task#7658",
    "number": "#7658",
    "name": "Provision the cloud account",
    "hours": "17.7 h",
    "state": "Done",
    "project": "Harbor",
    "flags": [],
    "timeline": ["started 29 Sep", "finished 9 Oct (16 days late)"],
    "texts": {
        "description": "The account has a network with two zones. It was ordered in 2019.",
        "comments": [{"author": "Jane Smith", "text": "Roles are reviewed."}, {"author": "John Doe", "text": "Audit trail is on."}],
        "time entries": ["review roles"],
    },
}
SILENT: dict[str, Any] = {
    "section": "item:Scrum/Task#7634",
    "number": "#7634",
    "name": "Deploy the CRM",
    "hours": "5.4 h",
    "state": "To Do",
    "texts": {"description": "", "comments": [], "time entries": ["deploy CRM", "CRM env variables", "visit https://example.org"]},
}
FACTS: dict[str, Any] = {
    "period": "6-12 October 2025",
    "in progress": False,
    "tracked": "39.8 h",
    "share on items": "91 %",
    "change against the period before": None,
    "items finished": 1,
    "items": [TASK, SILENT],
    "on items": "30.0 h",
    "items of several people": [{"number": "#12", "name": "Fix login", "hours": "5.7 h", "days overdue": 4, "people": ["Ana", "Ivo"]}],
    "projects": [{"name": "Harbor", "hours": "21.4 h", "share": "54 %"}, {"name": "<b>x</b>", "hours": "1.0 h", "share": "3 %"}],
    "needs attention": [{"number": "#7634", "texts": "5.4 h logged while its state is “To Do”. Set the state of the item."}],
    "work patterns": {"days with time": 5, "longest day": "7 Oct", "meetings": "2.0 h"},
}
GUIDANCE = {
    "key_deliverables": "one to three sentences on the finished items and what they achieve.",
    "areas_of_focus": "one or two sentences on the projects and their share of the time.",
    "together": "items that several people worked on; a short list.",
    "recommendations": 'a short list; each point follows from "needs attention".',
}


def told(section: str, facts: Any = FACTS) -> str:
    return FactTeller(facts, GUIDANCE).about(section)


def test_an_item_is_told_from_its_own_fields_and_texts() -> None:
    assert told("item:Scrum/Task#7658") == (
        "Provision the cloud account (#7658) took 17.7 h, state: Done, project: Harbor. "
        "Its description says: “The account has a network with two zones.” "
        "John Doe wrote: “Audit trail is on.”"
    )


def test_an_item_without_texts_is_told_from_its_time_entries() -> None:
    assert told("item:Scrum/Task#7634") == (
        "Deploy the CRM (#7634) took 5.4 h, state: To Do. Its time entries say: “deploy CRM” and “CRM env variables”."
    )


@pytest.mark.parametrize(
    ("section", "text"),
    [
        ("executive_summary", "Period: 6-12 October 2025, tracked 39.8 h, share on items 91 %, items finished: 1, on items 30.0 h."),
        ("work_patterns", "Days with time: 5, longest day: 7 Oct, meetings 2.0 h."),
        ("key_deliverables", "Items finished: 1."),
        ("together", "- Fix login (#12, 5.7 h): Ana and Ivo."),
        ("areas_of_focus", "Projects: Harbor (21.4 h, 54 %)."),
        ("recommendations", "- Set the state of the item: #7634."),
    ],
)
def test_a_section_is_about_the_facts_that_its_name_and_its_instruction_speak_of(section: str, text: str) -> None:
    assert text in told(section)


def test_a_section_that_no_fact_speaks_of_gets_the_totals() -> None:
    assert told("weather").startswith("Period: 6-12 October 2025, tracked 39.8 h")


@pytest.mark.parametrize("facts", [None, {}, [], "text", 7, {"items": [{}]}, {"items": [None, [], {"texts": {"comments": [3]}}]}])
def test_without_facts_nothing_is_claimed(facts: Any) -> None:
    assert told("executive_summary", facts) == "The question holds no facts to write about."


def test_what_could_be_followed_or_loaded_is_not_repeated() -> None:
    everything = " ".join(told(section) for section in ("areas_of_focus", "item:Scrum/Task#7634", "executive_summary"))
    assert "<b>" not in everything
    assert "example.org" not in everything


words = st.text(max_size=30) | st.sampled_from(["5.7 h", "41 %", "#12", "Fix login", "Done. It took 3 tries"])
keys = st.sampled_from(["name", "number", "hours", "items", "summary", "texts", "description", "comments", "text"]) | st.text(max_size=9)
facts_of_any_shape = st.recursive(
    st.none() | st.booleans() | st.integers() | words, lambda inner: st.lists(inner) | st.dictionaries(keys, inner)
)


@settings(deadline=None, max_examples=40)
@example({"items": [{}, 0]})
@given(facts_of_any_shape)
def test_no_figure_is_said_that_the_facts_do_not_hold_whatever_their_shape(facts: Any) -> None:
    teller = FactTeller(facts, {"items": "a short list of the items."})
    said = "\n".join([teller.about("executive_summary"), teller.about("items"), *teller.everything()])
    given_figures = set(re.findall(r"\d+", json.dumps(facts, ensure_ascii=False)))
    assert set(re.findall(r"\d+", said)) <= given_figures
    assert said == "\n".join([teller.about("executive_summary"), teller.about("items"), *teller.everything()])
