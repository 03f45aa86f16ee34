"""Feeds whose URL has old names of topics."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsgraph.server.redirects import resolve_topic_alias

if TYPE_CHECKING:
    from newsgraph.server.article_query import ArticleQuery
    from newsgraph.store.store import Store


async def resolve_renamed_topics(store: Store, query: ArticleQuery) -> ArticleQuery:
    """Return a query with the current slugs of its topics.

    Args:
        store: the store that has the topics.
        query: selects the articles of a feed.

    Raises:
        StoreError: the store could not be read.
    """
    current_slugs = {
        slug: await resolve_topic_alias(store, slug) or slug for slug in query.referenced_topics
    }
    return query.with_current_slugs(current_slugs)
