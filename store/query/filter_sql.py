"""Compiles filters of articles to SQL conditions, and binds their values."""

from __future__ import annotations

import json
import operator
from itertools import count
from typing import TYPE_CHECKING, Any, TypeAlias

from sqlalchemy import (
    BigInteger,
    Boolean,
    Text,
    and_,
    bindparam,
    false,
    func,
    literal_column,
    or_,
    select,
    true,
)

from newsgraph.store.documents.date_order import AFTER_TIES, FIRST_DATED
from newsgraph.store.errors import BadSelection
from newsgraph.store.query.filter import (
    AllOf,
    Condition,
    Filter,
    Not,
    iter_conditions,
    nesting_depth,
)
from newsgraph.store.query.filter_values import ARCHIVE_INTERVAL, column_value
from newsgraph.store.query.json_sql import json_elements, json_length, text_literal
from newsgraph.store.query.search_sql import matching_ids
from newsgraph.store.schema import tables as t

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Container, Iterator, Mapping

    from sqlalchemy import ColumnElement, FromClause
    from sqlalchemy.types import TypeEngine

    from newsgraph.store.query.dialect_limits import DialectLimits

ConditionCompiler: TypeAlias = "Callable[[FromClause, ColumnElement[Any]], ColumnElement[bool]]"
"""From an article's row and the value to compare with to an SQL condition."""

_COMPARISONS = {
    "eq": operator.eq,
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
}


def _number_operators(column: str) -> dict[str, ConditionCompiler]:
    comparisons = {name: _comparison(column, name) for name in _COMPARISONS}
    return _in_operator(column) | _missing_operator(column) | comparisons


def _text_operators(column: str) -> dict[str, ConditionCompiler]:
    return _in_operator(column) | _missing_operator(column) | {"eq": _comparison(column, "eq")}


def _published_operators() -> dict[str, ConditionCompiler]:
    """Compare the time of publication by the order by date, which begins with it and has an index.

    The order of an article without a date is less than every time.
    """
    first, after_ties = text_literal(FIRST_DATED), text_literal(AFTER_TIES)
    return {
        "missing": lambda row, value: (row.c.date_order < first) == value,
        "eq": lambda row, value: and_(
            row.c.date_order >= value, row.c.date_order < value + after_ties
        ),
        "gt": lambda row, value: row.c.date_order > value + after_ties,
        "gte": lambda row, value: row.c.date_order >= value,
        "lt": lambda row, value: and_(row.c.date_order >= first, row.c.date_order < value),
        "lte": lambda row, value: and_(
            row.c.date_order >= first, row.c.date_order < value + after_ties
        ),
    }


def _comparison(column: str, name: str) -> ConditionCompiler:
    return lambda row, value: _COMPARISONS[name](row.c[column], value)


def _in_operator(column: str) -> dict[str, ConditionCompiler]:
    return {"in": lambda row, values: _is_in(row.c[column], values)}


def _is_in(column: ColumnElement[Any], values: ColumnElement[Any]) -> ColumnElement[bool]:
    return column.bool_op("IN")(json_elements(values))


def _missing_operator(column: str) -> dict[str, ConditionCompiler]:
    return {"missing": lambda row, value: row.c[column].is_(None) == value}


def _article_topic_in(topics: ColumnElement[Any]) -> tuple[Any, ColumnElement[bool]]:
    article_topic = t.article_topic.alias("filter_assignment")
    return article_topic, _is_in(article_topic.c.topic_id, topics)


def _has_any_topic(row: FromClause, topics: ColumnElement[Any]) -> ColumnElement[bool]:
    article_topic, matches = _article_topic_in(topics)
    return row.c.id.in_(select(article_topic.c.article_id).where(matches))


def _has_all_topics(row: FromClause, topics: ColumnElement[Any]) -> ColumnElement[bool]:
    article_topic, matches = _article_topic_in(topics)
    topic_count = (
        select(func.count())
        .select_from(article_topic)
        .where(matches, article_topic.c.article_id == row.c.id)
    )
    return topic_count.correlate(row).scalar_subquery() == json_length(topics)


def _has_images(row: FromClause, value: ColumnElement[Any]) -> ColumnElement[bool]:
    image = t.article_image.alias("filter_image")
    images = select(image.c.article_id).where(image.c.article_id == row.c.id)
    return images.correlate(row).exists() == value


def _is_archive_end(row: FromClause, value: ColumnElement[Any]) -> ColumnElement[bool]:
    return (row.c.id % literal_column(str(ARCHIVE_INTERVAL)) == literal_column("0")) == value


_LOWER_BOUNDS = ("eq", "gt", "gte")

_OPERATORS: Mapping[str, dict[str, ConditionCompiler]] = {
    "quality": _number_operators("quality"),
    "heat": _number_operators("heat"),
    "publishedAt": _published_operators(),
    "slug": {"eq": _comparison("slug", "eq")},
    "type": _text_operators("type"),
    "category": _text_operators("category"),
    "published": {"eq": _comparison("published", "eq")},
    "providers": _in_operator("provider_id"),
    "topics": {"any": _has_any_topic, "all": _has_all_topics},
    "hasImages": {"eq": _has_images},
    "archiveEnd": {"eq": _is_archive_end},
    "inFeeds": {"eq": _comparison("in_feeds", "eq")},
    "text": {"matches": lambda row, expression: row.c.id.in_(matching_ids(expression))},
}

_OPERATORS_WITH_LOWER_BOUND: Mapping[str, dict[str, ConditionCompiler]] = {
    "publishedAt": {
        "lt": lambda row, value: row.c.date_order < value,
        "lte": lambda row, value: row.c.date_order < value + text_literal(AFTER_TIES),
    }
}
"""Simpler operators for a field that another condition bounds below, which excludes unknowns."""


NumberedFilter: TypeAlias = "tuple[int, Filter]"
"""A part of a filter, with the number of its first condition."""


def split_filter(
    filter_: Filter, nesting: int, limits: DialectLimits
) -> tuple[list[NumberedFilter], list[NumberedFilter]]:
    """Return the parts of a filter to compile inline, and those that need a CTE.

    Args:
        filter_: the filter, without values.
        nesting: number of enclosing SELECTs.
        limits: limits of the database's dialect.
    """
    inline: list[NumberedFilter] = []
    rest: list[NumberedFilter] = []
    number = 0
    max_inline = limits.max_inline_conditions if nesting <= limits.max_inline_nesting else 0
    for part in filter_.filters if isinstance(filter_, AllOf) else (filter_,):
        is_simple = isinstance(part.filter if isinstance(part, Not) else part, Condition)
        (inline if is_simple and len(inline) < max_inline else rest).append((number, part))
        number += sum(1 for _ in iter_conditions(part))
    return inline, rest


def filter_clause(
    slot: int, parts: Collection[NumberedFilter], row: FromClause
) -> ColumnElement[bool]:
    """Compile parts of a filter to a condition on an article's row, with parameters for values.

    Args:
        slot: number of the edge's slot, which the parameters' names contain.
        parts: parts without values, from `split_filter`.
        row: a row of `article`.

    Raises:
        BadSelection: there is no such field or operator.
    """
    bounded_fields = {
        part.field
        for _, part in parts
        if isinstance(part, Condition) and part.operator in _LOWER_BOUNDS
    }
    clauses = [
        _compile(part, row, (f"filter_{slot}_{n}" for n in count(number)), bounded_fields)
        for number, part in parts
    ]
    return and_(true(), *clauses)


def _compile(
    filter_: Filter, row: FromClause, names: Iterator[str], bounded_fields: Container[str] = ()
) -> ColumnElement[bool]:
    if isinstance(filter_, Condition):
        operators = _OPERATORS.get(filter_.field, {})
        if filter_.field in bounded_fields:
            operators = operators | _OPERATORS_WITH_LOWER_BOUND.get(filter_.field, {})
        compile_condition = operators.get(filter_.operator)
        if compile_condition is None:
            raise BadSelection(f"articles cannot be filtered by {filter_.field} {filter_.operator}")
        return compile_condition(row, bindparam(next(names), type_=_parameter_type(filter_)))
    if isinstance(filter_, Not):
        # A comparison with NULL is NULL in SQL, and counts as false here.
        return _compile(filter_.filter, row, names).is_not(true())
    operands = [
        (nesting_depth(operand), _compile(operand, row, names)) for operand in filter_.filters
    ]
    # A parser's stack holds what precedes a parenthesis: the deepest come first.
    clauses = [clause for _, clause in sorted(operands, key=lambda operand: -operand[0])]
    if isinstance(filter_, AllOf):
        return and_(true(), *clauses)
    return or_(false(), *clauses)


def bind_filter(slot: int, filter_: Filter) -> dict[str, Any]:
    """Return a filter's values, by the parameter names of `filter_clause`.

    Raises:
        BadSelection: a time cannot be parsed.
    """
    return {
        f"filter_{slot}_{number}": _parameter_value(condition)
        for number, condition in enumerate(iter_conditions(filter_))
    }


_PARAMETER_TYPES: Mapping[str, TypeEngine[Any]] = {
    "quality": BigInteger(),
    "heat": BigInteger(),
    "published": Boolean(),
    "hasImages": Boolean(),
    "archiveEnd": Boolean(),
    "inFeeds": Boolean(),
}


def _parameter_type(condition: Condition) -> TypeEngine[Any]:
    if condition.operator == "missing":
        return Boolean()
    if condition.operator == "in":
        return Text()
    return _PARAMETER_TYPES.get(condition.field, Text())


def _parameter_value(condition: Condition) -> Any:  # noqa: ANN401 - whatever the driver accepts
    value = column_value(condition)
    return json.dumps(value) if isinstance(value, list) else value
