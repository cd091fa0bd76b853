"""Tests of volt_assets.work_reports.report.html."""
