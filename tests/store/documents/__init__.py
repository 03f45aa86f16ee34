"""Tests of `store.documents`."""
