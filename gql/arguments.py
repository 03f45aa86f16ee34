"""Arguments that several fields take, said once.

The functions only carry the arguments: what a field holds has come from the database
before any field is looked at (`gql.execution`), so that no function is ever run.
"""

from __future__ import annotations

from typing import Annotated, Any, TypeAlias

import strawberry

from store.reading.selection import PAGE_SIZE

MOST_ROWS = 100
"""The largest page."""

First: TypeAlias = Annotated[
    int | None,
    strawberry.argument(description=f"How many to give, from the start; at most {MOST_ROWS}."),
]
After: TypeAlias = Annotated[
    str | None,
    strawberry.argument(description="The cursor after which to go on; from the start if left out."),
]
FirstOfList: TypeAlias = Annotated[
    int | None,
    strawberry.argument(description="How many to give, from the start; all of them if left out."),
]


def _paged(first: First = PAGE_SIZE, after: After = strawberry.UNSET) -> None: ...


def _listed(first: FirstOfList = strawberry.UNSET) -> None: ...


def page(description: str) -> Any:  # noqa: ANN401 - Strawberry gives the field the annotated type
    """Return a field that is a connection: it takes `first` and `after`."""
    return strawberry.field(resolver=_paged, description=description)


def listed(description: str) -> Any:  # noqa: ANN401 - as above
    """Return a field that is a list: it takes `first`."""
    return strawberry.field(resolver=_listed, description=description)


def described(description: str, **options: Any) -> Any:  # noqa: ANN401 - as above
    """Return a field without arguments."""
    return strawberry.field(description=description, **options)
