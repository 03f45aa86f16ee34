"""Inputs that filter and order connections of articles."""

from __future__ import annotations

from enum import Enum
from typing import Any

import strawberry

from newsgraph.gql.schema.scalars import DateTime  # noqa: TC001 - Strawberry evaluates it

_EQ = "Equal to this."
_IN = "Equal to one of these; an empty list matches nothing."
_GT = "Greater than this."
_GTE = "Greater than or equal to this."
_LT = "Less than this."
_LTE = "Less than or equal to this."
_IS_NULL = "Whether the value is missing; a missing value matches no other condition."


def _condition(description: str, name: str | None = None) -> Any:  # noqa: ANN401 - Strawberry gives the field the annotated type
    """Declare an optional field of an input."""
    return strawberry.field(description=description, name=name, default=strawberry.UNSET)


@strawberry.input(description="Conditions on a number; all of them must hold.")
class IntFilter:
    """Conditions on a number."""

    eq: int | None = _condition(_EQ)
    in_: list[int] | None = _condition(_IN, "in")
    gt: int | None = _condition(_GT)
    gte: int | None = _condition(_GTE)
    lt: int | None = _condition(_LT)
    lte: int | None = _condition(_LTE)
    is_null: bool | None = _condition(_IS_NULL)


@strawberry.input(description="Conditions on a time; all of them must hold.")
class DateTimeFilter:
    """Conditions on a time."""

    eq: DateTime | None = _condition("At this time; stored times are whole seconds.")
    gt: DateTime | None = _condition("After this.")
    gte: DateTime | None = _condition("At or after this.")
    lt: DateTime | None = _condition("Before this.")
    lte: DateTime | None = _condition("At or before this.")
    is_null: bool | None = _condition(_IS_NULL)


@strawberry.input(description="Conditions on a string; all of them must hold.")
class StringFilter:
    """Conditions on a string."""

    eq: str | None = _condition(_EQ)
    in_: list[str] | None = _condition(_IN, "in")
    is_null: bool | None = _condition(_IS_NULL)


@strawberry.input(
    description="Conditions on an article's topics, by their slugs; all of them must hold."
)
class TopicsFilter:
    """Conditions on an article's topics."""

    any: list[str] | None = _condition(
        "About at least one of these; an empty list matches nothing."
    )
    all: list[str] | None = _condition("About all of these.")
    none: list[str] | None = _condition("About none of these.")


@strawberry.input(
    description="Conditions on an article; all of them must hold. Null is no condition."
)
class ArticleFilter:
    """Conditions on an article."""

    quality: IntFilter | None = _condition("The collection's rating.")
    heat: IntFilter | None = _condition("How much the article is discussed.")
    published_at: DateTimeFilter | None = _condition("When the article was published.")
    type: StringFilter | None = _condition("Such as `article` or `video`.")
    category: StringFilter | None = _condition("Such as `news`.")
    published: bool | None = _condition(
        "False matches articles that are served although they are marked as unpublished."
    )
    providers: list[str] | None = _condition(
        "Published by one of these, by domain; an empty list matches nothing."
    )
    topics: TopicsFilter | None = _condition("What the article is about.")
    has_images: bool | None = _condition("Whether the article has images.")
    text: str | None = _condition(
        "Words that the article must contain, in the syntax of `search`: `word`, "
        '`"a phrase"`, `begin*`, `-not`, `one OR other`, `title:word`.'
    )
    and_: list[ArticleFilter] | None = _condition("All of these must hold.", "and")
    or_: list[ArticleFilter] | None = _condition(
        "At least one of these must hold; an empty list matches nothing.", "or"
    )
    not_: ArticleFilter | None = _condition("This must not hold.", "not")


@strawberry.enum(description="Properties that articles can be ordered by.")
class ArticleOrderField(Enum):
    """Properties that articles can be ordered by."""

    PUBLISHED_AT = strawberry.enum_value("published", description="When the article was published.")
    QUALITY = strawberry.enum_value("quality", description="The collection's rating.")
    HEAT = strawberry.enum_value("heat", description="How much the article is discussed.")
    TITLE = strawberry.enum_value("title", description="The headline, by code point.")


@strawberry.enum(description="Direction of an order.")
class OrderDirection(Enum):
    """Direction of an order."""

    ASC = strawberry.enum_value("asc", description="Smallest first.")
    DESC = strawberry.enum_value("desc", description="Largest first.")


@strawberry.input(
    description="An order of articles. Missing values sort as the smallest. Reversing the "
    "direction exactly reverses the sequence."
)
class ArticleOrder:
    """An order of articles."""

    field: ArticleOrderField = strawberry.field(
        description="Property to order by.", default=ArticleOrderField.PUBLISHED_AT
    )
    direction: OrderDirection = strawberry.field(
        description="Direction of the order.", default=OrderDirection.DESC
    )


@strawberry.enum(description="Orders of search results.")
class SearchOrder(Enum):
    """Orders of search results; the values are the store's names."""

    RELEVANCE = strawberry.enum_value(
        "match",
        description="Articles with all words in the title first, then those with some, then those "
        "with none; within these, the newest first.",
    )
    DATE = strawberry.enum_value("newest", description="The newest first.")
