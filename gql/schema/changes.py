"""What changed, for clients that keep a copy or follow along."""

from __future__ import annotations

import strawberry

from newsgraph.gql.schema.fields import described
from newsgraph.gql.schema.types import Article, Node

_REVISION = "The store's revision that it changed with."


@strawberry.type(description="A change of an article, a topic or a provider.")
class Change:
    """A change of something."""

    node_id: strawberry.ID = described("The id of what changed.")
    removed: bool = described("True where it is gone, or is not shown any more.")
    revision: int = described(_REVISION)
    node: Node | None = described("It as it is now; null where it is gone.")


@strawberry.type(
    description="Changes, oldest first. What changed several times is told once, as it is now."
)
class Changes:
    """Changes after a token."""

    changes: list[Change] = described("The changes.")
    token: str = described("To be given as `since` the next time.")
    has_more: bool = described("Whether there is more to be had at once.")


@strawberry.type(description="A change of an article that is followed.")
class ArticleChange:
    """A change of an article."""

    article_id: strawberry.ID = described("The article's id.")
    removed: bool = described("True where it is gone, or is in what is followed no more.")
    revision: int = described(_REVISION)
    token: str = described("To be given as `since` to go on after this change.")
    article: Article | None = described("It as it is now; null where it was removed.")
