"""The scorer finds a run of the product true, and notices every change that makes it false: a check that cannot fail is none."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from volt_assets.sandbox.server import RunningSandbox, SandboxOptions, running_sandbox
from volt_assets.sandbox.world import WorldOptions
from volt_assets_tests.conftest import forget_our_variables
from volt_assets_tests.faithfulness.scores import Score, facts_of, scored
from volt_assets_tests.faithfulness.truth import Truth, truth_of
from volt_assets_tests.pipeline import ClockedVolt, folder_of, run_job

START, END = date(2025, 10, 6), date(2025, 10, 12)
MARTA, MARTHA = "individual/marta_lindt", "individual/martha_lindt"


@pytest.fixture(scope="module")
def trapped() -> Iterator[RunningSandbox]:
    with running_sandbox(SandboxOptions(pace=0, world=WorldOptions(people=1, weeks=1, traps=True))) as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def truth(trapped: RunningSandbox) -> Truth:
    return truth_of(trapped, START, END)


@pytest.fixture(scope="module")
def published(trapped: RunningSandbox, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a lying model and the deterministic writer after it published together."""
    data = tmp_path_factory.mktemp("trapped") / "data"
    with pytest.MonkeyPatch.context() as monkeypatch, trapped.faults.during("openai:model-lying:every-1"):
        forget_our_variables(monkeypatch)
        for name, value in {**trapped.environ(with_model=True), "VOLT_DATA_DIR": str(data)}.items():
            monkeypatch.setenv(name, value)
        ran = run_job(volt=ClockedVolt(at="2025-10-14T12:00:00+00:00"))
    assert ran.is_success, ran.failures
    return folder_of(data) / "reports"


@pytest.fixture
def copy(published: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(published, tmp_path / "reports"))


def changed(path: Path, old: str, new: str, count: int = 1) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{old} is not in {path.name}"
    path.write_text(text.replace(old, new, count), encoding="utf-8")


def replaced(path: Path, pattern: str, new: str) -> None:
    text, count = re.subn(pattern, new, path.read_text(encoding="utf-8"))
    assert count, f"{pattern} is not in {path.name}"
    path.write_text(text, encoding="utf-8")


def test_what_is_published_beside_a_lying_model_is_true(published: Path, truth: Truth) -> None:
    score = scored(published, truth)
    assert score == Score(score.figures, [], score.items, [], [], score.sentences, [], score.by_model)
    assert (score.figures, score.items, score.sentences) > (150, 15, 40)


def test_the_truth_is_what_was_planted(truth: Truth) -> None:
    marta, martha = (next(person for person in truth.people.values() if person.name == name) for name in ("Marta Lindt", "Martha Lindt"))
    assert marta.items == {
        ("Scrum/Task", "9301"): 7_200,
        ("Scrum/Task", "9302"): 3_600,
        ("Scrum/Task", "9303"): 0,
        ("Scrum/Task", "9304"): 900,
        ("Scrum/Task", "9305"): 54_000,
    }
    assert martha.items[("Scrum/Task", "9307")] == 3_570
    assert truth.is_finished(("Scrum/Task", "9301"))
    assert not truth.is_finished(("Scrum/Task", "9310"))
    assert truth.overdue_days(("Scrum/Task", "9307")) == 5


FALSE: dict[str, tuple[Callable[[Path], None], str]] = {
    "headline": (lambda folder: replaced(folder / f"{MARTA}.md", r"\*\*19\.\d h", "**19.9 h"), "wrong_figures"),
    "share": (lambda folder: changed(folder / f"{MARTA}.md", "(92 %) on", "(25 %) on"), "wrong_figures"),
    "count": (lambda folder: changed(folder / f"{MARTA}.md", "2 items finished", "3 items finished"), "wrong_figures"),
    "item": (lambda folder: changed(folder / f"{MARTA}.md", "9302) · 1.0 h", "9302) · 1.1 h"), "wrong_figures"),
    "zero hours": (lambda folder: changed(folder / f"{MARTA}.md", "9303) · 0.0 h", "9303) · 0.1 h"), "wrong_figures"),
    "day": (lambda folder: changed(folder / f"{MARTHA}.md", "| total | 3.4 |", "| total | 3.5 |"), "wrong_figures"),
    "activity": (lambda folder: changed(folder / f"{MARTA}.md", "stand-up · 1.5 h", "stand-up · 1.7 h"), "wrong_figures"),
    "html": (lambda folder: replaced(folder / f"{MARTA}.html", r"<dd>19\.\d h", "<dd>19.9 h"), "wrong_figures"),
    "team": (
        lambda folder: replaced(folder / "team_summary.md", r"(\(individual/marta_lindt\.md\)) \| 19\.\d", r"\1 | 16.0"),
        "wrong_figures",
    ),
    "twin's name": (lambda folder: changed(folder / f"{MARTA}.md", "Renew the certificates](", "Renew the certificate](", 9), "invented"),
    "dropped item": (lambda folder: _without_line(folder / f"{MARTA}.md", "- [#9302 "), "missing_items"),
    "dropped in HTML": (lambda folder: changed(folder / f"{MARTA}.html", "#9305 Raise", "#9999 Raise", 99), "missing_items"),
    "invented item": (
        lambda folder: changed(
            folder / f"{MARTA}.md", "### Shorter work\n", "### Shorter work\n- #424242 Secret · 7.7 h · Scrum/Task · ✅ Done\n"
        ),
        "invented",
    ),
    "dropped report": (lambda folder: _without_report(folder / MARTA), "missing_items"),
}
SAID = (
    "The customer approved the result.",
    "#9302 Renew the certificates was finished.",
    "#9301 Renew the certificate took 3.0 h.",
    "#9301 Renew the certificate was finished on 9 Oct.",
    "#9301 Renew the certificate was not finished.",
    "#9305 Raise the limit to 7.5 h is overdue.",
    "Meetings took 2.5 h.",
    "25 % of the time went to other work.",
    "4 items were finished.",
    "Martha Lindt worked on #9301 Renew the certificate.",
    "#9999 Secret work was done.",
    "Marta Lindt worked 400 hours.",
    "“Everybody is happy” took 1.5 h.",
)


@pytest.mark.parametrize("case", FALSE)
def test_a_changed_report_is_noticed(copy: Path, truth: Truth, case: str) -> None:
    change, column = FALSE[case]
    change(copy)
    score = scored(copy, truth)
    assert getattr(score, column), case
    assert not score.is_perfect


@pytest.mark.parametrize("said", SAID)
def test_an_invented_sentence_is_noticed(copy: Path, truth: Truth, said: str) -> None:
    for suffix in (".md", ".html"):
        path = copy / f"{MARTA}{suffix}"
        text = path.read_text(encoding="utf-8")
        path.write_text(re.sub(r"(Time was tracked on 5 days|Meetings took 1\.5 h)", f"{said} \\1", text, count=1), encoding="utf-8")
        assert said in path.read_text(encoding="utf-8")
    score = scored(copy, truth)
    assert [each for each in score.untrue if said in each], said


def test_other_seconds_in_the_document_are_noticed_and_are_other_facts(copy: Path, published: Path, truth: Truth) -> None:
    path = copy / f"{MARTA}.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    next(fact for fact in document["facts"] if fact["kind"] == "hours" and fact["item"] == ["Scrum/Task", "9301"])["value"] = 7_201
    path.write_text(json.dumps(document), encoding="utf-8")
    assert len(scored(copy, truth).wrong_figures) == 1
    assert facts_of(copy) != facts_of(published)


def _without_line(path: Path, start: str) -> None:
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith(start)]
    assert len(kept) < len(lines)
    path.write_text("".join(kept), encoding="utf-8")


def _without_report(path: Path) -> None:
    for suffix in (".md", ".html", ".json"):
        path.with_suffix(suffix).unlink()
