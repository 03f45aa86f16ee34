"""Strawberry as its users write it: data loaders on aiosqlite, parser and validation caches."""
