"""The full-text index of the peers that read newsgraph's store: SQLite's FTS5."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from newsgraph.store.documents.html import html_to_text

if TYPE_CHECKING:
    from pathlib import Path

_CREATE = """
CREATE VIRTUAL TABLE article_text USING fts5(
    title, excerpt, body, provider, topics,
    tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3'
)"""
_FILL = """
INSERT INTO article_text (rowid, title, excerpt, body, provider, topics)
SELECT article.id, title, coalesce(excerpt, ''), html_to_text(body_html),
    concat_names(provider.name, provider_name, provider_domain),
    concat_names(
        (SELECT group_concat(topic.name, ' · ') FROM article_topic
            JOIN topic ON topic.id = topic_id WHERE article_id = article.id),
        (SELECT group_concat(name, ' · ') FROM article_tag WHERE article_id = article.id))
FROM article LEFT JOIN provider ON provider.id = provider_id"""


def create_search_table(store: Path) -> None:
    """Add the index to a store, if it is not there yet. newsgraph does not read it."""
    with closing(sqlite3.connect(store)) as database, database:
        if database.execute("SELECT 1 FROM sqlite_master WHERE name = 'article_text'").fetchone():
            return
        database.create_function("html_to_text", 1, html_to_text)
        database.create_function("concat_names", -1, _concat_names)
        database.execute(_CREATE)
        database.execute(_FILL)
        # FTS5 searches each of the parts that many changes leave.
        database.execute("INSERT INTO article_text (article_text) VALUES ('optimize')")


def _concat_names(*names: str | None) -> str:
    return " · ".join(dict.fromkeys(name for name in names if name))
