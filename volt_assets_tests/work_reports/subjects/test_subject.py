import pytest

from volt_assets.work_reports.report.markdown import email as shown_email
from volt_assets.work_reports.report.markdown import escape
from volt_assets.work_reports.subjects.subject import Subject

ANA = Subject(emails=frozenset({"ana_o@example.com"}), user_ids=frozenset({42}), names=frozenset({"Ana *O'Neil*", "田中 陽子"}))


@pytest.mark.parametrize(
    "text",
    [
        "Ana *O'Neil* did it",
        f"| {escape(chr(65) + chr(110) + 'a *O' + chr(39) + 'Neil*')} | 3.5 |",
        "<td>Ana *O&#39;Neil*</td>",
        '{"name": "\\u7530\\u4e2d \\u967d\\u5b50"}',
        f"by {escape('田中 陽子')}",
        "ANA_O@EXAMPLE.COM",
        f"mail {shown_email('ana_o@example.com')}",
        escape("ana_o@example.com"),
        '{"user_id": 42, "x": 1}',
        '{"subject": "user 42"}',
        "individual/user_42.md",
        "ana_o_neil",
        "reports/individual/ana_o_neil_42.html",
        "https://track.toggl.com/reports/users/42",
    ],
)
def test_a_person_is_recognised_however_the_text_is_escaped(text: str) -> None:
    assert ANA.is_named_in(text)


@pytest.mark.parametrize(
    "text",
    ["Ana did it", "Joana *O'Neil*s", '{"user_id": 421}', "diana_o@example.com", "x ana_o@example.community", "42 h", "diana_o_neil"],
)
def test_others_are_not_taken_for_the_person(text: str) -> None:
    assert not ANA.is_named_in(text)


def test_somebody_else_of_the_same_name_is_not_taken_for_the_person() -> None:
    one = Subject(frozenset({"kim@example.com"}), frozenset({42}), frozenset({"Alex Kim"}), namesakes=frozenset({"kim2"}))
    assert one.is_named_in("Alex Kim (kim) and Alex Kim (kim2)")
    assert one.is_named_in("Alex Kim (away)")
    assert not one.is_named_in("| Alex Kim (kim2) | 3.0 |")
