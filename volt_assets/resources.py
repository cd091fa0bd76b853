"""Configuration becomes plain clients. Belongs here: the one Dagster resource every domain uses. No logic.

The launchpad shows its fields; `volt-agent run --set` fills `overrides`.
"""

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import dagster as dg
from pydantic import Field, field_validator

from volt_assets.clients.fibery import FiberyClient
from volt_assets.clients.llm import LlmClient
from volt_assets.clients.quota import OnQuotaWait
from volt_assets.clients.toggl import TogglClient
from volt_assets.environment import FiberyAccess, LlmAccess, TogglAccess, data_dir, fibery_access, llm_access, toggl_access
from volt_assets.settings import Settings, load_settings

_OPEN_VARIABLES = (
    "VOLT_DATA_DIR",
    "VOLT_CONFIG",
    "VOLT_LLM_MODEL",
    "TOGGL_WORKSPACE_ID",
    "TOGGL_BASE_URL",
    "FIBERY_WORKSPACE_NAME",
    "FIBERY_BASE_URL",
    "OPENAI_BASE_URL",
)


class VoltResource(dg.ConfigurableResource["VoltResource"]):
    """The settings of one run and the clients they describe. Secrets are read from the environment when a client is made."""

    overrides: dict[str, Any] = Field(
        default_factory=dict, description="Keys of volt.yaml for this run only, e.g. {'toggl.page_size': 500}"
    )
    variables: dict[str, str] = Field(
        default_factory=dict, description="Variables that win over the environment's, e.g. {'TOGGL_WORKSPACE_ID': '123456'}; never a secret"
    )
    use_model: bool = Field(default=True, description="Let a language model write the prose when OPENAI_API_KEY is set")

    @field_validator("variables")
    @classmethod
    def _no_secrets(cls, variables: dict[str, str]) -> dict[str, str]:
        """Refuse what would show up in Dagster's UI and in every run's configuration."""
        for name in variables:
            if name not in _OPEN_VARIABLES:
                raise ValueError(
                    f"variable {name[:60]} cannot be set here: only {', '.join(_OPEN_VARIABLES)}; secrets stay in the environment"
                )
        return variables

    @property
    def environ(self) -> Mapping[str, str]:
        """The process environment with this resource's variables."""
        return {**os.environ, **self.variables} if self.variables else os.environ

    def now(self) -> datetime:
        """The time, in UTC."""
        return datetime.now(UTC)

    def settings(self) -> Settings:
        """The configuration files with this run's overrides."""
        return load_settings(self.environ, self.overrides)

    def data_location(self) -> str:
        """VOLT_DATA_DIR, or ./data."""
        return data_dir(self.environ)

    def toggl_access(self) -> TogglAccess:
        """TOGGL_* of the environment."""
        return toggl_access(self.environ)

    def fibery_access(self) -> FiberyAccess:
        """FIBERY_* of the environment."""
        return fibery_access(self.environ)

    def llm_access(self, settings: Settings) -> LlmAccess | None:
        """OPENAI_* of the environment; None when the run is to be written without a model, or in a language that cannot be checked."""
        return self.configured_llm(settings) if settings.reports.is_proven_language else None

    def configured_llm(self, settings: Settings) -> LlmAccess | None:
        """The same, whatever the language is."""
        return llm_access(self.environ, settings.llm.model) if self.use_model else None

    def toggl(self, settings: Settings, *, on_quota_wait: OnQuotaWait = lambda _: None) -> TogglClient:
        """A client for Toggl, to be entered with `async with`; `on_quota_wait` is told until when it waits for the quota."""
        return TogglClient(
            self.toggl_access(),
            settings=settings.toggl,
            retries=settings.retries,
            pace=settings.pace,
            now=self.now,
            on_quota_wait=on_quota_wait,
        )

    def fibery(self, settings: Settings) -> FiberyClient:
        """A client for Fibery, to be entered with `async with`."""
        return FiberyClient(self.fibery_access(), settings=settings.fibery, retries=settings.retries, pace=settings.pace, now=self.now)

    def llm(self, access: LlmAccess, settings: Settings) -> LlmClient:
        """A client for the model server, to be entered with `async with`."""
        return LlmClient(access, settings=settings.llm, retries=settings.retries, pace=settings.pace, now=self.now)
