"""A set of queries in many languages, and which documents a search has to find for them.

``documents`` and ``queries`` are the set. ``python -m tests.store.search_quality`` prints the
scores of newsgraph and of PostgreSQL; docs/search-quality.md explains them.
"""
