"""Facets: how many articles of a connection have each topic, provider, type and date."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Annotated, TypeAlias

import strawberry

from newsgraph.gql.schema.fields import (
    MAX_ROWS,
    MAX_TIME_INTERVALS,
    field_with_arguments,
    plain_field,
)
from newsgraph.gql.schema.scalars import DateTime

if TYPE_CHECKING:
    from newsgraph.gql.schema.types import Provider, Topic

LazyTopic: TypeAlias = Annotated["Topic", strawberry.lazy("newsgraph.gql.schema.types")]
LazyProvider: TypeAlias = Annotated["Provider", strawberry.lazy("newsgraph.gql.schema.types")]

_COUNT = "Number of articles."


@strawberry.type(description="The number of articles about a topic.")
class TopicFacet:
    """The number of articles about a topic."""

    topic: LazyTopic = plain_field("The topic.")
    count: int = plain_field(_COUNT)


@strawberry.type(description="The number of articles of a provider.")
class ProviderFacet:
    """The number of articles of a provider."""

    provider: LazyProvider = plain_field("The provider.")
    count: int = plain_field(_COUNT)


@strawberry.type(description="The number of articles of a type.")
class TypeFacet:
    """The number of articles of a type."""

    type: str = plain_field("Such as `article` or `video`.")
    count: int = plain_field(_COUNT)


@strawberry.type(description="The number of articles published in a day, month or year.")
class PublishedFacet:
    """The number of articles published in a day, month or year."""

    from_: DateTime = plain_field("Start of the day, month or year, in UTC.", name="from")
    count: int = plain_field(_COUNT)


@strawberry.enum(description="A time interval, in UTC.")
class Interval(Enum):
    """A time interval."""

    DAY = strawberry.enum_value("DAY", description="A day.")
    MONTH = strawberry.enum_value("MONTH", description="A month.")
    YEAR = strawberry.enum_value("YEAR", description="A year.")


def _facet_arguments(
    first: Annotated[
        int,
        strawberry.argument(description=f"Maximum number of values; at most {MAX_ROWS}."),
    ] = 10,
) -> None: ...


def _time_facet_arguments(
    by: Annotated[
        Interval, strawberry.argument(description="The interval to count articles by.")
    ] = Interval.MONTH,
    first: Annotated[
        int,
        strawberry.argument(
            description=f"Maximum number of intervals; at most {MAX_TIME_INTERVALS}."
        ),
    ] = 100,
) -> None: ...


@strawberry.type(
    description="Counts of the articles on all pages, computed only if selected. The filter "
    "applies to them, the page's arguments do not."
)
class ArticleFacets:
    """Counts of the articles on all pages."""

    topics: list[TopicFacet] = field_with_arguments(
        _facet_arguments, "By topic, most common first."
    )
    providers: list[ProviderFacet] = field_with_arguments(
        _facet_arguments, "By provider, most common first."
    )
    types: list[TypeFacet] = field_with_arguments(_facet_arguments, "By type, most common first.")
    published_at: list[PublishedFacet] = field_with_arguments(
        _time_facet_arguments,
        "By publication date, newest first; undated articles are left out.",
    )
