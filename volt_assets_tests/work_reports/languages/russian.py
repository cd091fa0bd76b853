"""Russian as a step of a run would speak it."""

from __future__ import annotations

from volt_assets.settings import ReportSettings
from volt_assets.work_reports.languages.catalog import language_of

RUSSIAN = language_of(ReportSettings(language="ru"), {})
