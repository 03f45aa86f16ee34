"""Plans an operation: turns each of its root fields into a `Selection` of the store."""
