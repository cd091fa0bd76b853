from __future__ import annotations

import pytest

from volt_assets.cli.exit_codes import ExitCode, exit_code_for
from volt_assets.cli.main import app
from volt_assets.cli.sandboxes import read_faults
from volt_assets.errors import UsageError
from volt_assets.sandbox.faults import Fault


def test_faults_are_read_in_their_order() -> None:
    assert read_faults(["toggl:429:every-3", "fibery:reset:2..4:/api/commands"]) == (
        Fault("toggl", "429", every=3),
        Fault("fibery", "reset", first=2, last=4, path="/api/commands"),
    )
    assert read_faults([]) == ()


def test_a_mistake_names_the_option() -> None:
    with pytest.raises(UsageError, match="--fault 'toggl:429' is not written as") as raised:
        read_faults(["toggl:429"])
    assert raised.value.hint


def test_the_command_refuses_a_wrong_fault_before_it_starts(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(UsageError, match="--fault: there is no kind '418'") as raised:
        app(["sandbox", "--fault", "toggl:418:1"], standalone_mode=False)
    assert exit_code_for(raised.value) is ExitCode.USAGE
    assert capsys.readouterr().out == ""
