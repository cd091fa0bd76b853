"""What the reports for team leads and operations are made from: everybody's time and items of one range, paired once.

Does not belong here: the reports themselves (alignment_report.py, unknown_types.py, configuration_health.py, data_quality.py …).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from volt_assets.settings import Settings
from volt_assets.work_reports.models import EnrichedEntities, Origin, TogglAggregated
from volt_assets.work_reports.report.data_models import Scene
from volt_assets.work_reports.report.figures import Hours, added
from volt_assets.work_reports.report.scene import scene_of
from volt_assets.work_reports.report.shares import total_before
from volt_assets.work_reports.report.work import Circumstances, PersonWork, circumstances, person_work, work_without_time
from volt_assets.work_reports.report.workspace_view import WorkspaceView


@dataclass(frozen=True)
class WholeRange:
    """The two documents of a range and the settings in force."""

    aggregated: TogglAggregated
    enriched: EnrichedEntities
    settings: Settings
    origin: Origin
    workspace: WorkspaceView = field(default_factory=WorkspaceView)

    @property
    def made_from(self) -> str:
        """The data versions that every report of the set is stamped with."""
        return f"{self.aggregated.data_version}.{self.enriched.data_version}"

    @cached_property
    def scene(self) -> Scene:
        """What the reports say about their data."""
        return scene_of(self.aggregated, self.around.called, enriched=self.enriched)

    @cached_property
    def scene_without_states(self) -> Scene:
        """The same for reports that say nothing of states: when those were fetched is no limit of theirs."""
        return self.scene.model_copy(update={"notices": scene_of(self.aggregated, self.around.called).notices})

    @cached_property
    def around(self) -> Circumstances:
        """What every rule needs to know besides the person."""
        data = self.aggregated
        return circumstances(
            data.people, self.enriched, self.settings.reports, self.settings.people, data.people_without_time, data.timezone
        )

    @cached_property
    def works(self) -> tuple[PersonWork, ...]:
        """The people with entries, by name."""
        return tuple(person_work(person, self.around) for person in self.aggregated.people)

    @cached_property
    def works_without_time(self) -> tuple[PersonWork, ...]:
        """The people without entries, by name: what is assigned to them."""
        return tuple(work_without_time(person, self.around) for person in self.aggregated.people_without_time)

    @cached_property
    def on_items(self) -> Hours:
        """Everybody's time on items, as every report shows it."""
        return added([work.on_items for work in self.works])

    @cached_property
    def other(self) -> Hours:
        """Everybody's other time."""
        return added([work.other for work in self.works])

    @property
    def before(self) -> Hours | None:
        """What the period before is shown with; None when it is not known."""
        return total_before(self.aggregated.previous_statistics, self.around.hours)

    @property
    def total(self) -> Hours:
        """Everybody's time."""
        return added([self.on_items, self.other])
