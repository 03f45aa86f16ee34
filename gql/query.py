"""Where a query can begin."""

from __future__ import annotations

from typing import Annotated

import strawberry

from gql.arguments import described, page
from gql.connections import ArticleConnection, ProviderConnection, TopicConnection
from gql.scalars import URL  # noqa: TC001 - Strawberry evaluates it
from gql.types import Article, Node, Provider, Store, Topic


def _by_slug_or_url(
    slug: Annotated[
        str | None, strawberry.argument(description="The article's slug.")
    ] = strawberry.UNSET,
    url: Annotated[
        URL | None,
        strawberry.argument(
            description="Any of the article's addresses; `http` or `https`, `www` and tracking "
            "parameters make no difference."
        ),
    ] = strawberry.UNSET,
) -> None: ...


def _by_slug(
    slug: Annotated[str, strawberry.argument(description="Such as `computer-vision`.")],
) -> None: ...


def _by_domain(
    domain: Annotated[str, strawberry.argument(description="Such as `cnet.com`.")],
) -> None: ...


def _by_id(
    id: Annotated[  # noqa: A002 - Relay's name for it
        strawberry.ID, strawberry.argument(description="An id that some node gave as its own.")
    ],
) -> None: ...


@strawberry.type(description="Where a query can begin.")
class Query:
    """Where a query can begin."""

    articles: ArticleConnection = page("All articles, newest first.")
    article: Article | None = strawberry.field(
        resolver=_by_slug_or_url,
        description="One article, by its slug or by an address; give one of the two. Of several "
        "with one address it is the newest.",
    )
    topics: TopicConnection = page("All topics, by name.")
    topic: Topic | None = strawberry.field(resolver=_by_slug, description="One topic, by its slug.")
    providers: ProviderConnection = page("All providers, by name.")
    provider: Provider | None = strawberry.field(
        resolver=_by_domain, description="One provider, by its domain."
    )
    node: Node | None = strawberry.field(
        resolver=_by_id, description="Anything that has an id; null where nothing has it any more."
    )
    store: Store = described("The store that answers: its revision and what it holds.")
