"""Tests of `store.search.index`."""
