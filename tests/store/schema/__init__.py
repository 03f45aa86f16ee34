"""Tests of `store.schema`."""
