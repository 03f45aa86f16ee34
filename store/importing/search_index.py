"""Updates the full-text index in the import's transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from newsgraph.store.documents.html import html_to_text
from newsgraph.store.importing.derived_rows import batches
from newsgraph.store.importing.search_attributes import read_attributes
from newsgraph.store.importing.search_segments import add_articles, remove_articles
from newsgraph.store.schema import tables as t
from newsgraph.store.schema.author_tables import article_author
from newsgraph.store.search.index.article import IndexedArticle

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from sqlalchemy import Connection, Select

    from newsgraph.store.search.index.article import IndexField

_NAME_QUERIES = {
    "topic": (
        select(t.article_topic.c.article_id, t.topic.c.name)
        .join(t.topic, t.topic.c.id == t.article_topic.c.topic_id)
        .order_by(t.article_topic.c.position),
        select(t.article_tag.c.article_id, t.article_tag.c.name).order_by(t.article_tag.c.position),
    ),
    "author": (
        select(article_author.c.article_id, article_author.c.name).order_by(
            article_author.c.position
        ),
    ),
}
"""By field, statements that read the key of an article and a name."""


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
    """Index articles, and remove others from the index.

    Args:
        connection: the import's transaction.
        articles: keys of new and changed articles.
        removed: keys of removed articles.
    """
    remove_articles(connection, {*articles, *removed})
    add_articles(connection, _iter_articles(connection, articles))


def read_articles(connection: Connection, keys: Iterable[int]) -> list[IndexedArticle]:
    """Return articles as the index contains them; those that do not exist are left out."""
    return list(_iter_articles(connection, keys))


def _iter_articles(connection: Connection, keys: Iterable[int]) -> Iterator[IndexedArticle]:
    for batch in batches(keys):
        names = {
            field: _read_names(connection, queries, batch)
            for field, queries in _NAME_QUERIES.items()
        }
        attributes = read_attributes(connection, batch)
        article = t.article.c
        columns = article.id, article.date_order, article.language, article.title, article.excerpt
        publishers = t.provider.c.name, article.provider_name, article.provider_domain
        query = (
            select(*columns, article.body_html, *publishers)
            .outerjoin(t.provider, t.provider.c.id == article.provider_id)
            .where(article.id.in_(batch))
        )
        for key, order, language, title, excerpt, body, *publisher in connection.execute(query):
            texts: dict[IndexField, tuple[str, ...]] = {
                "title": (title,),
                "text": (excerpt or "", html_to_text(body)),
                "topic": tuple(names["topic"].get(key, ())),
                "author": tuple(names["author"].get(key, ())),
                "publisher": tuple(dict.fromkeys(name for name in publisher if name)),
            }
            yield IndexedArticle(key, order, language, texts, attributes[key])


def _read_names(
    connection: Connection, queries: Iterable[Select[Any]], keys: list[int]
) -> dict[int, dict[str, None]]:
    """Return the names of articles, each once."""
    names: dict[int, dict[str, None]] = {}
    for query in queries:
        key_column = query.selected_columns[0]
        for key, name in connection.execute(query.where(key_column.in_(keys))):
            names.setdefault(key, {})[name] = None
    return names
