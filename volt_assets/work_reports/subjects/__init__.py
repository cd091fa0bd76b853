"""One person's data: give all of it out, remove all of it, and keep it away afterwards. No Dagster in here."""
