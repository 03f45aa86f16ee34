"""Tests of `store.documents.permalinks`."""
