"""How the articles of a connection are spread over topics, providers, types and time."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Annotated, TypeAlias

import strawberry

from newsgraph.gql.schema.fields import MOST_MOMENTS, MOST_ROWS, described, found
from newsgraph.gql.schema.scalars import DateTime

if TYPE_CHECKING:
    from newsgraph.gql.schema.types import Provider, Topic

InTopic: TypeAlias = Annotated["Topic", strawberry.lazy("newsgraph.gql.schema.types")]
OfProvider: TypeAlias = Annotated["Provider", strawberry.lazy("newsgraph.gql.schema.types")]

_COUNT = "How many of the articles."


@strawberry.type(description="How many articles are about a topic.")
class TopicFacet:
    """How many articles are about a topic."""

    topic: InTopic = described("The topic.")
    count: int = described(_COUNT)


@strawberry.type(description="How many articles a provider published.")
class ProviderFacet:
    """How many articles a provider published."""

    provider: OfProvider = described("The provider.")
    count: int = described(_COUNT)


@strawberry.type(description="How many articles are of a type.")
class TypeFacet:
    """How many articles are of a type."""

    type: str = described("Such as `article` or `video`.")
    count: int = described(_COUNT)


@strawberry.type(description="How many articles were published in a day, month or year.")
class PublishedFacet:
    """How many articles were published in a day, month or year."""

    from_: DateTime = described("When it begins, in UTC.", name="from")
    count: int = described(_COUNT)


@strawberry.enum(description="A stretch of time, in UTC.")
class Interval(Enum):
    """A stretch of time."""

    DAY = strawberry.enum_value("DAY", description="A day.")
    MONTH = strawberry.enum_value("MONTH", description="A month.")
    YEAR = strawberry.enum_value("YEAR", description="A year.")


def _counted(
    first: Annotated[
        int,
        strawberry.argument(description=f"How many values to give; at most {MOST_ROWS}."),
    ] = 10,
) -> None: ...


def _by_time(
    by: Annotated[
        Interval, strawberry.argument(description="Into what time is cut.")
    ] = Interval.MONTH,
    first: Annotated[
        int,
        strawberry.argument(description=f"How many of them to give; at most {MOST_MOMENTS}."),
    ] = 100,
) -> None: ...


@strawberry.type(
    description="How the articles of all pages are spread, computed only where it is asked for. "
    "The filter counts, the page does not."
)
class ArticleFacets:
    """How articles are spread."""

    topics: list[TopicFacet] = found(_counted, "By topic, the most common first.")
    providers: list[ProviderFacet] = found(_counted, "By provider, the most common first.")
    types: list[TypeFacet] = found(_counted, "By type, the most common first.")
    published_at: list[PublishedFacet] = found(
        _by_time,
        "By when they were published, the newest first; undated ones are left out.",
    )
