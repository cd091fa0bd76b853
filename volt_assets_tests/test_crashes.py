"""kill -9 at any moment, then the same command: the same result, nothing half-written on the way, nothing finished asked for again."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from volt_assets.cli.run_plan import ALL_ASSETS, RunPlan
from volt_assets.sandbox.server import RunningSandbox, SandboxOptions, running_sandbox
from volt_assets.sandbox.world import WorldOptions
from volt_assets_tests.forked_runs import Machine, Run, asked, asked_since, assert_whole, content_of, machine, soon
from volt_assets_tests.pipeline import WEEK, folder_of, record_of

PAGE = 10
SEARCH, TOTALS, COMMANDS, DOCUMENTS, SCHEMA, ANSWERS = (
    "toggl time_entries",
    "toggl totals",
    "fibery commands",
    "fibery commands",
    "fibery schema",
    "openai completions",
)
