"""A history that a newer Dagster made."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import dagster as dg
import pytest

from volt_assets.cli.database_version import check_database
from volt_assets.cli.instance import open_instance
from volt_assets.errors import EnvironmentVariableError


def set_version(home: Path, version: str) -> None:
    for path in home.rglob("*.db"):
        with sqlite3.connect(path) as database:
            database.execute("update alembic_version set version_num = ?", (version,))


def test_a_database_of_a_newer_dagster_is_refused_and_an_older_one_is_dagsters_matter(tmp_path: Path) -> None:
    environ = {"DAGSTER_HOME": str(tmp_path)}
    with open_instance(environ) as instance:
        instance.get_run_records(limit=1)
        check_database(instance)
    set_version(tmp_path, "ffffffffffff")
    with open_instance(environ) as instance, pytest.raises(EnvironmentVariableError, match="a newer one made it"):
        check_database(instance)
    set_version(tmp_path, "7e2f3204cf8e")
    with open_instance(environ) as instance:
        check_database(instance)


def test_a_history_in_memory_has_no_version() -> None:
    check_database(dg.DagsterInstance.ephemeral())
