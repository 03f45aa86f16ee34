"""Facets: counts of the articles of all pages by topic, provider, type and time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, Text, case, func, literal_column, select

from newsgraph.store.documents.date_order import FIRST_DATED
from newsgraph.store.query.json_sql import ordered_join, text_literal
from newsgraph.store.schema import tables as t

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy import ColumnElement, FromClause, Select, Table
    from sqlalchemy.types import TypeEngine


@dataclass(frozen=True, slots=True)
class FacetMapping:
    """A property by which articles are grouped and counted.

    Attributes:
        value_name: name of a group's value: a field, or the edge to the entity that it is.
        entity: name of this entity; None for a field. The groups' ``value`` is its key.
        required_column: column of the articles that is grouped by.
        value_type: SQL type of ``value``.
        count: from the articles to rows of ``value`` and ``count``.
        sort: sorts these rows.
    """

    value_name: str
    entity: str | None
    required_column: str
    value_type: TypeEngine[Any]
    count: Callable[[FromClause], Select[Any]]
    sort: Callable[[Select[Any]], Select[Any]]


def _count_by(source: FromClause, value: ColumnElement[Any]) -> Select[Any]:
    counts = select(value.label("value"), func.count().label("count")).select_from(source)
    return counts.where(value.is_not(None)).group_by(value)


def _sort_by_entity(entity: Table, name: str) -> Callable[[Select[Any]], Select[Any]]:
    """Sort counts of an entity's keys: largest counts first, then by a column of the entity."""

    def sort(counts: Select[Any]) -> Select[Any]:
        groups, row = (
            counts.subquery(f"{entity.name}_counts"),
            entity.alias(f"counted_{entity.name}"),
        )
        named_groups = select(groups.c.value, groups.c.count).select_from(
            ordered_join(groups, row, row.c.id == groups.c.value)
        )
        return named_groups.order_by(groups.c.count.desc(), row.c[name])

    return sort


def _count_topics(articles: FromClause) -> Select[Any]:
    assignment = t.article_topic.alias("counted_assignment")
    source = articles.join(assignment, assignment.c.article_id == articles.c.id)
    return _count_by(source, assignment.c.topic_id)


def _sort_by_count(counts: Select[Any]) -> Select[Any]:
    groups = counts.subquery("value_counts")
    return select(groups).order_by(groups.c.count.desc(), groups.c.value)


def _sort_by_time(length: int) -> Callable[[Select[Any]], Select[Any]]:
    """Sort counts by their period, the latest first, and complete it to the time of its start."""
    suffix = text_literal("2021-01-01T00:00:00Z"[length:])

    def sort(counts: Select[Any]) -> Select[Any]:
        groups = counts.subquery("period_counts")
        start = (groups.c.value + suffix).label("value")
        return select(start, groups.c.count).order_by(groups.c.value.desc())

    return sort


def _count_periods(length: int) -> Callable[[FromClause], Select[Any]]:
    """Count by a prefix of the time ``2021-03-12T21:41:00Z``, which the order by date begins with.

    Args:
        length: number of characters of the prefix.
    """

    def count(articles: FromClause) -> Select[Any]:
        prefix = func.substr(articles.c.date_order, 1, literal_column(str(length)), type_=Text())
        is_dated = articles.c.date_order >= text_literal(FIRST_DATED)
        return _count_by(articles, case((is_dated, prefix)))

    return count


def _periods(length: int) -> FacetMapping:
    return FacetMapping(
        "from", None, "date_order", Text(), _count_periods(length), _sort_by_time(length)
    )


FACETS: Mapping[str, FacetMapping] = {
    "topics": FacetMapping(
        "topic", "Topic", "id", BigInteger(), _count_topics, _sort_by_entity(t.topic, "slug")
    ),
    "providers": FacetMapping(
        "provider",
        "Provider",
        "provider_id",
        BigInteger(),
        lambda articles: _count_by(articles, articles.c.provider_id),
        _sort_by_entity(t.provider, "domain"),
    ),
    "types": FacetMapping(
        "type",
        None,
        "type",
        Text(),
        lambda articles: _count_by(articles, articles.c.type),
        _sort_by_count,
    ),
    "publishedAt:DAY": _periods(10),
    "publishedAt:MONTH": _periods(7),
    "publishedAt:YEAR": _periods(4),
}
