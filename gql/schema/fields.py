"""Arguments that several fields take, said once.

The functions only carry the arguments: what a field holds has come from the database
before any field is looked at (`gql.execution.executor`), so that no function is ever run.
"""

from __future__ import annotations

from typing import Annotated, Any, TypeAlias

import strawberry

from newsgraph.gql.schema.filters import ArticleFilter, ArticleOrder
from newsgraph.store.query.selection import PAGE_SIZE

MOST_ROWS = 100
"""The largest page, and the longest list of ids."""

MOST_MOMENTS = 1000
"""How many days, months or years a facet tells at most."""

First: TypeAlias = Annotated[
    int | None,
    strawberry.argument(
        description=f"How many to give, from the start; at most {MOST_ROWS}. Without `first` and "
        f"`last` it is {PAGE_SIZE}."
    ),
]
After: TypeAlias = Annotated[
    str | None,
    strawberry.argument(description="The cursor after which to begin; from the start if left out."),
]
Last: TypeAlias = Annotated[
    int | None,
    strawberry.argument(
        description=f"How many to give, from the end, instead of `first`; at most {MOST_ROWS}."
    ),
]
Before: TypeAlias = Annotated[
    str | None,
    strawberry.argument(description="The cursor before which to stop; at the end if left out."),
]
Filter: TypeAlias = Annotated[
    ArticleFilter | None,
    strawberry.argument(description="What the articles have to be; anything if left out."),
]
OrderBy: TypeAlias = Annotated[
    ArticleOrder | None,
    strawberry.argument(description="The order of the articles; the newest first if left out."),
]
FirstOfList: TypeAlias = Annotated[
    int | None,
    strawberry.argument(description="How many to give, from the start; all of them if left out."),
]


def _paged(
    first: First = strawberry.UNSET,
    after: After = strawberry.UNSET,
    last: Last = strawberry.UNSET,
    before: Before = strawberry.UNSET,
) -> None: ...


def _filtered(
    first: First = strawberry.UNSET,
    after: After = strawberry.UNSET,
    last: Last = strawberry.UNSET,
    before: Before = strawberry.UNSET,
    filter: Filter = strawberry.UNSET,  # noqa: A002 - what the graph calls it
    order_by: OrderBy = strawberry.UNSET,
) -> None: ...


def _listed(first: FirstOfList = strawberry.UNSET) -> None: ...


def page(description: str) -> Any:  # noqa: ANN401 - Strawberry gives the field the annotated type
    """Return a field that is a connection, with Relay's arguments."""
    return strawberry.field(resolver=_paged, description=description)


def articles(description: str) -> Any:  # noqa: ANN401 - as above
    """Return a field that is a connection of articles: it can be filtered and ordered too."""
    return strawberry.field(resolver=_filtered, description=description)


def listed(description: str) -> Any:  # noqa: ANN401 - as above
    """Return a field that is a list: it takes `first`."""
    return strawberry.field(resolver=_listed, description=description)


def found(arguments: Any, description: str) -> Any:  # noqa: ANN401 - as above
    """Return a field that takes a function's arguments."""
    return strawberry.field(resolver=arguments, description=description)


def described(description: str, **options: Any) -> Any:  # noqa: ANN401 - as above
    """Return a field without arguments."""
    return strawberry.field(description=description, **options)
