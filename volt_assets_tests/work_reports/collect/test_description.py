from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from volt_assets.work_reports.collect.description import ParsedDescription, parse_description

WORDS = st.text(max_size=60)
LABELS = st.sampled_from([("Scrum", "Task"), ("Scrum", "Sub-bug"), ("Design", "Work version"), ("Requests", "Request")])
PROJECT_WORDS = st.text(alphabet=st.characters(exclude_characters="[]", exclude_categories=["Cs"]), min_size=1, max_size=20)


def squeezed(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Fixed bug #1234 [Backend] [Bug] [AuthService]", ("Fixed bug", "1234", ("Backend", "Bug", "AuthService"), "")),
        (
            "? Нет полей Stage, Next action, Owner, Alternate names #1112 [Scrum] [Sub-bug] [Moneyball]",
            ("? Нет полей Stage, Next action, Owner, Alternate names", "1112", ("Scrum", "Sub-bug", "Moneyball"), ""),
        ),
        ("Review #1234 [Scrum] [Task] [M] see #99", ("Review", "1234", ("Scrum", "Task", "M"), "see #99")),
        ("[Current] Sprint 3 #3 [Scrum] [Sprint] [P]", ("[Current] Sprint 3", "3", ("Scrum", "Sprint", "P"), "")),
        ("Fix #3 of list #12 [Scrum] [Task] [P]", ("Fix #3 of list", "12", ("Scrum", "Task", "P"), "")),
        ("Do #12 [Scrum] [Task] []", ("Do", "12", ("Scrum", "Task", ""), "")),
        ("[FE] Fix login #12 [Scrum] [Task] [P]", ("[FE] Fix login", "12", ("Scrum", "Task", "P"), "")),
        ("Deploy #5 [Scrum] [Task] [P [x]]", ("Deploy", "5", ("Scrum", "Task", "P [x]"), "")),
        ("Deploy #5 [Scrum] [Task] [P [x] rest", ("Deploy", "5", ("Scrum", "Task"), "[P [x] rest")),
        ("Two #1 [Scrum] [Task] [A] and #2 [Scrum] [Bug] [B]", ("Two #1 [Scrum] [Task] [A] and", "2", ("Scrum", "Bug", "B"), "")),
        ("Fix #012 [Scrum] [Task] [P]", ("Fix", "12", ("Scrum", "Task", "P"), "")),
        ("Fix №12 [Scrum] [Task] [P]", ("Fix", "12", ("Scrum", "Task", "P"), "")),
        ("Fix \uff0312 [Scrum] [Task] [P]", ("Fix", "12", ("Scrum", "Task", "P"), "")),
        ("Fix #\u0661\u0662 [Scrum] [Task] [P]", ("Fix", "12", ("Scrum", "Task", "P"), "")),
        ("Colour-like #123456 [Scrum] [Task] [P]", ("Colour-like", "123456", ("Scrum", "Task", "P"), "")),
        ("  Fix \t login\n #12  [Scrum]   [Task][ P ] ", ("Fix login", "12", ("Scrum", "Task", "P"), "")),
        ("Buy milk #7 [To Do] [Home]", ("Buy milk", "7", ("To Do", "Home"), "")),
        ("#7 [Task]", ("", "7", ("Task",), "")),
        ("Fix #7 [a] [b] [c] [d]", ("Fix", "7", ("a", "b", "c"), "[d]")),
        ("Fix #12 [Scrum] [Task] [P #9 [x]]", ("Fix", "12", ("Scrum", "Task", "P #9 [x]"), "")),
        ("(#12 [Scrum] [Task] [P])", ("(", "12", ("Scrum", "Task", "P"), ")")),
        ("C#12 then #13 [Scrum] [Task] [P]", ("C#12 then", "13", ("Scrum", "Task", "P"), "")),
        (
            "Read https://example.com/page#9 for #13 [Scrum] [Task] [P]",
            ("Read https://example.com/page#9 for", "13", ("Scrum", "Task", "P"), ""),
        ),
    ],
)
def test_reference(text: str, expected: tuple[str, str, tuple[str, ...], str]) -> None:
    activity, public_id, groups, trailing = expected
    assert parse_description(text) == ParsedDescription("reference", activity, public_id, groups, trailing)


@pytest.mark.parametrize(
    ("groups", "project"),
    [("[Scrum] [Task] [P]", "P"), ("[Scrum] [Task] []", None), ("[Scrum] [Task] [ ]", None), ("[To Do] [P]", None), ("[Task]", None)],
)
def test_project_is_the_third_group(groups: str, project: str | None) -> None:
    assert parse_description(f"Do #12 {groups}").project == project


@pytest.mark.parametrize(
    ("text", "activity", "public_id", "trailing"),
    [
        ("Research #5678", "Research", "5678", ""),
        ("Fix #3 of list #12", "Fix #3 of list", "12", ""),
        ("[Scrum] [Task] #12 done", "[Scrum] [Task]", "12", "done"),
        ("see #012.", "see", "12", "."),
        ("Fix #12 [", "Fix", "12", "["),
        ("Fix #12 [] [Task]", "Fix", "12", "[] [Task]"),
        ("#1234567 call", "", "1234567", "call"),
    ],
)
def test_bare_id(text: str, activity: str, public_id: str, trailing: str) -> None:
    assert parse_description(text) == ParsedDescription("bare id", activity, public_id, (), trailing)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "Team meeting",
        "C#12",
        "owner/repo#12",
        "owner/repo/#12",
        "#12a",
        "#12-34",
        "#1.2",
        "#fff",
        "#12abcd",
        "#123456",
        "#000",
        "##12",
        "&#12;",
        "#",
        "№12",
        "\uff0312",
        "#\u0661\u0662",
        "https://example.com/page#12",
        "https://example.com/page/#12",
        "https://example.com/?a=b,#12",
        "www.example.com/,#12",
        "#" + "1" * 30,
        "][",
    ],
)
def test_no_reference(text: str) -> None:
    assert parse_description(text) == ParsedDescription("no reference", " ".join(text.split()))


@pytest.mark.parametrize(
    "text",
    [
        "Fix login [Scrum] [Task] [Moneyball]",
        "C#12 [Scrum] [Task] [P]",
        "owner/repo#12 [Scrum] [Task] [P]",
        "#12-34 [Scrum] [Task] [P]",
        "#12a [Scrum] [Task] [P]",
        "https://example.com/page#12 [Scrum] [Task] [P]",
        "#0 [Scrum] [Task] [P]",
    ],
)
def test_tags_without_id(text: str) -> None:
    parsed = parse_description(text)
    assert parsed.reason == "tags without id"
    assert parsed.activity == squeezed(text)
    assert parsed.public_id is None


def test_text_cut_by_an_ampersand_in_the_url_formula_keeps_what_is_left() -> None:
    # "Research & development #12 [Scrum] [Task] [P]", as it arrives.
    assert parse_description("Research ") == ParsedDescription("no reference", "Research")


@given(st.text())
def test_never_raises_and_names_an_id_exactly_when_it_says_so(text: str) -> None:
    parsed = parse_description(text)
    assert (parsed.public_id is not None) == (parsed.reason in ("reference", "bare id"))
    assert bool(parsed.groups) == (parsed.reason == "reference")
    assert parsed.public_id is None or (parsed.public_id.isascii() and parsed.public_id.isdecimal() and parsed.public_id[0] != "0")


@given(st.text(alphabet="#№[] \n1234567890٣aF-/.:wh", max_size=80))
def test_awkward_characters_lose_no_text(text: str) -> None:
    parsed = parse_description(text)
    if parsed.public_id is None:
        assert parsed.activity == squeezed(text)
    else:
        assert squeezed(text).startswith(parsed.activity)
        assert squeezed(text).endswith(parsed.trailing)


@given(name=WORDS, public_id=st.integers(1, 10**12), labels=LABELS, project=st.none() | PROJECT_WORDS)
def test_what_the_formula_writes_is_read_back(name: str, public_id: int, labels: tuple[str, str], project: str | None) -> None:
    parsed = parse_description(f"{name} #{public_id} [{labels[0]}] [{labels[1]}] [{project or ''}]")
    assert parsed == ParsedDescription("reference", squeezed(name), str(public_id), (*labels, squeezed(project or "")), "")
    assert parsed.project == (squeezed(project or "") or None)


@pytest.mark.parametrize(
    "unit",
    ["#1", "[", "]", "[]", "#1 [a] ", "#1 [", "a(#1", "#", "1", "://", "www.", "[ ", "#1 [[", "#1 [a] [b] [", "٣", " "],
)
def test_hostile_text_of_100_kilobytes_is_read_in_linear_time(unit: str) -> None:
    started = time.perf_counter()
    for text in (unit * (100_000 // len(unit)), "#" + unit * (100_000 // len(unit)), unit * 20_000 + "]" * 20_000):
        assert parse_description(text).reason
    # Quadratic time would take minutes; the margin is for a busy machine.
    assert time.perf_counter() - started < 5
