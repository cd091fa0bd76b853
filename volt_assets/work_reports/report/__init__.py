"""Third stage: figures and prose become Markdown. Ends at `team_summary`."""
