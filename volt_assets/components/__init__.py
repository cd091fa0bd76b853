"""What other Dagster projects take from Volt: components for `dg`, one YAML file each."""

from volt_assets.components.volt_reports import VoltReports

__all__ = ["VoltReports"]
