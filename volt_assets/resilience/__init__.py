"""Shared parts that keep work bounded and repeatable. No Dagster, no domain."""
