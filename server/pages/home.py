"""The home page: the largest topics and publishers, and the newest articles."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from starlette.routing import Route

from newsgraph.server.pages import selections
from newsgraph.server.pages.directory import feed_link_of, nodes_with_articles
from newsgraph.server.pages.metadata import ALL_ARTICLES_FEED, PageMetadata, format_count
from newsgraph.server.pages.pagination import PageCursor, adjacent_pages
from newsgraph.server.selections import select_directory

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from newsgraph.server.pages.renderer import PageRenderer
    from newsgraph.store.store import QueryResult, StoreState

_MAX_TOPICS = 24
_MAX_PUBLISHERS = 12


class HomePage:
    """Handles requests for the home page."""

    def __init__(self, renderer: PageRenderer) -> None:
        self._renderer = renderer

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [Route("/", self._handle)]

    async def _handle(self, request: Request) -> Response:
        async def render(state: StoreState, result: QueryResult) -> Response:
            directory, newest = map(json.loads, result.results)
            topics = _by_article_count(nodes_with_articles(directory["topics"]))
            publishers = _by_article_count(nodes_with_articles(directory["providers"]))
            articles = newest["articles"]
            head = PageMetadata(
                "/",
                description=state.collection.description or _default_description(state),
                feed_links=(ALL_ARTICLES_FEED,),
                older_path=adjacent_pages("/articles", articles).older_path,
            )
            active_topics = [topic for topic in topics if feed_link_of("topics", topic)]
            return self._renderer.render_page(
                "home.html",
                head,
                state,
                topics=active_topics[:_MAX_TOPICS],
                topic_count=len(topics),
                publishers=publishers[:_MAX_PUBLISHERS],
                publisher_count=len(publishers),
                articles=articles,
            )

        read = select_directory(), selections.select_articles(PageCursor())
        return await self._renderer.respond(request, "/", read, render)


def _default_description(state: StoreState) -> str:
    stories = format_count(state.article_count, "story", "stories")
    return f"{stories} by topic and publisher, with what they lead to, and feeds."


def _by_article_count(nodes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Sort topics or publishers by their number of articles, the largest first."""
    return sorted(nodes, key=lambda node: (-node["articleCount"], node["name"]))
