"""Evaluates a filter of articles in Python."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.gql.reference.rows import GraphObject


def parse_time(value: object) -> datetime:
    """Parse a time in RFC 3339 format, or a date.

    Raises:
        ValueError: the value is not a time or date.
    """
    if not isinstance(value, str):
        raise ValueError("a time is a string")
    parsed = datetime.fromisoformat(value)
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)


def matches_filter(article: GraphObject, filter_: dict[str, Any]) -> bool:
    """Return whether an article matches an ``ArticleFilter``."""
    return all(
        _CONDITIONS[name](article, value) for name, value in filter_.items() if value is not None
    )


def _matches_operators(value: Any, operators: dict[str, Any]) -> bool:
    return all(
        (value is None) == operand
        if operator == "isNull"
        else value is not None and _OPERATORS[operator](value, operand)
        for operator, operand in operators.items()
        if operand is not None
    )


_OPERATORS = {
    "eq": lambda value, operand: value == operand,
    "in": lambda value, operand: value in operand,
    "gt": lambda value, operand: value > operand,
    "gte": lambda value, operand: value >= operand,
    "lt": lambda value, operand: value < operand,
    "lte": lambda value, operand: value <= operand,
}


def _matches_published_at(article: GraphObject, operators: dict[str, Any]) -> bool:
    published_at = article["publishedAt"]
    return _matches_operators(published_at and parse_time(published_at), operators)


def _matches_topics(article: GraphObject, operators: dict[str, Any]) -> bool:
    article_slugs = {topic["slug"] for topic in article["topics"]}
    rules = {
        "any": lambda slugs: any(slug in article_slugs for slug in slugs),
        "all": lambda slugs: all(slug in article_slugs for slug in slugs),
        "none": lambda slugs: not any(slug in article_slugs for slug in slugs),
    }
    return all(rules[name](slugs) for name, slugs in operators.items() if slugs is not None)


def _matches_providers(article: GraphObject, domains: list[str]) -> bool:
    return article["provider"] is not None and article["provider"]["domain"] in domains


_CONDITIONS = {
    "quality": lambda article, value: _matches_operators(article["quality"], value),
    "heat": lambda article, value: _matches_operators(article["heat"], value),
    "publishedAt": _matches_published_at,
    "type": lambda article, value: _matches_operators(article["type"], value),
    "category": lambda article, value: _matches_operators(article["category"], value),
    "published": lambda article, value: article["published"] == value,
    "providers": _matches_providers,
    "topics": _matches_topics,
    "hasImages": lambda article, value: bool(article["images"]) == value,
    "text": lambda article, value: article["_key"] in article["_find_keys"](value),
    "and": lambda article, filters: all(matches_filter(article, filter_) for filter_ in filters),
    "or": lambda article, filters: any(matches_filter(article, filter_) for filter_ in filters),
    "not": lambda article, filter_: not matches_filter(article, filter_),
}
"""By name of a condition, a function that evaluates it for an article."""
