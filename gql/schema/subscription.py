"""What can be followed live."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Annotated, TypeAlias

import strawberry

from newsgraph.gql.schema.changes import ArticleChange

OfTopic: TypeAlias = Annotated[
    str | None, strawberry.argument(description="Only articles of this topic, by its slug.")
]
OfProvider: TypeAlias = Annotated[
    str | None, strawberry.argument(description="Only articles of this provider, by its domain.")
]
Since: TypeAlias = Annotated[
    str | None,
    strawberry.argument(
        description="The token of the last change that was seen; what changed since comes "
        "first. From now on if left out."
    ),
]


async def _followed(
    topic: OfTopic = strawberry.UNSET,  # noqa: ARG001 - read from the plan, as all arguments are
    provider: OfProvider = strawberry.UNSET,  # noqa: ARG001 - as above
    since: Since = strawberry.UNSET,  # noqa: ARG001 - as above
) -> AsyncGenerator[ArticleChange, None]:
    # `gql.execution.subscription_events` gives the events; this only carries the arguments.
    return
    yield


@strawberry.type(description="What can be followed live.")
class Subscription:
    """What can be followed live."""

    article_changed: AsyncGenerator[ArticleChange, None] = strawberry.subscription(
        resolver=_followed,
        description="Each article that is added, changes or goes, in any import, by whichever "
        "process. Those that are in a topic or provider no more are told as removed.",
    )
