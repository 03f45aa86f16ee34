"""Pages that list all topics or all publishers that have articles, with counts and feeds."""

from __future__ import annotations

import json
import re
from functools import partial
from typing import TYPE_CHECKING, Any

from starlette.exceptions import HTTPException
from starlette.routing import Route

from newsgraph.server.article_query import ArticleQuery
from newsgraph.server.pages.metadata import ALL_ARTICLES_FEED, FeedLink, PageMetadata
from newsgraph.server.pages.pagination import append_query
from newsgraph.server.selections import select_directory

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from newsgraph.server.pages.renderer import PageRenderer
    from newsgraph.server.selections import DirectoryKind, OwnerKind
    from newsgraph.store.store import QueryResult, StoreState

DIRECTORY_PAGE_SIZE = 300
"""Number of topics or publishers on a page."""

_TITLES = {"topics": "Topics", "providers": "Publishers"}
_PAGE_NUMBER = re.compile("[1-9][0-9]{0,5}")


class Directory:
    """Handles requests for pages that list topics or publishers by name.

    These pages have numbers instead of cursors: there are few topics and publishers, and they
    are all read anyway, to leave out those without articles.
    """

    def __init__(self, renderer: PageRenderer) -> None:
        self._renderer = renderer

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route("/topics", partial(self._handle, "topics")),
            Route("/providers", partial(self._handle, "providers")),
        ]

    async def _handle(self, kind: DirectoryKind, request: Request) -> Response:
        parameter = request.query_params.get("page") or "1"
        page_number = int(parameter) if _PAGE_NUMBER.fullmatch(parameter) else 0

        async def render(state: StoreState, result: QueryResult) -> Response:
            nodes = nodes_with_articles(json.loads(result.results[0])[kind])
            page_count = max(1, -(-len(nodes) // DIRECTORY_PAGE_SIZE))
            if not 1 <= page_number <= page_count:
                message = f"This list has {page_count} pages, and no page {parameter!r}."
                raise HTTPException(404, message)
            head = PageMetadata(
                _page_path(kind, page_number),
                title=_TITLES[kind],
                description=f"All {_TITLES[kind].lower()}, with their stories and feeds.",
                feed_links=(ALL_ARTICLES_FEED,),
                newer_path=_page_path(kind, page_number - 1) if page_number > 1 else None,
                older_path=_page_path(kind, page_number + 1) if page_number < page_count else None,
            )
            start = (page_number - 1) * DIRECTORY_PAGE_SIZE
            nodes_on_page = nodes[start : start + DIRECTORY_PAGE_SIZE]
            return self._renderer.render_page(
                "directory.html",
                head,
                state,
                kind=kind,
                nodes=[(node, feed_link_of(kind, node)) for node in nodes_on_page],
                count=len(nodes),
            )

        return await self._renderer.respond(
            request, _page_path(kind, page_number), (select_directory(kind),), render
        )


def _page_path(kind: DirectoryKind, page_number: int) -> str:
    return append_query(f"/{kind}", f"page={page_number}" if page_number != 1 else "")


def nodes_with_articles(connection: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the topics or publishers of a connection that have articles, in its order."""
    return [edge["node"] for edge in connection["edges"] if edge["node"]["articleCount"]]


def feed_link_of(kind: OwnerKind, node: Mapping[str, Any]) -> FeedLink | None:
    """Return the link to the feed of a topic or publisher; None if the feed is retired.

    Args:
        kind: whether the node is a topic, a publisher or an author.
        node: the store's result for it.
    """
    if kind == "providers":
        return FeedLink(node["name"], ArticleQuery(providers=(node["domain"],)))
    if kind == "authors":
        return FeedLink(node["name"], ArticleQuery(author=node["slug"]))
    if node["end"] and node["end"]["gone"]:
        return None
    return FeedLink(node["name"], ArticleQuery(topics=(node["slug"],)))
