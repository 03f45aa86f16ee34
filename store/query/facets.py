"""How the articles of all pages are spread over topics, providers, types and time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Text, func, literal_column, select

from newsgraph.store.query.json_sql import constant
from newsgraph.store.schema import tables as t

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy import ColumnElement, FromClause, Select
    from sqlalchemy.sql.selectable import NamedFromClause


@dataclass(frozen=True, slots=True)
class FacetMap:
    """A property that articles are counted by.

    Attributes:
        value: what a value is called: a field, or the edge to the entity that it is.
        entity: the entity, if it is one; the groups' ``value`` is its key.
        needs: the column of the articles that is counted by.
        groups: from the articles to rows of ``value`` and ``count``, sorted, not limited.
    """

    value: str
    entity: str | None
    needs: str
    groups: Callable[[FromClause], Select[Any]]


def _counted(source: FromClause, value: ColumnElement[Any]) -> Select[Any]:
    counted = select(value.label("value"), func.count().label("count")).select_from(source)
    return counted.where(value.is_not(None)).group_by(value)


def _named(counts: Select[Any], entity: NamedFromClause, name: ColumnElement[Any]) -> Select[Any]:
    """Sort counts of keys by what the keys are of: those with the most first, then by name."""
    counted = counts.subquery(f"{entity.name}_counts")
    found = select(counted.c.value, counted.c.count).select_from(
        counted.join(entity, entity.c.id == counted.c.value)
    )
    return found.order_by(counted.c.count.desc(), name)


def _by_topic(articles: FromClause) -> Select[Any]:
    filed, topic = t.article_topic.alias("spread"), t.topic.alias("spread_topic")
    source = articles.join(filed, filed.c.article_id == articles.c.id)
    return _named(_counted(source, filed.c.topic_id), topic, topic.c.slug)


def _by_provider(articles: FromClause) -> Select[Any]:
    provider = t.provider.alias("spread_provider")
    return _named(_counted(articles, articles.c.provider_id), provider, provider.c.domain)


def _by_type(articles: FromClause) -> Select[Any]:
    counted = _counted(articles, articles.c.type)
    return counted.order_by(literal_column("count").desc(), articles.c.type)


def _by_time(digits: int, rest: str) -> Callable[[FromClause], Select[Any]]:
    """Count by the beginning of the time: the first digits of ``2021-03-12T21:41:00Z``."""

    def groups(articles: FromClause) -> Select[Any]:
        known = func.nullif(articles.c.published_at, "")
        start = func.substr(known, 1, literal_column(str(digits)), type_=Text()) + constant(rest)
        return _counted(articles, start).order_by(start.desc())

    return groups


FACETS: Mapping[str, FacetMap] = {
    "topics": FacetMap("topic", "Topic", "id", _by_topic),
    "providers": FacetMap("provider", "Provider", "provider_id", _by_provider),
    "types": FacetMap("type", None, "type", _by_type),
    "publishedAt:DAY": FacetMap("from", None, "published_at", _by_time(10, "T00:00:00Z")),
    "publishedAt:MONTH": FacetMap("from", None, "published_at", _by_time(7, "-01T00:00:00Z")),
    "publishedAt:YEAR": FacetMap("from", None, "published_at", _by_time(4, "-01-01T00:00:00Z")),
}
