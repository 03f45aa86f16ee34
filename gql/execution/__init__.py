"""Runs operations against the store; prepared operations and raw JSON results."""
