"""Tests of `store.query`."""
