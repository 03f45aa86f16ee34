"""Updates which articles are in feeds, and the order by date of those whose file was moved.

An article without a date is in feeds only while no article of its root has a date. So the first
date in a root, and the removal of the last one, concern all of its articles.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select, update

from newsgraph.store.documents.archive_kinds import KINDS
from newsgraph.store.documents.collection_settings import Collection
from newsgraph.store.documents.date_order import FIRST_DATED, date_order, dateless_order
from newsgraph.store.importing.derived_rows import batches
from newsgraph.store.schema import tables as t
from newsgraph.store.schema.author_tables import article_author

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Column, Connection, Row

    from newsgraph.store.documents.archive_kinds import ArchiveKind

_ARTICLES = select(
    t.article.c.id,
    t.article.c.published_at,
    t.article.c.title,
    t.article.c.date_order,
    t.article.c.in_feeds,
    t.document.c.path,
    t.document.c.root_id,
).join(t.document, t.document.c.id == t.article.c.id)


def update_date_orders(connection: Connection, reparsed: Iterable[int]) -> set[int]:
    """Update the order by date, and whether articles are in feeds, where these differ.

    Args:
        connection: the import's transaction, after the articles are written.
        reparsed: keys of articles that were read again, and not written.

    Returns:
        The keys of the articles that changed.
    """
    articles = list(connection.execute(_ARTICLES.where(t.article.c.date_order < FIRST_DATED)))
    for batch in batches(reparsed):
        articles += connection.execute(_ARTICLES.where(t.article.c.id.in_(batch)))
    if not articles:
        return set()
    kinds = _read_kinds(connection)
    is_dated = {root: _has_dates(connection, root) for root in {row.root_id for row in articles}}
    moved, shown = {}, {}
    for article in articles:
        order = _order(article, kinds[article.root_id])
        if order != article.date_order:
            moved[article.id] = {"article": article.id, "date_order": order}
        in_feeds = bool(article.published_at) or not is_dated[article.root_id]
        if in_feeds != article.in_feeds:
            shown[article.id] = {"article": article.id, "in_feeds": in_feeds}
    for column in (t.article.c.id, t.article_topic.c.article_id, article_author.c.article_id):
        _update(connection, column, moved)
    _update(connection, t.article.c.id, shown)
    return {*moved, *shown}


def _update(connection: Connection, key: Column[int], rows: dict[int, dict[str, Any]]) -> None:
    """Update the rows whose key is ``article``, with the other entries as their values."""
    if rows:
        connection.execute(update(key.table).where(key == bindparam("article")), [*rows.values()])


def read_articles_in_feeds(connection: Connection, articles: Iterable[int]) -> set[int]:
    """Return the keys of those articles that are in feeds."""
    in_feeds: set[int] = set()
    for batch in batches(articles):
        query = select(t.article.c.id).where(t.article.c.id.in_(batch), t.article.c.in_feeds)
        in_feeds.update(connection.scalars(query))
    return in_feeds


def _order(article: Row[Any, Any, Any, Any, Any, Any, Any], kind: ArchiveKind) -> str:
    if article.published_at:
        return date_order(article.published_at, kind, article.title, article.path)
    return dateless_order(article.path)


def _read_kinds(connection: Connection) -> dict[int, ArchiveKind]:
    roots = connection.execute(select(t.root.c.id, t.root.c.collection))
    return {key: KINDS[Collection.from_json(json.loads(text)).kind] for key, text in roots}


def _has_dates(connection: Connection, root: int) -> bool:
    dated = _ARTICLES.where(t.document.c.root_id == root, t.article.c.published_at != "")
    return connection.execute(dated.limit(1)).first() is not None
