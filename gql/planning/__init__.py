"""Plans an operation: from its fields to the `Selection` of each root field."""
