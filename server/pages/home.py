"""The home page: the largest topics and publishers, and the newest articles."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from starlette.routing import Route

from newsgraph.server.pages import selections
from newsgraph.server.pages.directory import feed_link_of, nodes_with_articles
from newsgraph.server.pages.metadata import ALL_ARTICLES_FEED, PageMetadata, format_count
from newsgraph.server.pages.pagination import adjacent_pages
from newsgraph.server.selections import select_directory

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    from newsgraph.server.pages.renderer import PageRenderer
    from newsgraph.store.store import QueryResult, StoreState

_MAX_TOPICS = 24
_MAX_PUBLISHERS = 12


class HomePage:
    """Handles requests for the home page."""

    def __init__(self, renderer: PageRenderer, imported_folders: Sequence[str] = ()) -> None:
        """Set up the page.

        Args:
            renderer: renders the page.
            imported_folders: names of the folders that are imported when the server starts.
        """
        self._renderer, self._imported_folders = renderer, imported_folders

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
            # The server stops if the import fails: until something is imported, it is running.
            importing = self._imported_folders if state.imported_at is None else ()
            response = self._renderer.render_page(
                "home.html",
                head,
                state,
                topics=active_topics[:_MAX_TOPICS],
                topic_count=len(topics),
                publishers=publishers[:_MAX_PUBLISHERS],
                publisher_count=len(publishers),
                articles=articles,
                importing=importing,
            )
            if importing:
                # The page reloads itself, and must not be loaded from a cache then.
                response.headers["Cache-Control"] = "no-store"
            return response

        read = select_directory(), selections.select_newest_articles()
        return await self._renderer.respond(request, "/", read, render)


def _default_description(state: StoreState) -> str:
    stories = format_count(state.article_count, "story", "stories")
    groups = ["topic"] * state.has_topics + ["publisher"] * state.has_providers
    by_groups = f" by {' and '.join(groups)}" if groups else ""
    return f"{stories}{by_groups}, with what they lead to, and feeds."


def _by_article_count(nodes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Sort topics or publishers by their number of articles, the largest first."""
    return sorted(nodes, key=lambda node: (-node["articleCount"], node["name"]))
