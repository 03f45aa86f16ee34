"""What a store holds, as values that compare."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

# What a fresh import of the same folder may have otherwise.
_OF_THE_WAY = {
    "state": {"store_id", "revision", "imported_at"},
    "document": {"revision", "imported_at"},
    "article": {"updated_at"},
    "topic_end": {"since"},
}

# How the full-text index keeps what it holds depends on its history.
_INSIDE_OF_THE_INDEX = "article_text_"

Dump = dict[str, list[dict[str, Any]]]


def dump(path: Path) -> Dump:
    """Return every row of every table, sorted."""
    found: Dump = {}
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        for (table,) in tables.fetchall():
            if table.startswith(_INSIDE_OF_THE_INDEX):
                continue
            rows = connection.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - its own names
            found[table] = sorted((dict(row) for row in rows), key=repr)
    return found


def content(path: Path) -> Dump:
    """Return what follows from the folders alone: neither revisions nor import times."""
    found = dump(path)
    del found["change"], found["departure"], found["feed"]
    for table, columns in _OF_THE_WAY.items():
        for row in found[table]:
            for column in columns:
                del row[column]
    return found


def rows(path: Path, sql: str) -> list[tuple[Any, ...]]:
    """Return what a statement finds."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        return connection.execute(sql).fetchall()
