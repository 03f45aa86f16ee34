"""Arguments and field constructors that several types share.

The resolver functions only declare arguments. A field's value is in the database's JSON before
any field is resolved (`gql.execution.executor`), so these functions are never called.
"""

from __future__ import annotations

from typing import Annotated, Any, TypeAlias

import strawberry

from newsgraph.gql.schema.filters import ArticleFilter, ArticleOrder
from newsgraph.store.query.selection import (
    DEFAULT_PAGE_SIZE,
    DEFAULT_SIMILAR_ARTICLES,
    MAX_SIMILAR_ARTICLES,
)

MAX_ROWS = 100
"""Maximum size of a page, and maximum number of ids in a list of ids."""

MAX_TIME_INTERVALS = 1000
"""Maximum number of days, months or years in a facet."""

FirstArgument: TypeAlias = Annotated[
    int | None,
    strawberry.argument(
        description=f"Number of items to return from the start; at most {MAX_ROWS}. Without "
        f"`first` and `last` it is {DEFAULT_PAGE_SIZE}."
    ),
]
AfterArgument: TypeAlias = Annotated[
    str | None,
    strawberry.argument(description="Return items after this cursor; from the start if left out."),
]
LastArgument: TypeAlias = Annotated[
    int | None,
    strawberry.argument(
        description="Number of items to return from the end, instead of `first`; at most "
        f"{MAX_ROWS}."
    ),
]
BeforeArgument: TypeAlias = Annotated[
    str | None,
    strawberry.argument(description="Return items before this cursor; to the end if left out."),
]
FilterArgument: TypeAlias = Annotated[
    ArticleFilter | None,
    strawberry.argument(description="Return only articles that match; all if left out."),
]
OrderByArgument: TypeAlias = Annotated[
    ArticleOrder | None,
    strawberry.argument(description="Order of the articles; newest first if left out."),
]
ListFirstArgument: TypeAlias = Annotated[
    int | None,
    strawberry.argument(
        description="Number of items to return from the start; all of them if left out."
    ),
]

SimilarFirstArgument: TypeAlias = Annotated[
    int | None,
    strawberry.argument(
        description=f"Number of articles to return from the start; at most {MAX_SIMILAR_ARTICLES}."
    ),
]


def _connection_arguments(
    first: FirstArgument = strawberry.UNSET,
    after: AfterArgument = strawberry.UNSET,
    last: LastArgument = strawberry.UNSET,
    before: BeforeArgument = strawberry.UNSET,
) -> None: ...


def _article_connection_arguments(
    first: FirstArgument = strawberry.UNSET,
    after: AfterArgument = strawberry.UNSET,
    last: LastArgument = strawberry.UNSET,
    before: BeforeArgument = strawberry.UNSET,
    filter: FilterArgument = strawberry.UNSET,  # noqa: A002 - the argument's name in the schema
    order_by: OrderByArgument = strawberry.UNSET,
) -> None: ...


def _list_arguments(first: ListFirstArgument = strawberry.UNSET) -> None: ...


def _similar_arguments(first: SimilarFirstArgument = DEFAULT_SIMILAR_ARTICLES) -> None: ...


def connection_field(description: str) -> Any:  # noqa: ANN401 - Strawberry gives the field the annotated type
    """Declare a field that is a connection, with Relay's arguments."""
    return strawberry.field(resolver=_connection_arguments, description=description)


def article_connection_field(description: str) -> Any:  # noqa: ANN401 - as above
    """Declare a field that is a connection of articles, with arguments to filter and order it."""
    return strawberry.field(resolver=_article_connection_arguments, description=description)


def list_field(description: str) -> Any:  # noqa: ANN401 - as above
    """Declare a field that is a list, with the argument `first`."""
    return strawberry.field(resolver=_list_arguments, description=description)


def similar_articles_field(description: str) -> Any:  # noqa: ANN401 - as above
    """Declare a field that is a list of similar articles, with the argument `first`."""
    return strawberry.field(resolver=_similar_arguments, description=description)


def field_with_arguments(arguments: Any, description: str) -> Any:  # noqa: ANN401 - as above
    """Declare a field that has the parameters of the function `arguments` as its arguments."""
    return strawberry.field(resolver=arguments, description=description)


def plain_field(description: str, **options: Any) -> Any:  # noqa: ANN401 - as above
    """Declare a field without arguments.

    Args:
        description: the field's description in the schema.
        options: further arguments of `strawberry.field`.
    """
    return strawberry.field(description=description, **options)
