"""Lists the articles in feeds with their ids, for those who compare them with another feed."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from newsgraph.store.schema import tables as t
from newsgraph.store.schema.alias_tables import article_alias

if TYPE_CHECKING:
    from sqlalchemy import Connection, Table


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """An article in feeds.

    Attributes:
        root: the name of its root.
        path: its file, relative to the root.
        title: its title.
        guid: the id of its entries.
        atom_id: the id of its entries in Atom.
        urls: the canonical URLs that lead to it.
        aliases: the paths that redirect to it.
    """

    root: str
    path: str
    title: str
    guid: str
    atom_id: str
    urls: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()


def read_feed_entries(connection: Connection) -> list[FeedEntry]:
    """Return the articles in feeds, newest first."""
    urls = _read_texts(connection, t.article_url, "url")
    aliases = _read_texts(connection, article_alias, "path")
    columns = (t.root.c.name, t.document.c.path, t.article.c.title)
    articles = (
        select(t.article.c.id, *columns, t.article.c.guid, t.article.c.atom_id)
        .join(t.document, t.document.c.id == t.article.c.id)
        .join(t.root, t.root.c.id == t.document.c.root_id)
        .where(t.article.c.in_feeds)
        .order_by(t.article.c.date_order.desc(), t.article.c.id)
    )
    return [
        FeedEntry(
            *(root, path, title, guid, atom_id or guid, tuple(urls[key]), tuple(aliases[key]))
        )
        for key, root, path, title, guid, atom_id in connection.execute(articles)
    ]


def _read_texts(connection: Connection, table: Table, column: str) -> dict[int, list[str]]:
    texts: dict[int, list[str]] = defaultdict(list)
    query = select(table.c.article_id, table.c[column]).order_by(table.c[column])
    for key, text in connection.execute(query):
        texts[key].append(text)
    return texts
