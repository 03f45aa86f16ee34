"""Tests of newsgraph.store.database."""
