"""Tests of `store.websub`."""
