"""Volt: Toggl Track time entries and Fibery work items become truthful reports, orchestrated by Dagster."""

__version__ = "0.1.0"
