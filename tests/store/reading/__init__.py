"""Tests of store.reading."""
