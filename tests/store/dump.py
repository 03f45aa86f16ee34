"""Dumps the contents of a store as values that can be compared."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

# Columns that may differ between two imports of the same folder.
_HISTORY_COLUMNS = {
    "state": {"store_id", "revision", "imported_at"},
    "document": {"revision", "imported_at"},
    "article": {"updated_at"},
    "topic_retirement": {"since"},
}

# The internal tables of the full-text index depend on the history of the imports.
_FTS_SHADOW_TABLE_PREFIX = "article_text_"

Dump = dict[str, list[dict[str, Any]]]


def dump_tables(path: Path) -> Dump:
    """Return every row of every table, sorted."""
    tables: Dump = {}
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        for (name,) in names.fetchall():
            if name.startswith(_FTS_SHADOW_TABLE_PREFIX):
                continue
            rows = connection.execute(f'SELECT * FROM "{name}"')  # noqa: S608 - its own names
            tables[name] = sorted((dict(row) for row in rows), key=repr)
    return tables


def dump_imported_content(path: Path) -> Dump:
    """Return what depends on the folders alone, without revisions and import times."""
    tables = dump_tables(path)
    del tables["change"], tables["departure"], tables["feed"]
    for name, columns in _HISTORY_COLUMNS.items():
        for row in tables[name]:
            for column in columns:
                del row[column]
    return tables


def fetch_rows(path: Path, sql: str) -> list[tuple[Any, ...]]:
    """Return the rows of a statement."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        return connection.execute(sql).fetchall()
