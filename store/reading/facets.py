"""How the articles of all pages are spread over topics, providers, types and time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Text, func, literal_column, select

from store.database import tables as t
from store.reading.json_sql import constant

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy import ColumnElement, FromClause, Select

NEEDS = ("id", "provider_id", "type", "published_at")
"""The columns of the articles that are counted."""


@dataclass(frozen=True, slots=True)
class FacetMap:
    """A property that articles are counted by.

    Attributes:
        value: what a value is called: a field, or the edge to the entity that it is.
        entity: the entity, if it is one; the groups' ``value`` is its key.
        groups: from the articles to rows of ``value`` and ``count``, sorted, not limited.
    """

    value: str
    entity: str | None
    groups: Callable[[FromClause], Select[Any]]


def _counted(
    source: FromClause, value: ColumnElement[Any], *order: ColumnElement[Any]
) -> Select[Any]:
    counted = select(value.label("value"), func.count().label("count")).select_from(source)
    return counted.where(value.is_not(None)).group_by(value).order_by(*order)


_MOST: ColumnElement[Any] = literal_column("count").desc()


def _by_topic(articles: FromClause) -> Select[Any]:
    filed, topic = t.article_topic.alias("spread"), t.topic.alias("spread_topic")
    source = articles.join(filed, filed.c.article_id == articles.c.id).join(
        topic, topic.c.id == filed.c.topic_id
    )
    return _counted(source, topic.c.id, _MOST, topic.c.slug)


def _by_provider(articles: FromClause) -> Select[Any]:
    provider = t.provider.alias("spread_provider")
    source = articles.join(provider, provider.c.id == articles.c.provider_id)
    return _counted(source, provider.c.id, _MOST, provider.c.domain)


def _by_type(articles: FromClause) -> Select[Any]:
    return _counted(articles, articles.c.type, _MOST, articles.c.type)


def _by_time(digits: int, rest: str) -> Callable[[FromClause], Select[Any]]:
    """Count by the beginning of the time: the first digits of ``2021-03-12T21:41:00Z``."""

    def groups(articles: FromClause) -> Select[Any]:
        known = func.nullif(articles.c.published_at, "")
        start = func.substr(known, 1, literal_column(str(digits)), type_=Text()) + constant(rest)
        return _counted(articles, start, start.desc())

    return groups


FACETS: Mapping[str, FacetMap] = {
    "topics": FacetMap("topic", "Topic", _by_topic),
    "providers": FacetMap("provider", "Provider", _by_provider),
    "types": FacetMap("type", None, _by_type),
    "publishedAt:DAY": FacetMap("from", None, _by_time(10, "T00:00:00Z")),
    "publishedAt:MONTH": FacetMap("from", None, _by_time(7, "-01T00:00:00Z")),
    "publishedAt:YEAR": FacetMap("from", None, _by_time(4, "-01-01T00:00:00Z")),
}
