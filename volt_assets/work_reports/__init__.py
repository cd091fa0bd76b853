"""Toggl time entries and Fibery work items become reports.

collect/  toggl_days -> raw_toggl_data -> toggl_aggregated
enrich/   toggl_aggregated -> entities_to_enrich -> enriched_entities
report/   toggl_aggregated -> toggl_summary
          enriched_entities -> individual_reports -> enriched_data -> team_summary
          enriched_entities -> work_alignment, unknown_entities, config_validation, data_quality, billing, tables
          all of them -> combined_report, report (HTML)
deliver/  what report/ made -> people, by Slack, e-mail, webhook, folder; makes no file of its own but the book of what was sent

Every name of the first three is at once an asset, a data file and the group `work_reports`.
"""
