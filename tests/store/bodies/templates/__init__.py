"""Tests of `store.bodies.templates`."""
