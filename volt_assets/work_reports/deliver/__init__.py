"""Finished reports go to people: what is due, its short form, the channels, the book of what was sent.

Comes after `report` and makes no report itself: it reads the files of a range and never changes them. Pure: Dagster's part is
work_reports/delivery_automation.py.
"""
