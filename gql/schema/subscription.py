"""The root fields of subscriptions."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Annotated, TypeAlias

import strawberry

from newsgraph.gql.schema.changes import ArticleChange

TopicArgument: TypeAlias = Annotated[
    str | None, strawberry.argument(description="Only articles of this topic, by its slug.")
]
ProviderArgument: TypeAlias = Annotated[
    str | None, strawberry.argument(description="Only articles of this provider, by its domain.")
]
SinceArgument: TypeAlias = Annotated[
    str | None,
    strawberry.argument(
        description="The `token` of the last event received; changes since then are sent first. "
        "Only new changes if left out."
    ),
]


async def _article_changed_arguments(
    topic: TopicArgument = strawberry.UNSET,  # noqa: ARG001 - read from the plan, as all arguments are
    provider: ProviderArgument = strawberry.UNSET,  # noqa: ARG001 - as above
    since: SinceArgument = strawberry.UNSET,  # noqa: ARG001 - as above
) -> AsyncGenerator[ArticleChange, None]:
    # `gql.execution.subscription_events` yields the events; this only declares the arguments.
    return
    yield


@strawberry.type(description="The root fields of subscriptions.")
class Subscription:
    """The root fields of subscriptions."""

    article_changed: AsyncGenerator[ArticleChange, None] = strawberry.subscription(
        resolver=_article_changed_arguments,
        description="An event for each article that an import adds, changes or removes, in any "
        "process. Articles that leave the topic or provider are reported as removed.",
    )
