"""Tests of newsgraph.store.documents."""
