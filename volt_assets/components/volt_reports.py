"""`volt_assets.VoltReports`: Volt's assets, checks, schedules and sensors inside somebody else's Dagster project.

```yaml
type: volt_assets.components.VoltReports
attributes:
  data_dir: /srv/volt
  toggl: {workspace_id: 123456}
  fibery: {workspace_name: acme}
  timezone: Europe/Belgrade
  teams: {platform: [ann@example.com, ben@example.com]}
  schedules: {weekly_cron: "0 6 * * mon"}
```
Belongs here: turning the attributes into settings and definitions. Does not: what the keys mean (settings.py). Tokens stay in the
environment: TOGGL_API_TOKEN, FIBERY_API_TOKEN, OPENAI_API_KEY.
"""

from pathlib import Path
from typing import Any

import dagster as dg
from pydantic import Field

from volt_assets.definitions import build_defs
from volt_assets.errors import VoltError
from volt_assets.resources import VoltResource


class TogglWorkspace(dg.Model, dg.Resolvable):
    """Which workspace of Toggl; its token is TOGGL_API_TOKEN of the environment."""

    workspace_id: int
    base_url: str | None = None


class FiberyWorkspace(dg.Model, dg.Resolvable):
    """Which workspace of Fibery; its token is FIBERY_API_TOKEN of the environment."""

    workspace_name: str
    base_url: str | None = None


class VoltReports(dg.Component, dg.Model, dg.Resolvable):
    """Reports of a team's time: Toggl Track entries and Fibery work items in, per-person and team reports out."""

    toggl: TogglWorkspace | None = None
    fibery: FiberyWorkspace | None = None
    data_dir: str | None = Field(default=None, description="Folder or fsspec URL of days and reports; VOLT_DATA_DIR when left out")
    config_dir: str | None = Field(
        default=None, description="Folder of volt.yaml, enrichment_config.yaml, prompts and templates, relative to this file"
    )
    timezone: str | None = Field(default=None, description="Zone of the periods and of the schedules")
    teams: dict[str, list[str]] = Field(default_factory=dict, description="Members of each team by their Toggl e-mail")
    schedules: dict[str, Any] = Field(default_factory=dict, description="The keys of `schedules` in volt.yaml")
    settings: dict[str, Any] = Field(default_factory=dict, description="Any other key of volt.yaml, dotted: {'toggl.page_size': 500}")
    use_model: bool = Field(default=True, description="Let a language model write the prose when OPENAI_API_KEY is set")

    def build_defs(self, context: dg.ComponentLoadContext) -> dg.Definitions:
        """Everything Volt defines, with these settings. Raises DagsterInvalidDefinitionError naming the wrong key and the fix."""
        volt = VoltResource(overrides=self.overrides(), variables=self._variables(context.path), use_model=self.use_model)
        try:
            return build_defs(volt=volt)
        except VoltError as error:
            hint = f" ({error.hint})" if error.hint else ""
            said = str(error).removeprefix("--set: ")
            raise dg.DagsterInvalidDefinitionError(f"{context.path}: {said}{hint}") from error

    def overrides(self) -> dict[str, Any]:
        """Keys of volt.yaml with what the attributes say."""
        given: dict[str, Any] = {
            "timezone": self.timezone,
            "teams": self.teams,
        }
        schedules = {f"schedules.{key}": value for key, value in self.schedules.items()}
        return {**{key: value for key, value in given.items() if value}, **schedules, **self.settings}

    def _variables(self, folder: Path) -> dict[str, str]:
        """The environment's variables that are no secrets, as far as the attributes give them."""
        given = {
            "VOLT_DATA_DIR": self.data_dir,
            "VOLT_CONFIG": str((folder / self.config_dir).resolve()) if self.config_dir else None,
            "TOGGL_WORKSPACE_ID": str(self.toggl.workspace_id) if self.toggl else None,
            "TOGGL_BASE_URL": self.toggl.base_url if self.toggl else None,
            "FIBERY_WORKSPACE_NAME": self.fibery.workspace_name if self.fibery else None,
            "FIBERY_BASE_URL": self.fibery.base_url if self.fibery else None,
        }
        return {name: value for name, value in given.items() if value is not None}
