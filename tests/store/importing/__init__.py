"""Tests of newsgraph.store.importing."""
