"""Second stage: what Fibery knows of the items that time was spent on. Ends at `enriched_entities`."""
