"""`export` and `forget` as their user has them."""

import json
import zipfile
from pathlib import Path

import pytest

from volt_assets.work_reports.data_folder import DataFolder
from volt_assets.work_reports.subjects.suppression import read_suppression
from volt_assets_tests.cli.conftest import Command
from volt_assets_tests.pipeline import WEEK, document


def email_of_mila(data: Path) -> str:
    people = document(data, "toggl_aggregated")["people"]
    return next(str(person["email"]) for person in people if person["name"].startswith("Mila"))


def test_a_person_is_given_out_once_per_file_and_then_forgotten(
    stored_week: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    email = email_of_mila(stored_week)
    config = Path("config")
    config.mkdir()
    (config / "volt.yaml").write_text(f"teams:\n  web: [{email}]\n")
    monkeypatch.setenv("VOLT_CONFIG", str(config.absolute()))
    ended = command("export", "--subject", email, "--output", "mila.zip")
    assert (ended.code, ended.out) == (0, "mila.zip\n")
    assert json.loads(zipfile.ZipFile("mila.zip").read("subject.json"))["names"]
    assert command("export", "--subject", email, "--output", "mila.zip").code == 2

    ended = command("forget", "--subject", email, "--yes")

    assert ended.code == 0
    assert "run --start-date 2025-10-06 --end-date 2025-10-12\n" in ended.err
    assert "volt.yaml:2 names the person" in ended.err
    assert not (stored_week / "work_reports" / WEEK).exists()
    stored = read_suppression(DataFolder(str(stored_week)).suppressed)
    assert stored.hides_email(email)
    assert command("forget", "--subject", email, "--lift").code == 0
    assert not read_suppression(DataFolder(str(stored_week)).suppressed).subjects
    assert command("forget", "--subject", email, "--lift").code == 2


def test_somebody_unknown_is_refused_and_nothing_is_written(environment: Path, command: Command) -> None:
    for name in ("export", "forget"):
        ended = command(name, "--subject", "nobody@example.com")
        assert ended.code == 2
        assert "nothing stored here is of 'nobody@example.com'" in ended.err
    assert not environment.exists()
