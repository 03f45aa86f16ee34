"""Where a query can begin."""

from __future__ import annotations

from typing import Annotated

import strawberry

from newsgraph.gql.schema.changes import Changes
from newsgraph.gql.schema.connections import (
    ArticleConnection,
    ProviderConnection,
    SearchConnection,
    TopicConnection,
)
from newsgraph.gql.schema.fields import (
    MOST_ROWS,
    After,
    Before,
    Filter,
    First,
    Last,
    articles,
    described,
    found,
    page,
)
from newsgraph.gql.schema.scalars import URL  # noqa: TC001 - Strawberry evaluates it
from newsgraph.gql.schema.types import Article, Node, Provider, Store, Topic


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


def _by_ids(
    ids: Annotated[
        list[strawberry.ID],
        strawberry.argument(description=f"Ids that nodes gave as their own; at most {MOST_ROWS}."),
    ],
) -> None: ...


def _by_query(
    query: Annotated[
        str,
        strawberry.argument(
            description='Words, all of which have to be there: `word`, `"a phrase"`, `begin*`, '
            "`-not`. Whatever else it has is only text."
        ),
    ],
    first: First = strawberry.UNSET,
    after: After = strawberry.UNSET,
    last: Last = strawberry.UNSET,
    before: Before = strawberry.UNSET,
    filter: Filter = strawberry.UNSET,  # noqa: A002 - what the graph calls it
) -> None: ...


def _since(
    since: Annotated[
        str | None,
        strawberry.argument(description="The token that the last answer gave; all if left out."),
    ] = strawberry.UNSET,
    first: Annotated[
        int, strawberry.argument(description=f"How many to give; at most {MOST_ROWS}.")
    ] = MOST_ROWS,
) -> None: ...


@strawberry.type(description="Where a query can begin.")
class Query:
    """Where a query can begin."""

    articles: ArticleConnection = articles("All articles.")
    article: Article | None = found(
        _by_slug_or_url,
        "One article, by its slug or by an address; give one of the two. Of several "
        "with one address it is the newest.",
    )
    search: SearchConnection = found(
        _by_query,
        "Articles with all of some words in title, excerpt, text, provider or topics, "
        "the best match first.",
    )
    topics: TopicConnection = page("All topics, by name.")
    topic: Topic | None = found(
        _by_slug, "One topic, by its slug, or one that it had before; its `slug` tells the new one."
    )
    providers: ProviderConnection = page("All providers, by name.")
    provider: Provider | None = found(_by_domain, "One provider, by its domain.")
    node: Node | None = found(
        _by_id, "Anything that has an id; null where nothing has it any more."
    )
    nodes: list[Node | None] = found(
        _by_ids,
        "As `node`, for several ids: one for each, in their order.",
    )
    changes: Changes = found(
        _since,
        "Articles, topics and providers that changed after a token, to keep a copy in "
        "step; without a token all there are. If the token is another store's, or too old, the "
        "error's code is RESYNC: begin again without one.",
    )
    store: Store = described("The store that answers: its revision and what it holds.")
