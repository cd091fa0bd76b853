import pytest

from volt_assets.sandbox.entry_texts import formula_text, through_timer_url


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
