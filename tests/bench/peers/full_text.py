"""The full-text table of the peers and the limit, which search with SQLite's FTS5.

newsgraph has an index of its own, and neither reads nor updates this table.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from newsgraph.store.documents.html import html_to_text

if TYPE_CHECKING:
    from pathlib import Path

_STATEMENTS = (
    "BEGIN",
    "DROP TABLE IF EXISTS article_text",
    """
    CREATE VIRTUAL TABLE article_text USING fts5(
      title, excerpt, body, provider, topics,
      tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3')
    """,
    """
    INSERT INTO article_text (rowid, title, excerpt, body, provider, topics)
    SELECT a.id, a.title, coalesce(a.excerpt, ''), html_to_text(a.body_html),
      join_unique(json_array(p.name, a.provider_name, a.provider_domain)),
      join_unique((
        SELECT json_group_array(name) FROM (
          SELECT t.name, 1 AS kind, f.position
          FROM article_topic f JOIN topic t ON t.id = f.topic_id WHERE f.article_id = a.id
          UNION ALL SELECT name, 2, position FROM article_tag WHERE article_id = a.id
          ORDER BY 2, 3)))
    FROM article a LEFT JOIN provider p ON p.id = a.provider_id
    """,
    # As newsgraph does with its own index after a large import.
    "INSERT INTO article_text (article_text) VALUES ('optimize')",
    "COMMIT",
)


def create_full_text(store: Path) -> None:
    """Create the table of the articles' texts in a store.

    It has a row for each article, with the article's key. Later imports do not update it.

    Args:
        store: the database file, which no other process writes to.
    """
    with closing(sqlite3.connect(store, isolation_level=None)) as database:
        database.create_function("html_to_text", 1, html_to_text)
        database.create_function("join_unique", 1, _join_unique)
        for statement in _STATEMENTS:
            database.execute(statement)


def _join_unique(names: str) -> str:
    return " · ".join(dict.fromkeys(name for name in json.loads(names) if name))
