"""A report is written anew exactly when it shows something else, and says what."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from volt_assets.work_reports.models import Origin, Prose, Sentence, TrackedItem, TrackedPerson
from volt_assets.work_reports.report.footer import revision_line
from volt_assets.work_reports.report.revisions import Draft, Rendered, Revisions, Subject, signature, spread_of
from volt_assets.work_reports.revision_store import read_index, read_revision

START = datetime(2025, 10, 13, 6, 0, tzinfo=UTC)


class Writing:
    """A range whose reports are written again and again, an hour apart."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.at = START
        self.rendered: list[Draft] = []

    def __call__(self, subject: Subject, data: str = "d1") -> str:
        self.at += timedelta(hours=1)
        origin = Origin(key="k", run_id=f"run-{self.at:%H}", code_version="1")

        def render(draft: Draft) -> Rendered:
            self.rendered.append(draft)
            return f"{revision_line(draft)} at {draft.generated_at:%H:%M}\n", None

        return Revisions(self.folder, origin, data_version=data, now=lambda: self.at).current(subject, render).markdown


@pytest.fixture
def write(tmp_path: Path) -> Writing:
    return Writing(tmp_path)


def about(
    shown: str, *entries: int, seconds: int = 3600, edited: tuple[int, ...] = (), found_at: datetime = START, time: str = "t"
) -> Subject:
    return Subject("team_summary", shown, seconds, entries, time, [(found_at, edited)])


def tracked(*items: tuple[str, int, tuple[int, ...]], project: str = "Atlas") -> TrackedPerson:
    """Somebody with (number of the item, seconds, entries)."""
    parts = [
        {"type": "Scrum/Task", "public_id": number, "label": "[Scrum] [Task]", "resolution": "as written", "project": project}
        | {"duration_seconds": seconds, "entries": entries}
        for number, seconds, entries in items
    ]
    of_the_time: dict[str, Any] = {"items": tuple(TrackedItem.model_validate(part) for part in parts), "activities": ()}
    return TrackedPerson.model_construct(user_id=1, **of_the_time)


def test_unchanged_content_keeps_its_bytes_and_is_not_even_rendered(write: Writing) -> None:
    first = write(about("a", 1, 2))
    assert first == "revision 1 at 07:00\n"
    assert write(about("a", 1, 2), data="d2") == first
    assert len(write.rendered) == 1
    current = read_index(write.folder / "revisions").reports["team_summary"]
    assert (current.number, current.data_version, current.confirmed_data) == (1, "d1", "d2")


def test_a_late_edit_makes_a_revision_that_says_what_changed(write: Writing) -> None:
    write(about("a", 1, 2, 3))
    found_at = START + timedelta(hours=2)
    second = write(about("b", 2, 3, 4, 5, seconds=5400, edited=(3, 99), found_at=found_at))
    assert second == "revision 2 (+0.5 h since revision 1: 2 entries added, 1 changed, 1 deleted) at 08:00\n"
    assert write(about("c", 2, 3, 4, 5, seconds=5400, edited=(3,), found_at=found_at - timedelta(hours=9))).startswith(
        "revision 3 (the same time entries as revision 2)"
    )
    kept = [read_revision(write.folder / "revisions", "team_summary", number) for number in (1, 2, 3)]
    assert [each.markdown.split(" at ")[1] for each in kept if each] == ["07:00\n", "08:00\n", "09:00\n"]
    assert kept[1] is not None
    assert kept[1].since_previous is not None
    expected = {"previous": 1, "seconds": 1800, "added": (4, 5), "changed": (3,), "deleted": (1,), "is_spread_anew": False}
    assert kept[1].since_previous.model_dump() == expected


def test_entries_that_count_elsewhere_are_not_called_the_same(write: Writing) -> None:
    """A day that is downloaded anew, not compared, names no late edits: the sum and the ids may agree and the descriptions differ."""
    write(about("a", 1, 2, time=spread_of([tracked(("1", 1800, (1,)), ("2", 1800, (2,)))])))
    moved = spread_of([tracked(("1", 3600, (1, 2)))])
    assert write(about("b", 1, 2, time=moved)).startswith("revision 2 (the same time, counted elsewhere than in revision 1)")
    assert write(about("c", 1, 2, time=moved)).startswith("revision 3 (the same time entries as revision 2)")
    kept = read_revision(write.folder / "revisions", "team_summary", 2)
    assert kept is not None
    assert kept.since_previous is not None
    assert kept.since_previous.is_spread_anew


def test_what_time_counts_for_follows_item_project_seconds_and_entries() -> None:
    usual = tracked(("1", 1800, (1,)), ("2", 600, (2, 3)))
    others = [
        tracked(("1", 1800, (1,)), ("4", 600, (2, 3))),
        tracked(("1", 1700, (1,)), ("2", 700, (2, 3))),
        tracked(("1", 1800, (1, 2)), ("2", 600, (3,))),
        tracked(("1", 1800, (1,)), ("2", 600, (2, 3)), project="Harbor"),
    ]
    assert len({spread_of([each]) for each in (usual, *others)}) == 1 + len(others)
    assert spread_of([tracked(("2", 600, (3, 2)), ("1", 1800, (1,)))]) == spread_of([usual])


def test_a_report_that_knows_no_entries_claims_nothing_of_them(write: Writing) -> None:
    write(Subject("billing", "a"))
    assert write(Subject("billing", "b")) == "revision 2 at 08:00\n"
    kept = read_revision(write.folder / "revisions", "billing", 2)
    assert kept is not None
    assert (kept.total_seconds, kept.entries, kept.since_previous) == (None, (), None)


@pytest.mark.parametrize("content", [b"", b"{", b'{"reports": {"team_summary": {"number": 7}}}'])
def test_a_damaged_index_loses_no_revision(write: Writing, content: bytes) -> None:
    write(about("a", 1))
    (write.folder / "revisions" / "index.json").write_bytes(content)
    assert write(about("a", 1)).startswith("revision 2 ")
    assert read_revision(write.folder / "revisions", "team_summary", 1) is not None


def test_a_damaged_revision_is_written_anew(write: Writing) -> None:
    write(about("a", 1))
    (write.folder / "revisions" / "team_summary" / "1.json").write_bytes(b"garbage")
    assert write(about("a", 1)) == "revision 1 at 08:00\n"


class Scene(BaseModel):
    data_as_of: str
    fetched_at: str
    notices: tuple[str, ...] = ()
    in_progress: bool = False


class Facts(BaseModel):
    scene: Scene
    hours: int


def test_the_signature_follows_what_is_shown_and_not_when_it_was_looked_at() -> None:
    facts = Facts(scene=Scene(data_as_of="1", fetched_at="1"), hours=3)
    prose = Prose(sections={"summary": (Sentence(id="s1", section="summary", text="It is so."),)}, input_tokens=5)
    same = signature(facts, prose, templates="t")
    later = facts.model_copy(update={"scene": Scene(data_as_of="2", fetched_at="2", notices=("as of 2",))})
    assert signature(later, prose.model_copy(update={"input_tokens": 0}), templates="t") == same
    others = [
        signature(facts.model_copy(update={"hours": 4}), prose, templates="t"),
        signature(facts.model_copy(update={"scene": Scene(data_as_of="1", fetched_at="1", in_progress=True)}), prose, templates="t"),
        signature(facts, prose.model_copy(update={"written_by": "gpt"}), templates="t"),
        signature(facts, prose, templates="other"),
    ]
    assert len({same, *others}) == 5
