"""What a filter of articles means, said as Python says it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from tests.gql.reference.words import matches

if TYPE_CHECKING:
    from tests.gql.reference.rows import Thing


def moment(value: object) -> datetime:
    """Return the moment that a client writes: RFC 3339, or a date alone.

    Raises:
        ValueError: it is none.
    """
    if not isinstance(value, str):
        raise ValueError("a moment is a text")
    found = datetime.fromisoformat(value)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def fits(article: Thing, asked: dict[str, Any]) -> bool:
    """Return whether an article is as a filter says."""
    return all(_PARTS[name](article, value) for name, value in asked.items() if value is not None)


def _compared(value: Any, asked: dict[str, Any]) -> bool:
    return all(
        (value is None) == wanted
        if operator == "isNull"
        else value is not None and _OPERATORS[operator](value, wanted)
        for operator, wanted in asked.items()
        if wanted is not None
    )


_OPERATORS = {
    "eq": lambda value, wanted: value == wanted,
    "in": lambda value, wanted: value in wanted,
    "gt": lambda value, wanted: value > wanted,
    "gte": lambda value, wanted: value >= wanted,
    "lt": lambda value, wanted: value < wanted,
    "lte": lambda value, wanted: value <= wanted,
}


def _published_at(article: Thing, asked: dict[str, Any]) -> bool:
    known = article["publishedAt"]
    return _compared(known and moment(known), asked)


def _topics(article: Thing, asked: dict[str, Any]) -> bool:
    own = {topic["slug"] for topic in article["topics"]}
    rules = {
        "any": lambda slugs: any(slug in own for slug in slugs),
        "all": lambda slugs: all(slug in own for slug in slugs),
        "none": lambda slugs: not any(slug in own for slug in slugs),
    }
    return all(rules[name](slugs) for name, slugs in asked.items() if slugs is not None)


def _providers(article: Thing, domains: list[str]) -> bool:
    return article["provider"] is not None and article["provider"]["domain"] in domains


_PARTS = {
    "quality": lambda article, asked: _compared(article["quality"], asked),
    "heat": lambda article, asked: _compared(article["heat"], asked),
    "publishedAt": _published_at,
    "type": lambda article, asked: _compared(article["type"], asked),
    "category": lambda article, asked: _compared(article["category"], asked),
    "published": lambda article, asked: article["published"] == asked,
    "providers": _providers,
    "topics": _topics,
    "hasImages": lambda article, asked: bool(article["images"]) == asked,
    "text": lambda article, asked: matches(asked, article["_words"]),
    "and": lambda article, asked: all(fits(article, one) for one in asked),
    "or": lambda article, asked: any(fits(article, one) for one in asked),
    "not": lambda article, asked: not fits(article, asked),
}
