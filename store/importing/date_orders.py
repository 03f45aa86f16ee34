"""Updates the order by date of articles without a date, and of those whose file was moved.

An article without a date is in feeds only while no article of its root has a date. So the first
date in a root, and the removal of the last one, concern all of its articles.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select, update

from newsgraph.store.documents.archive_kinds import KINDS
from newsgraph.store.documents.collection_settings import Collection
from newsgraph.store.documents.date_order import (
    FIRST_DATED,
    FIRST_IN_FEEDS,
    date_order,
    dateless_order,
)
from newsgraph.store.importing.derived_rows import batches
from newsgraph.store.schema import tables as t

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection, Row

    from newsgraph.store.documents.archive_kinds import ArchiveKind

_ARTICLES = select(
    t.article.c.id,
    t.article.c.published_at,
    t.article.c.title,
    t.article.c.date_order,
    t.document.c.path,
    t.document.c.root_id,
).join(t.document, t.document.c.id == t.article.c.id)


def update_date_orders(connection: Connection, reparsed: Iterable[int]) -> set[int]:
    """Update the order by date where it differs.

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
    updates = {}
    for article in articles:
        order = _order(article, kinds[article.root_id], is_in_feeds=not is_dated[article.root_id])
        if order != article.date_order:
            updates[article.id] = {"article": article.id, "order": order}
    if updates:
        for column in (t.article.c.id, t.article_topic.c.article_id):
            statement = update(column.table).where(column == bindparam("article"))
            statement = statement.values(date_order=bindparam("order"))
            connection.execute(statement, list(updates.values()))
    return set(updates)


def read_articles_in_feeds(connection: Connection, articles: Iterable[int]) -> set[int]:
    """Return the keys of those articles that are in feeds."""
    in_feeds: set[int] = set()
    for batch in batches(articles):
        is_in_feeds = t.article.c.date_order >= FIRST_IN_FEEDS
        query = select(t.article.c.id).where(t.article.c.id.in_(batch), is_in_feeds)
        in_feeds.update(connection.scalars(query))
    return in_feeds


def _order(
    article: Row[Any, Any, Any, Any, Any, Any], kind: ArchiveKind, *, is_in_feeds: bool
) -> str:
    if article.published_at:
        return date_order(article.published_at, kind, article.title, article.path)
    return dateless_order(article.path, is_in_feeds=is_in_feeds)


def _read_kinds(connection: Connection) -> dict[int, ArchiveKind]:
    roots = connection.execute(select(t.root.c.id, t.root.c.collection))
    return {key: KINDS[Collection.from_json(json.loads(text)).kind] for key, text in roots}


def _has_dates(connection: Connection, root: int) -> bool:
    dated = _ARTICLES.where(t.document.c.root_id == root, t.article.c.published_at != "")
    return connection.execute(dated.limit(1)).first() is not None
