"""Scalars, inputs and leaf types of the Strawberry peer's schema."""

from __future__ import annotations

from enum import Enum
from typing import NewType

import strawberry
from strawberry.schema.config import StrawberryConfig

DateTime = NewType("DateTime", str)
Anything = NewType("Anything", object)
SCALARS = StrawberryConfig(
    scalar_map={
        DateTime: strawberry.scalar(name="DateTime", serialize=str, parse_value=str),
        Anything: strawberry.scalar(name="JSON", serialize=lambda value: value),
    }
)


@strawberry.type
class Image:
    """An image."""

    url: str
    width: int | None
    height: int | None
    is_cached: bool | None
    title: str | None
    attribution: str | None


@strawberry.type
class Author:
    """An author."""

    name: str
    url: str | None


@strawberry.type
class Source:
    """The source file of an article."""

    path: str
    sha256: str
    imported_at: DateTime
    revision: int


@strawberry.input
class TopicsFilter:
    """A condition on topics."""

    any: list[str] | None = None


@strawberry.input
class TimeFilter:
    """A time range."""

    gte: DateTime | None = None
    lt: DateTime | None = None


@strawberry.input
class Filter:
    """A filter of articles."""

    topics: TopicsFilter | None = None
    published_at: TimeFilter | None = None


@strawberry.type
class PageInfo:
    """Relay's page info."""

    end_cursor: str | None
    has_next_page: bool


@strawberry.enum
class Interval(Enum):
    """An interval of a facet."""

    MONTH = "MONTH"
