"""The command `volt-agent`."""
