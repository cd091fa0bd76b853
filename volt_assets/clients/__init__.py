"""The outside world: one module per service, each an asynchronous client. No Dagster, no domain."""
