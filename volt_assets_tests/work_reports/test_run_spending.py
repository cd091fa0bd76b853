"""What a step has spent is known at any moment, also while its clients are still at work."""

from __future__ import annotations

import pytest

from volt_assets.work_reports.models.run_metadata import Usage
from volt_assets.work_reports.run_spending import Spending, step_at_work, unrecorded


class Client:
    requests_made = 0


def test_a_client_at_work_counts_now_and_once() -> None:
    spending, client = Spending(), Client()
    with spending.counting(lambda: Usage(toggl_requests=client.requests_made)):
        client.requests_made = 2
        assert spending.so_far == Usage(toggl_requests=2)
        client.requests_made = 3
    assert spending.so_far == Usage(toggl_requests=3)


def test_a_client_whose_work_fails_counts_too() -> None:
    spending = Spending()
    with pytest.raises(RuntimeError), spending.counting(lambda: Usage(fibery_requests=1)):
        raise RuntimeError
    spending.add(Usage(llm_requests=1))
    assert spending.so_far == Usage(fibery_requests=1, llm_requests=1)


def test_what_is_taken_is_not_there_a_second_time() -> None:
    spending = Spending()
    spending.add(Usage(toggl_requests=1))
    with spending.counting(lambda: Usage(toggl_requests=4)):
        assert spending.take() == Usage(toggl_requests=5)
        assert spending.so_far == Usage()
    assert spending.so_far == Usage()


def test_the_step_at_work_of_a_run_is_found_by_the_runs_id() -> None:
    spending = step_at_work("run-1")
    spending.add(Usage(toggl_requests=7))
    assert unrecorded("run-1") == Usage(toggl_requests=7)
    assert unrecorded("run-1") == unrecorded("run-2") == Usage()
