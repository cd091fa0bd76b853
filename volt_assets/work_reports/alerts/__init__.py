"""Telling operators, once, that a run failed, hangs, waits for quota, or was missed. No Dagster in here: alerts_sensor.py has it."""
