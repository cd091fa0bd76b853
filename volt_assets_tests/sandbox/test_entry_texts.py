import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from volt_assets.sandbox.entry_texts import LABELS, formula_text, through_timer_url
from volt_assets.sandbox.world import World


def test_formula_texts_carry_labels_and_not_database_names() -> None:
    assert formula_text("Scrum/Build", "Cut it", "2", "Harbor") == "Cut it #2 [Scrum] [Release] [Harbor]"
    assert formula_text("To-dos/To-do", "Call", "3", "Internal") == "Call #3 [To Do] [Internal]"


@pytest.mark.parametrize(
    ("type_name", "text", "left"),
    [
        ("Scrum/Bug", "Search & replace #20 [Scrum] [Bug] [Harbor]", "Search"),
        ("Scrum/Task", "Search & replace #20 [Scrum] [Task] [Harbor]", "Search & replace #20 [Scrum] [Task] [Harbor]"),
        ("Scrum/Bug", "Cache #22 [Scrum] [Bug] [R&D]", "Cache #22 [Scrum] [Bug] [R"),
        ("Scrum/Task", "C++ #1 [Scrum] [Task] [P]", "C   #1 [Scrum] [Task] [P]"),
    ],
)
def test_the_timer_url_damages_names(type_name: str, text: str, left: str) -> None:
    assert through_timer_url(type_name, text) == left


def test_the_texts_are_those_of_the_recorded_formulas(recorded: Callable[[str], Any], world: World) -> None:
    formulas = {
        row["database"]: row["template"] for row in recorded("fibery/toggl_formula_templates.json") if row["field"].endswith("/Toggl")
    }
    assert set(formulas) <= set(LABELS)
    for type_name, template in formulas.items():
        name, number, project = re.findall(r"\{([^{}]*)\}", template)
        fields = world.fibery.types[type_name].fields
        assert {name, number, project.partition(".")[0]} - set(fields) <= {"Design/Design Feature Project"}, "a look-up field is not stored"
        filled = template.replace(f"{{{name}}}", "Name").replace(f"{{{number}}}", "12").replace(f"{{{project}}}", "Project")
        assert formula_text(type_name, "Name", "12", "Project") == filled


@pytest.mark.parametrize(
    "name", ["Search & replace", "C++ build", 'Say "hi" #3 [x]', "Save 20% now", "100%25 sure", "Имя №1, ü", " two  blanks"]
)
def test_the_way_through_the_url_is_that_of_the_recorded_formulas(recorded: Callable[[str], Any], name: str) -> None:
    for row in recorded("fibery/toggl_formula_templates.json"):
        if row["field"].endswith("/Toggl"):
            continue
        text = formula_text(row["database"], name, "12", "P")
        written = text
        for old, new in re.findall(r", (.*?), (\+|%..)\)", row["template"]):
            written = written.replace(old, new)
        before, _, after = row["template"].partition("desc=")
        query = urlsplit(f"{before}desc={written}{after[after.rindex(')&') + 1 :]}").query
        assert through_timer_url(row["database"], text) == parse_qs(query)["desc"][0].strip(), row["database"]
