"""Facets: counts of the articles of all pages by topic, provider, type and time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Text, case, func, literal_column, select

from newsgraph.store.documents.date_order import FIRST_DATED
from newsgraph.store.query.json_sql import text_literal
from newsgraph.store.schema import tables as t

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy import ColumnElement, FromClause, Select
    from sqlalchemy.sql.selectable import NamedFromClause


@dataclass(frozen=True, slots=True)
class FacetMapping:
    """A property by which articles are grouped and counted.

    Attributes:
        value_name: name of a group's value: a field, or the edge to the entity that it is.
        entity: name of this entity; None for a field. The groups' ``value`` is its key.
        required_column: column of the articles that is grouped by.
        group_articles: from the articles to rows of ``value`` and ``count``, sorted, without a
            limit.
    """

    value_name: str
    entity: str | None
    required_column: str
    group_articles: Callable[[FromClause], Select[Any]]


def _count_by(source: FromClause, value: ColumnElement[Any]) -> Select[Any]:
    counts = select(value.label("value"), func.count().label("count")).select_from(source)
    return counts.where(value.is_not(None)).group_by(value)


def _sort_by_entity(
    counts: Select[Any], entity: NamedFromClause, name: ColumnElement[Any]
) -> Select[Any]:
    """Sort counts of an entity's keys: largest counts first, then by the entity's name."""
    groups = counts.subquery(f"{entity.name}_counts")
    named_groups = select(groups.c.value, groups.c.count).select_from(
        groups.join(entity, entity.c.id == groups.c.value)
    )
    return named_groups.order_by(groups.c.count.desc(), name)


def _group_by_topic(articles: FromClause) -> Select[Any]:
    article_topic, topic = (
        t.article_topic.alias("counted_assignment"),
        t.topic.alias("counted_topic"),
    )
    source = articles.join(article_topic, article_topic.c.article_id == articles.c.id)
    return _sort_by_entity(_count_by(source, article_topic.c.topic_id), topic, topic.c.slug)


def _group_by_provider(articles: FromClause) -> Select[Any]:
    provider = t.provider.alias("counted_provider")
    counts = _count_by(articles, articles.c.provider_id)
    return _sort_by_entity(counts, provider, provider.c.domain)


def _group_by_type(articles: FromClause) -> Select[Any]:
    counts = _count_by(articles, articles.c.type)
    return counts.order_by(literal_column("count").desc(), articles.c.type)


def _group_by_time(length: int, suffix: str) -> Callable[[FromClause], Select[Any]]:
    """Group by a prefix of the time ``2021-03-12T21:41:00Z``, which the order by date begins with.

    Args:
        length: number of characters of the prefix.
        suffix: completes the prefix to the start of the period.
    """

    def group_articles(articles: FromClause) -> Select[Any]:
        prefix = func.substr(articles.c.date_order, 1, literal_column(str(length)), type_=Text())
        is_dated = articles.c.date_order >= text_literal(FIRST_DATED)
        start = case((is_dated, prefix + text_literal(suffix)))
        return _count_by(articles, start).order_by(start.desc())

    return group_articles


FACETS: Mapping[str, FacetMapping] = {
    "topics": FacetMapping("topic", "Topic", "id", _group_by_topic),
    "providers": FacetMapping("provider", "Provider", "provider_id", _group_by_provider),
    "types": FacetMapping("type", None, "type", _group_by_type),
    "publishedAt:DAY": FacetMapping("from", None, "date_order", _group_by_time(10, "T00:00:00Z")),
    "publishedAt:MONTH": FacetMapping(
        "from", None, "date_order", _group_by_time(7, "-01T00:00:00Z")
    ),
    "publishedAt:YEAR": FacetMapping(
        "from", None, "date_order", _group_by_time(4, "-01-01T00:00:00Z")
    ),
}
