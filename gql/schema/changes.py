"""Types of the change log, for clients that keep a copy or subscribe."""

from __future__ import annotations

import strawberry

from newsgraph.gql.schema.fields import plain_field
from newsgraph.gql.schema.types import Article, Node

_REVISION = "The store's revision with this change."


@strawberry.type(description="A change of an article, a topic or a provider.")
class Change:
    """A change of an article, a topic or a provider."""

    node_id: strawberry.ID = plain_field("The id of the changed object.")
    removed: bool = plain_field("True if the object was removed or is no longer shown.")
    revision: int = plain_field(_REVISION)
    node: Node | None = plain_field("The object in its current state; null if it was removed.")


@strawberry.type(
    description="Changes, oldest first. An object that changed several times occurs once, in its "
    "current state."
)
class Changes:
    """Changes after a token."""

    changes: list[Change] = plain_field("The changes.")
    token: str = plain_field("Pass it as `since` in the next request.")
    has_more: bool = plain_field("Whether more changes are available now.")


@strawberry.type(description="A change of an article, as an event of `articleChanged`.")
class ArticleChange:
    """A change of an article, as an event of the subscription."""

    article_id: strawberry.ID = plain_field("The article's id.")
    removed: bool = plain_field(
        "True if the article was removed or left the subscribed topic or provider."
    )
    revision: int = plain_field(_REVISION)
    token: str = plain_field("Pass it as `since` to continue after this event.")
    article: Article | None = plain_field(
        "The article in its current state; null if it was removed."
    )
