"""The operations handbook is run from its top to its end against the sandbox: every command, and what it prints."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from volt_assets.sandbox.faults import read_fault
from volt_assets.sandbox.server import RunningSandbox, SandboxOptions, running_sandbox
from volt_assets.sandbox.world import WorldOptions
from volt_assets_tests.checkout import OURS
from volt_assets_tests.generated_docs import ROOT

PAGE = ROOT / "docs" / "operations.md"
# A block of commands with what they print, or what happens in the world before the next one.
_PIECE = re.compile(r"^(?P<indent> *)```console\n(?P<block>.*?)^ *```$|<!-- trial: (?P<event>[^\n]+?) -->", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Trial:
    """A folder as the handbook assumes it, with the sandbox for its services."""

    company: RunningSandbox
    folder: Path
    environ: Mapping[str, str]

    def shell(self, command: str) -> str:
        """What the command prints, both streams as a terminal shows them."""
        done = subprocess.run(  # noqa: S603 -- commands of our own page
            ["bash", "-c", command],  # noqa: S607 -- the shell of whoever reads the handbook
            cwd=self.folder,
            env=dict(self.environ),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
            check=False,
        )
        return done.stdout


@pytest.fixture
def trial(tmp_path: Path) -> Iterator[Trial]:
    with running_sandbox(SandboxOptions(world=WorldOptions(weeks=3), pace=0)) as company:
        folder = tmp_path
        (folder / "secrets").mkdir()
        (folder / "dagster_home").mkdir()
        (folder / "config").mkdir()
        (folder / "config" / "volt.yaml").write_text("pace: 0\n", encoding="utf-8")
        services = company.environ()
        token = services.pop("TOGGL_API_TOKEN")
        (folder / "secrets" / "toggl").write_text(token, encoding="utf-8")
        (folder / "new_token").write_text(token, encoding="utf-8")
        services["TOGGL_API_TOKEN_FILE"] = "secrets/toggl"
        (folder / ".env").write_text("".join(f"{name}={value}\n" for name, value in services.items()), encoding="utf-8")
        own = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
        path = f"{Path(sys.executable).parent}{os.pathsep}{own.get('PATH', '')}"
        places = {"DAGSTER_HOME": str(folder / "dagster_home"), "VOLT_CONFIG": str(folder / "config")}
        yield Trial(company, folder, {**own, **places, "PATH": path, "NO_COLOR": "1", "COLUMNS": "200", "DAGSTER_DISABLE_TELEMETRY": "1"})
        shutil.rmtree(folder / "data", ignore_errors=True)


def two_weeks(trial: Trial) -> None:
    for first, last in (("06", "12"), ("13", "19")):
        trial.shell(f"volt-agent run --start-date 2025-10-{first} --end-date 2025-10-{last}")


def old_token(trial: Trial) -> None:
    (trial.folder / "secrets" / "toggl").write_text("the-one-before", encoding="utf-8")


def no_quota(trial: Trial) -> None:
    trial.company.faults.add(read_fault("toggl:402-quota=1800:7.."))


def corrected_entry(trial: Trial) -> None:
    trial.company.edit.entry(3405900491, description="Team stand-up")


def other_meetings(trial: Trial) -> None:
    with (trial.folder / "config" / "volt.yaml").open("a", encoding="utf-8") as file:
        file.write("reports:\n  meeting_words: [meeting, stand-up, retro, planning]\n")


EVENTS: Mapping[str, Callable[[Trial], object]] = {
    "two weeks of reports": two_weeks,
    "the token of Toggl was reset": old_token,
    "Toggl's quota ends after the sixth request": no_quota,
    "an hour later": lambda trial: trial.company.faults.clear(),
    "an entry was a stand-up": corrected_entry,
    "sync is no meeting": other_meetings,
}


def commands(block: str) -> Iterator[tuple[str, str]]:
    """Each command of a block with the output that the page shows."""
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        command, _, output = part.partition("\n")
        yield command, output.strip()


def shown_pattern(output: str) -> re.Pattern[str]:
    """A line `…` stands for any lines, `…` in a line for any text, blanks for any blanks."""
    lines = []
    for line in output.splitlines():
        if line.strip() == "…":
            lines.append(r"(?:[^\n]*\n)*?")
        else:
            lines.append(r"[^\n]*".join(r"\s+".join(map(re.escape, part.split(" "))) for part in line.strip().split("…")) + r"\s*?\n")
    return re.compile("".join(rf"[ \t]*{line}" for line in lines) + r"\s*")


@pytest.mark.site
def test_every_command_of_the_handbook_prints_what_stands_there(trial: Trial) -> None:
    wrong = []
    for piece in _PIECE.finditer(PAGE.read_text(encoding="utf-8")):
        if piece["event"]:
            EVENTS[piece["event"]](trial)
            continue
        for command, expected in commands(textwrap.dedent(piece["block"])):
            printed = trial.shell(command)
            if not shown_pattern(expected).fullmatch(f"{printed.strip()}\n" if printed.strip() else ""):
                wrong.append(f"$ {command}\n--- printed\n{printed}\n--- on the page\n{expected}\n")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    ("shown", "printed", "agrees"),
    [
        ("ok    a …", "ok    a b c\n", True),
        ("…\nlast", "first\nsecond\nlast\n", True),
        ("first\n…\nlast", "first\nlast\n", True),
        ("first\nlast", "first\nother\nlast\n", False),
        ("took 8.9 h.", "took 849 h.\n", False),
        ("", "", True),
        ("", "something\n", False),
    ],
)
def test_what_the_page_leaves_open(shown: str, printed: str, agrees: bool) -> None:  # noqa: FBT001 -- a column of a table
    assert bool(shown_pattern(shown).fullmatch(printed)) is agrees
