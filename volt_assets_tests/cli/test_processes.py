"""A run's process is recognised by its number and its beginning together."""

from __future__ import annotations

import os
import subprocess
import sys

from volt_assets.cli.processes import HOST_TAG, PID_TAG, STARTED_TAG, is_alive, own_tags, process_start


def test_this_process_is_alive_under_its_own_tags() -> None:
    tags = own_tags("this-machine")
    assert (tags[HOST_TAG], tags[PID_TAG]) == ("this-machine", str(os.getpid()))
    assert is_alive(os.getpid(), tags[STARTED_TAG])


def test_a_number_that_was_given_to_another_process_is_no_sign_of_life() -> None:
    assert not is_alive(os.getpid(), str(int(process_start(os.getpid())) - 1))


def test_a_process_that_has_ended_is_gone_also_while_nobody_has_collected_it() -> None:
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    started = process_start(child.pid)
    assert is_alive(child.pid, started)
    child.kill()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert not is_alive(child.pid, started)
    child.communicate()
    assert not is_alive(child.pid, started)
    assert process_start(child.pid) == ""
