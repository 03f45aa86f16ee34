"""What pages of articles can be narrowed by, and ordered by."""

from __future__ import annotations

from enum import Enum
from typing import Any

import strawberry

from newsgraph.gql.schema.scalars import DateTime  # noqa: TC001 - Strawberry evaluates it

_EQ = "Just this."
_IN = "One of these; of none, nothing."
_GT = "More than this."
_GTE = "This or more."
_LT = "Less than this."
_LTE = "This or less."
_IS_NULL = "Whether there is no value; articles without one fit no other comparison."


def _part(description: str, name: str | None = None) -> Any:  # noqa: ANN401 - Strawberry gives the field the annotated type
    return strawberry.field(description=description, name=name, default=strawberry.UNSET)


@strawberry.input(description="A number; all that is said has to hold.")
class IntFilter:
    """Comparisons of a number."""

    eq: int | None = _part(_EQ)
    in_: list[int] | None = _part(_IN, "in")
    gt: int | None = _part(_GT)
    gte: int | None = _part(_GTE)
    lt: int | None = _part(_LT)
    lte: int | None = _part(_LTE)
    is_null: bool | None = _part(_IS_NULL)


@strawberry.input(description="A moment; all that is said has to hold.")
class DateTimeFilter:
    """Comparisons of a time."""

    eq: DateTime | None = _part("Just then; times here are whole seconds.")
    gt: DateTime | None = _part("After this.")
    gte: DateTime | None = _part("Then or after it.")
    lt: DateTime | None = _part("Before this.")
    lte: DateTime | None = _part("Then or before it.")
    is_null: bool | None = _part(_IS_NULL)


@strawberry.input(description="A text; all that is said has to hold.")
class StringFilter:
    """Comparisons of a text."""

    eq: str | None = _part(_EQ)
    in_: list[str] | None = _part(_IN, "in")
    is_null: bool | None = _part(_IS_NULL)


@strawberry.input(description="Topics by their slugs; all that is said has to hold.")
class TopicsFilter:
    """Conditions on an article's topics."""

    any: list[str] | None = _part("About at least one of these; of none, nothing.")
    all: list[str] | None = _part("About every one of these.")
    none: list[str] | None = _part("About none of these.")


@strawberry.input(
    description="What articles have to be. All that is said has to hold; null says nothing."
)
class ArticleFilter:
    """Conditions on an article."""

    quality: IntFilter | None = _part("The collection's rating.")
    heat: IntFilter | None = _part("How much it is talked about.")
    published_at: DateTimeFilter | None = _part("When it was published.")
    type: StringFilter | None = _part("Such as `article` or `video`.")
    category: StringFilter | None = _part("Such as `news`.")
    published: bool | None = _part("False finds what is served although marked as unpublished.")
    providers: list[str] | None = _part("Published by one of these, by domain; of none, nothing.")
    topics: TopicsFilter | None = _part("What it is about.")
    has_images: bool | None = _part("Whether it has pictures.")
    text: str | None = _part(
        'Words that it has to have, as `search` takes them: `word`, `"a phrase"`, `begin*`, `-not`.'
    )
    and_: list[ArticleFilter] | None = _part("All of these.", "and")
    or_: list[ArticleFilter] | None = _part("At least one of these; of none, nothing.", "or")
    not_: ArticleFilter | None = _part("Everything but this.", "not")


@strawberry.enum(description="What articles can be ordered by.")
class ArticleOrderField(Enum):
    """What articles can be ordered by."""

    PUBLISHED_AT = strawberry.enum_value("published", description="When they were published.")
    QUALITY = strawberry.enum_value("quality", description="The collection's rating.")
    HEAT = strawberry.enum_value("heat", description="How much they are talked about.")
    TITLE = strawberry.enum_value("title", description="Their headlines, by code point.")


@strawberry.enum(description="Which way round.")
class OrderDirection(Enum):
    """Which way round."""

    ASC = strawberry.enum_value("asc", description="The smallest first.")
    DESC = strawberry.enum_value("desc", description="The largest first.")


@strawberry.input(
    description="An order of articles. Those without a value are the smallest; an order and its "
    "reverse have just the opposite sequence."
)
class ArticleOrder:
    """An order of articles."""

    field: ArticleOrderField = strawberry.field(
        description="By what.", default=ArticleOrderField.PUBLISHED_AT
    )
    direction: OrderDirection = strawberry.field(
        description="Which way round.", default=OrderDirection.DESC
    )
