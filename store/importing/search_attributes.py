"""Reads what filters and facets compare of articles, for the search index."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from sqlalchemy import select

from newsgraph.store.schema import tables as t
from newsgraph.store.search.index.attributes import ArticleAttributes

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Connection

_ARTICLE = t.article.c
_COLUMNS = (
    *(_ARTICLE.type, _ARTICLE.category, _ARTICLE.quality, _ARTICLE.heat),
    *(_ARTICLE.published, _ARTICLE.in_feeds),
)


def read_attributes(connection: Connection, keys: Collection[int]) -> dict[int, ArticleAttributes]:
    """Return the attributes of articles by key.

    Args:
        connection: the import's transaction.
        keys: keys of articles, few enough for one statement.
    """
    assignment, image = t.article_topic.c, t.article_image.c
    topics: dict[int, list[int]] = defaultdict(list)
    of_articles = select(assignment.article_id, assignment.topic_id)
    for article, topic in connection.execute(of_articles.where(assignment.article_id.in_(keys))):
        topics[article].append(topic)
    with_images = set(
        connection.scalars(select(image.article_id).where(image.article_id.in_(keys)).distinct())
    )
    query = select(_ARTICLE.id, _ARTICLE.provider_id, *_COLUMNS).where(_ARTICLE.id.in_(keys))
    return {
        key: ArticleAttributes(
            provider=provider,
            topics=tuple(sorted(topics[key])),
            type=type_,
            category=category,
            quality=quality,
            heat=heat,
            published=bool(published),
            has_images=key in with_images,
            in_feeds=bool(in_feeds),
        )
        for key, provider, type_, category, quality, heat, published, in_feeds in (
            connection.execute(query)
        )
    }
