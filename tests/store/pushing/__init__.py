"""Tests of `store.pushing`."""
