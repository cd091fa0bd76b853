"""What a run makes of what it was asked for: judged from the stored files, then by asking Toggl and Fibery where only they can tell.

Belongs here: the order in which a run is narrowed down. Does not: the judgement (work_reports/staleness.py), the clients' errors
(found_before.py).
"""

from __future__ import annotations

import asyncio
import os
import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from volt_assets.cli.found_before import before_the_first_step
from volt_assets.cli.preflight import Access, check_before_run
from volt_assets.clients.fibery import FiberyClient
from volt_assets.clients.quota import OnQuotaWait
from volt_assets.clients.retrying import OnRetryWait
from volt_assets.clients.toggl import TogglClient
from volt_assets.work_reports.asking_again import why_fibery_differs, why_toggl_differs
from volt_assets.work_reports.asset_reads import READS, Surroundings
from volt_assets.work_reports.migrating import check_versions
from volt_assets.work_reports.models.run_metadata import Usage
from volt_assets.work_reports.range_key import parse_key
from volt_assets.work_reports.range_state import range_state
from volt_assets.work_reports.run_selection import Selection, check_inputs, select
from volt_assets.work_reports.run_spending import Spending
from volt_assets.work_reports.staleness import FROM_OUTSIDE, Judged, with_answers
from volt_assets.work_reports.subjects.hiding_fibery import HidingFibery
from volt_assets.work_reports.subjects.hiding_toggl import HidingToggl
from volt_assets.work_reports.subjects.suppression import read_suppression

if TYPE_CHECKING:
    from collections.abc import Mapping

    from volt_assets.cli.run_plan import RunPlan
    from volt_assets.settings import Settings
    from volt_assets.work_reports.asset_graph import AssetNode
    from volt_assets.work_reports.data_folder import DataFolder

Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Choice:
    """The narrowing of one run."""

    plan: RunPlan
    settings: Settings
    data: DataFolder
    access: Access
    now: Clock

    @property
    def around(self) -> Surroundings:
        """What its assets read."""
        return Surroundings(
            key=parse_key(self.plan.key, today=self.now().astimezone(self.settings.zone).date()),
            settings=self.settings,
            environ=os.environ,
            data=self.data,
            model=self.access.llm.model if self.access.llm else None,
            fibery=self.access.fibery,
        )

    def judged(self) -> dict[str, Judged]:
        """Every asset of the range by itself, from what is stored.

        Raises StoredDataError for a document of another version, UsageError for inputs that are neither there nor planned.
        """
        check_versions(self.data, self.around.key)
        judged = range_state(asset_graph(), self.around)
        check_inputs(self.plan.assets, asset_graph(), judged, self.plan.key)
        return judged

    def of(self, judged: Mapping[str, Judged]) -> Selection:
        """What is made of what was asked for."""
        return select(self.plan.assets, judged, asset_graph(), force=self.plan.force)

    def settled(self, on_quota_wait: OnQuotaWait, on_retry_wait: OnRetryWait | None = None) -> tuple[Selection, Usage]:
        """Check the services that are needed, ask those that may know better, and decide; with what that has spent."""
        first = self.of(self.judged())
        outside = [asset for asset in FROM_OUTSIDE if asset in self.plan.assets]
        spent = self._checked((*first.assets, *outside), on_quota_wait, on_retry_wait)
        # The checks have looked up the people and the schema, which assets read.
        judged = self.judged()
        chosen = self.of(judged)
        if not self.plan.force:
            spending = Spending()
            chosen = self.of(with_answers(judged, self._answers(judged, chosen, outside, spending, on_quota_wait)))
            spent = spent.plus(spending.so_far)
        if _is_written(chosen.assets) and not _is_written(first.assets) and self.access.llm is not None:
            spent = spent.plus(self._checked([asset for asset in chosen.assets if READS[asset].asks_a_model], on_quota_wait, on_retry_wait))
        return chosen, spent

    def _checked(self, assets: tuple[str, ...] | list[str], on_quota_wait: OnQuotaWait, on_retry_wait: OnRetryWait | None) -> Usage:
        plan = replace(self.plan, assets=tuple(assets))
        return check_before_run(
            plan,
            self.access,
            settings=self.settings,
            data=self.data,
            now=self.now,
            on_quota_wait=on_quota_wait,
            on_retry_wait=on_retry_wait,
        )

    def _answers(
        self, judged: Mapping[str, Judged], chosen: Selection, outside: list[str], spending: Spending, on_quota_wait: OnQuotaWait
    ) -> dict[str, str]:
        """Asset from outside -> why it is to be made again. Nobody is asked about what is made again anyway."""
        answers: dict[str, str] = {}
        if "raw_toggl_data" in outside and "raw_toggl_data" not in chosen.assets:
            with before_the_first_step("TOGGL_BASE_URL"):
                if reason := asyncio.run(self._ask_toggl(spending, on_quota_wait)):
                    answers["raw_toggl_data"] = reason
        chosen = self.of(with_answers(judged, answers))
        if "enriched_entities" in outside and "enriched_entities" not in chosen.assets:
            with before_the_first_step():
                if reason := asyncio.run(self._ask_fibery(spending)):
                    answers["enriched_entities"] = reason
        return answers

    async def _ask_toggl(self, spending: Spending, on_quota_wait: OnQuotaWait) -> str | None:
        settings = self.settings
        client = TogglClient(
            self.access.toggl,
            settings=settings.toggl,
            retries=settings.retries,
            pace=settings.pace,
            now=self.now,
            on_quota_wait=on_quota_wait,
        )
        with spending.counting(lambda: Usage(toggl_requests=client.requests_made)):
            async with client:
                source = HidingToggl(client, read_suppression(self.data.suppressed))
                return await why_toggl_differs(self.around.key, client=source, data=self.data, settings=settings, now=self.now)

    async def _ask_fibery(self, spending: Spending) -> str | None:
        settings = self.settings
        client = FiberyClient(self.access.fibery, settings=settings.fibery, retries=settings.retries, pace=settings.pace, now=self.now)
        with spending.counting(lambda: Usage(fibery_requests=client.requests_made)):
            async with client:
                source = HidingFibery(client, read_suppression(self.data.suppressed))
                return await why_fibery_differs(
                    self.around.key, client=source, data=self.data, settings=settings, access=self.access.fibery, now=self.now
                )


def asset_graph() -> dict[str, AssetNode]:
    """The assets of a range as Dagster knows them; the first call loads Dagster."""
    with warnings.catch_warnings():
        # What Dagster says of its own beta parameters is no news to who runs a command.
        warnings.simplefilter("ignore")
        from volt_assets.definitions import defs
        from volt_assets.work_reports.asset_graph import range_graph

        return range_graph(defs.resolve_asset_graph())


def _is_written(assets: tuple[str, ...]) -> bool:
    return any(READS[asset].asks_a_model for asset in assets)
