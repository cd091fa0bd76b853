"""First stage: days from Toggl, the entries of a range, their sums. Ends at `toggl_aggregated`."""
