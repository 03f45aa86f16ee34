"""A typical Strawberry server: data loaders on aiosqlite, parser and validation caches."""
