"""Tests of store.documents."""
