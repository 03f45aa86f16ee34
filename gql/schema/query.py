"""The root fields of queries."""

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
    MAX_ROWS,
    AfterArgument,
    BeforeArgument,
    FilterArgument,
    FirstArgument,
    LastArgument,
    article_connection_field,
    connection_field,
    field_with_arguments,
    plain_field,
)
from newsgraph.gql.schema.filters import SearchOrder  # noqa: TC001 - Strawberry evaluates it
from newsgraph.gql.schema.scalars import URL  # noqa: TC001 - Strawberry evaluates it
from newsgraph.gql.schema.types import Article, Node, Provider, Store, Topic


def _article_arguments(
    slug: Annotated[
        str | None, strawberry.argument(description="The article's slug.")
    ] = strawberry.UNSET,
    url: Annotated[
        URL | None,
        strawberry.argument(
            description="Any of the article's URLs, also a former one on this site; `http` or "
            "`https`, `www` and tracking parameters make no difference."
        ),
    ] = strawberry.UNSET,
) -> None: ...


def _topic_arguments(
    slug: Annotated[str, strawberry.argument(description="Such as `computer-vision`.")],
) -> None: ...


def _provider_arguments(
    domain: Annotated[str, strawberry.argument(description="Such as `cnet.com`.")],
) -> None: ...


def _node_arguments(
    id: Annotated[  # noqa: A002 - Relay's name for it
        strawberry.ID, strawberry.argument(description="The `id` of a node.")
    ],
) -> None: ...


def _nodes_arguments(
    ids: Annotated[
        list[strawberry.ID],
        strawberry.argument(description=f"The `id`s of nodes; at most {MAX_ROWS}."),
    ],
) -> None: ...


def _search_arguments(
    query: Annotated[
        str,
        strawberry.argument(
            description='Words that must all occur: `word`, `"a phrase"`, `begin*`, `-not`, '
            "`one OR other`, `title:word`. Any text is a search; without words, it finds all."
        ),
    ],
    first: FirstArgument = strawberry.UNSET,
    after: AfterArgument = strawberry.UNSET,
    last: LastArgument = strawberry.UNSET,
    before: BeforeArgument = strawberry.UNSET,
    filter: FilterArgument = strawberry.UNSET,  # noqa: A002 - the argument's name in the schema
    order_by: Annotated[
        SearchOrder | None,
        strawberry.argument(description="Order of the articles; by relevance if left out."),
    ] = strawberry.UNSET,
) -> None: ...


def _changes_arguments(
    since: Annotated[
        str | None,
        strawberry.argument(
            description="The `token` of the previous response; everything if left out."
        ),
    ] = strawberry.UNSET,
    first: Annotated[
        int, strawberry.argument(description=f"Maximum number of changes; at most {MAX_ROWS}.")
    ] = MAX_ROWS,
) -> None: ...


@strawberry.type(description="The root fields of queries.")
class Query:
    """The root fields of queries."""

    articles: ArticleConnection = article_connection_field("All articles.")
    article: Article | None = field_with_arguments(
        _article_arguments,
        "An article, by its slug or by a URL; pass exactly one of the two. If several articles "
        "have the URL, the newest is returned.",
    )
    search: SearchConnection = field_with_arguments(
        _search_arguments,
        "Articles that contain all words in title, excerpt, text, authors, provider or topics, "
        "in any form of the words.",
    )
    topics: TopicConnection = connection_field("All topics, by name.")
    topic: Topic | None = field_with_arguments(
        _topic_arguments,
        "A topic, by its slug or by a former slug; its `slug` is the current one.",
    )
    providers: ProviderConnection = connection_field("All providers, by name.")
    provider: Provider | None = field_with_arguments(
        _provider_arguments, "A provider, by its domain."
    )
    node: Node | None = field_with_arguments(
        _node_arguments, "The object with an id; null if it no longer exists."
    )
    nodes: list[Node | None] = field_with_arguments(
        _nodes_arguments,
        "As `node`, for several ids: one item for each id, in the order of the ids.",
    )
    changes: Changes = field_with_arguments(
        _changes_arguments,
        "Articles, topics and providers that changed after a token, for keeping a copy in sync; "
        "all of them without a token. If the token is from another store or too old, the error's "
        "code is RESYNC: start again without a token.",
    )
    store: Store = plain_field("The store's revision and numbers of objects.")
