"""Scalars, inputs and types of the Strawberry peer that lead nowhere."""

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
    """A picture."""

    url: str
    width: int | None
    height: int | None
    is_cached: bool | None
    title: str | None
    attribution: str | None


@strawberry.type
class Author:
    """A name."""

    name: str
    url: str | None


@strawberry.type
class Source:
    """The file of an article."""

    path: str
    sha256: str
    imported_at: DateTime
    revision: int


@strawberry.input
class TopicsFilter:
    """Which topics."""

    any: list[str] | None = None


@strawberry.input
class TimeFilter:
    """From when to when."""

    gte: DateTime | None = None
    lt: DateTime | None = None


@strawberry.input
class Filter:
    """Which articles."""

    topics: TopicsFilter | None = None
    published_at: TimeFilter | None = None


@strawberry.type
class PageInfo:
    """Where a page lies."""

    end_cursor: str | None
    has_next_page: bool


@strawberry.enum
class Interval(Enum):
    """How long."""

    MONTH = "MONTH"
