"""Tests of newsgraph.store.reading."""
