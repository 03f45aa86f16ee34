"""Updates the full-text index in the import's transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, func, insert, select

from newsgraph.store.documents.html import html_to_text
from newsgraph.store.importing.derived_rows import batches
from newsgraph.store.schema import tables as t
from newsgraph.store.schema.search_tables import OptimizeSearchIndex, article_text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from sqlalchemy import Connection

    from newsgraph.store.importing.rows import Row

_OPTIMIZE_FRACTION: Final = 10
"""The index is optimized after an import of more than one in this many articles. That takes 1% of
the import's time, and makes searches three times as fast."""


def articles_of_owners(connection: Connection, owners: Iterable[int]) -> set[int]:
    """Return the keys of the articles of topics and providers."""
    articles: set[int] = set()
    for batch in batches(owners):
        of_topics = select(t.article_topic.c.article_id).where(
            t.article_topic.c.topic_id.in_(batch)
        )
        of_providers = select(t.article.c.id).where(t.article.c.provider_id.in_(batch))
        articles.update(connection.scalars(of_topics))
        articles.update(connection.scalars(of_providers))
    return articles


def update_index(
    connection: Connection, articles: Collection[int], removed: Collection[int]
) -> None:
    """Index articles, and delete removed ones from the index.

    Args:
        connection: the import's transaction.
        articles: keys of new and changed articles.
        removed: keys of removed articles.
    """
    for batch in batches(removed):
        connection.execute(delete(article_text).where(article_text.c.rowid.in_(batch)))
    for batch in batches(articles):
        connection.execute(delete(article_text).where(article_text.c.rowid.in_(batch)))
        rows = _rows(connection, batch)
        if rows:
            connection.execute(insert(article_text), rows)
    article_count = connection.scalar(select(func.count()).select_from(t.article)) or 0
    if (len(articles) + len(removed)) * _OPTIMIZE_FRACTION > article_count:
        connection.execute(OptimizeSearchIndex())


def _rows(connection: Connection, articles: list[int]) -> list[Row]:
    topics: dict[int, list[str]] = {article: [] for article in articles}
    topic_names = (
        select(t.article_topic.c.article_id, t.topic.c.name)
        .join(t.topic, t.topic.c.id == t.article_topic.c.topic_id)
        .where(t.article_topic.c.article_id.in_(articles))
        .order_by(t.article_topic.c.position)
    )
    tag_names = (
        select(t.article_tag.c.article_id, t.article_tag.c.name)
        .where(t.article_tag.c.article_id.in_(articles))
        .order_by(t.article_tag.c.position)
    )
    for query in (topic_names, tag_names):
        for article, name in connection.execute(query):
            topics[article].append(name)
    names = ("id", "title", "excerpt", "body_html", "provider_name", "provider_domain")
    query = (
        select(*(t.article.c[name] for name in names), t.provider.c.name.label("resolved_provider"))
        .outerjoin(t.provider, t.provider.c.id == t.article.c.provider_id)
        .where(t.article.c.id.in_(articles))
    )
    return [
        {
            "rowid": row.id,
            "title": row.title,
            "excerpt": row.excerpt or "",
            "body": html_to_text(row.body_html),
            "provider": _join_unique(row.resolved_provider, row.provider_name, row.provider_domain),
            "topics": _join_unique(*topics[row.id]),
        }
        for row in connection.execute(query)
    ]


def _join_unique(*names: str | None) -> str:
    return " · ".join(dict.fromkeys(name for name in names if name))
