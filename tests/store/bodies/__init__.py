"""Tests of `store.bodies`."""
