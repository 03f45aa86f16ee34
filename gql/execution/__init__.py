"""Executes planned operations and subscriptions against the store."""
