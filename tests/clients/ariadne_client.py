"""Uses the client that ariadne-codegen generated: ``python ariadne_client.py SITE``.

It runs in a separate environment, because ariadne-codegen needs an older graphql-core than
newsgraph. mypy checks its types, Pydantic the responses.
"""

from __future__ import annotations

import asyncio
import sys
from contextlib import aclosing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from newsgraph_client import Follow

sys.path.insert(0, str(Path(__file__).parent / "made"))

from newsgraph_client import (
    AllAgainNodesArticle,
    AllAgainNodesProvider,
    AllAgainNodesRelatedLink,
    AllAgainNodesTopic,
    ArticleFilter,
    ArticleOrder,
    ArticleOrderField,
    Client,
    DateTimeFilter,
    GraphQLClientGraphQLMultiError,
    IntFilter,
    MirrorChangesChangesNodeArticle,
    OrderDirection,
    TopicsFilter,
)

ARTICLES = 4
OLDEST = datetime(2021, 3, 12, 17, 1, tzinfo=UTC)
NEWEST = datetime(2021, 3, 16, 11, 6, tzinfo=UTC)


async def read_newest(client: Client) -> tuple[str, list[str]]:
    """Read all articles, page by page; return a slug, and ids of an article, a link and a topic."""
    first = (await client.newest(first=3)).articles
    assert (first.total_count, len(first.edges)) == (ARTICLES, 3)
    assert first.page_info.has_next_page
    rest = (await client.newest(first=3, after=first.page_info.end_cursor)).articles
    nodes = [edge.node for edge in first.edges + rest.edges]
    assert len({node.id for node in nodes}) == ARTICLES
    dates: list[datetime | None] = [node.published_at for node in nodes]
    assert (dates[0], dates[-1]) == (NEWEST, OLDEST)

    facets = first.facets
    assert [(group.type_, group.count) for group in facets.types] == [("article", ARTICLES)]
    assert [(group.from_, group.count) for group in facets.published_at] == [
        (datetime(2021, 1, 1, tzinfo=UTC), ARTICLES)
    ]
    assert sum(group.count for group in facets.providers) == ARTICLES
    assert facets.topics[0].topic.slug == "ai"
    assert any(image.attribution is None for node in nodes for image in node.images)
    links = [link.id for node in nodes for link in node.related]
    topics = [topic.id for node in nodes for topic in node.topics]
    return nodes[0].slug, [nodes[0].id, links[0], topics[0]]


async def read_filtered(client: Client) -> None:
    """Read with a filter and an order in the client's types; enums and dates are coerced."""
    filter_ = ArticleFilter(
        quality=IntFilter(gte=0),
        published_at=DateTimeFilter(gte=OLDEST, lt=NEWEST),
        topics=TopicsFilter(any=["ai"]),
        not_=ArticleFilter(has_images=False),
    )
    order = ArticleOrder(field=ArticleOrderField.QUALITY, direction=OrderDirection.ASC)
    found = (await client.newest(filter_=filter_, order_by=order)).articles
    qualities = [edge.node.quality for edge in found.edges]
    assert qualities == sorted(quality for quality in qualities if quality is not None)
    assert found.total_count == ARTICLES - 1


async def read_one(client: Client, slug: str) -> None:
    """Read all fields of an article; a JSON scalar keeps its value."""
    article = (await client.article(slug)).article
    assert article is not None
    front_matter: Any = article.front_matter
    assert front_matter["title"] == article.title
    assert (article.published, article.category) == (False, "news")
    assert (article.source.revision, article.updated_at) == (1, NEWEST)
    assert article.source.imported_at.tzinfo is not None
    assert (await client.article("no-such-slug")).article is None


async def read_again(client: Client, ids: list[str]) -> None:
    """Read nodes by their ids: each is an object of its own type."""
    providers = [
        change.node_id
        for change in (await client.mirror(first=100)).changes.changes
        if change.node is not None and change.node.typename__ == "Provider"
    ]
    nodes = (await client.all_again([*ids, providers[0]])).nodes
    kinds = (
        AllAgainNodesArticle,
        AllAgainNodesRelatedLink,
        AllAgainNodesTopic,
        AllAgainNodesProvider,
    )
    assert [type(node) for node in nodes] == list(kinds)
    node = (await client.again(ids[0])).node
    assert node is not None
    assert node.id == ids[0]
    codes: list[object] = []
    try:
        await client.again("no id")
    except GraphQLClientGraphQLMultiError as multi_error:
        codes = [(error.extensions or {}).get("code") for error in multi_error.errors]
    assert codes == ["BAD_USER_INPUT"]


async def search(client: Client) -> None:
    """Search, and check the marks in the snippet."""
    found = (await client.search("self*")).search
    assert [edge.node.provider and edge.node.provider.domain for edge in found.edges] == [
        "analyticsinsight.net"
    ]
    assert found.edges[0].score > 0
    assert "<mark>" in found.edges[0].snippet


async def mirror_and_follow(client: Client) -> None:
    """Read the changes in small pages, and those after the first over a WebSocket."""
    token, nodes, has_more = None, [], True
    tokens = []
    while has_more:
        changes = (await client.mirror(since=token, first=1)).changes
        token, has_more = changes.token, changes.has_more
        tokens.append(token)
        nodes += [change.node for change in changes.changes]
    slugs = [node.slug for node in nodes if isinstance(node, MirrorChangesChangesNodeArticle)]
    assert len(slugs) == ARTICLES

    received_slugs: list[str] = []
    stream = cast("AsyncGenerator[Follow, None]", client.follow(since=tokens[0]))
    async with asyncio.timeout(20), aclosing(stream) as events:
        async for change in events:
            article = change.article_changed.article
            assert article is not None
            received_slugs.append(article.slug)
            if len(received_slugs) == ARTICLES - 1:
                break
    assert received_slugs == slugs[1:]


async def main(site: str) -> None:
    """Run all checks against a site."""
    url = f"{site}/graphql"
    async with Client(url=url, ws_url=url.replace("http", "ws", 1)) as client:
        slug, ids = await read_newest(client)
        await read_filtered(client)
        await read_one(client, slug)
        await read_again(client, ids)
        await search(client)
        await mirror_and_follow(client)
    print(f"The generated client read {ARTICLES} articles, by pages, ids, search and changes.")  # noqa: T201


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
