"""The command line inside this process, for everything that ends before a run begins."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from volt_assets_tests.cli.command_line import Ended

Command = Callable[..., Ended]


@pytest.fixture(scope="session")
def dagster_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An instance that many commands share: making one takes a second."""
    return tmp_path_factory.mktemp("dagster_home")


@pytest.fixture
def command(
    environment: Path, dagster_home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Command]:
    """`volt-agent` with the given arguments, in the environment of the sandbox."""
    from volt_assets.cli.main import main  # noqa: PLC0415 -- after the environment is set, as a new process would

    del environment
    monkeypatch.setenv("DAGSTER_HOME", str(dagster_home))

    def run(*arguments: str) -> Ended:
        monkeypatch.setattr(sys, "argv", ["volt-agent", *arguments])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ending:
            main()
        said = capsys.readouterr()
        return Ended(int(ending.value.code or 0), said.out, said.err)

    before = dict(os.environ)
    yield run
    os.environ.clear()
    os.environ.update(before)
