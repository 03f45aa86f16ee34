"""Pages that list articles: all articles, those of a topic, and those of a publisher."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any

from starlette.routing import Route

from newsgraph.server.feeds.usual_addresses import is_feed_address
from newsgraph.server.pages import selections
from newsgraph.server.pages.directory import feed_link_of
from newsgraph.server.pages.metadata import PageMetadata, format_count
from newsgraph.server.pages.pagination import adjacent_pages, append_query, parse_page_params
from newsgraph.server.pages.renderer import not_found_error
from newsgraph.server.pages.story_heading import story_heading
from newsgraph.server.redirects import find_owner, permanent_redirect
from newsgraph.server.selections import OWNER_LOOKUPS
from newsgraph.server.urls import page_path

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.exceptions import HTTPException
    from starlette.requests import Request
    from starlette.responses import Response

    from newsgraph.server.pages.pagination import PageCursor
    from newsgraph.server.pages.renderer import PageRenderer
    from newsgraph.server.selections import OwnerKind
    from newsgraph.store.store import QueryResult, StoreState

_SELECT_OWNER = {
    "topics": selections.select_topic,
    "providers": selections.select_provider,
    "authors": selections.select_author,
}


class ArticleLists:
    """Handles requests for pages that list articles."""

    def __init__(self, renderer: PageRenderer) -> None:
        self._renderer = renderer

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route("/articles", self._handle_articles),
            Route("/topics/{name:path}", partial(self._handle_owner, "topics")),
            Route("/providers/{name:path}", partial(self._handle_owner, "providers")),
            Route("/authors/{name:path}", partial(self._handle_owner, "authors")),
        ]

    async def _handle_articles(self, request: Request) -> Response:
        cursor = parse_page_params(request.url.query)
        path = "/articles"

        async def render(state: StoreState, result: QueryResult) -> Response:
            articles = json.loads(result.results[0])["articles"]
            description = f"{_story_count(articles)}, the newest first."
            head = _metadata(path, cursor, articles, title="All stories", description=description)
            return self._renderer.render_page("articles.html", head, state, articles=articles)

        resource = append_query(path, cursor.query_string)
        return await self._renderer.respond(
            request, resource, (selections.select_articles(cursor),), render
        )

    async def _handle_owner(self, kind: OwnerKind, request: Request) -> Response:
        """Respond with the page of a topic or publisher.

        Args:
            kind: whether the path names a topic or a publisher.
            request: a GET request; ``name`` in its path is a slug or domain.
        """
        name, cursor = request.path_params["name"], parse_page_params(request.url.query)
        path = page_path(kind, name)
        if not name:
            raise permanent_redirect(f"{self._renderer.urls.path_prefix}/{kind}")

        async def render(state: StoreState, result: QueryResult) -> Response:
            owner = json.loads(result.results[0])["owner"]
            if owner is None:
                raise await self._missing_owner_error(kind, name)
            feed_link = feed_link_of(kind, owner)
            head = _metadata(
                path,
                cursor,
                owner["articles"],
                title=owner["name"],
                description=owner["description"] or _default_description(kind, owner),
                feed_links=(feed_link,) if feed_link else (),
            )
            return self._renderer.render_page(
                f"{kind[:-1]}.html",
                head,
                state,
                owner=owner,
                feed_link=feed_link,
                linked_stories=_linked_stories(owner),
            )

        resource = append_query(path, cursor.query_string)
        return await self._renderer.respond(
            request, resource, (_SELECT_OWNER[kind](name, cursor),), render
        )

    async def _missing_owner_error(self, kind: OwnerKind, name: str) -> HTTPException:
        """Return the redirect to the page of the topic or publisher with a name, or a 404 error.

        It can be a topic's old slug, a topic's name, or a spelling of a domain.
        """
        # /providers/cnet.com/feed is not another spelling of cnet.com.
        is_feed = kind == "providers" and is_feed_address(page_path(kind, name))
        current = None if is_feed else await find_owner(self._renderer.store, kind, name)
        if current is None:
            return not_found_error(OWNER_LOOKUPS[kind][0], name)
        return permanent_redirect(f"{self._renderer.urls.path_prefix}{page_path(kind, current)}")


def _default_description(kind: OwnerKind, owner: Mapping[str, Any]) -> str:
    preposition = {"topics": "on", "providers": "of", "authors": "by"}[kind]
    return f"{_story_count(owner['articles'])} {preposition} {owner['name']}, the newest first."


def _story_count(connection: Mapping[str, Any]) -> str:
    return format_count(connection["totalCount"], "story", "stories")


def _linked_stories(owner: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return links to a publisher's stories, without the articles that the page lists anyway."""
    listed_slugs = {edge["node"]["slug"] for edge in owner["articles"]["edges"]}
    links = [edge["node"] for edge in owner.get("linked", {"edges": ()})["edges"]]
    return [
        {**link, "title": story_heading(link, link["article"])}
        for link in links
        if not link["article"] or link["article"]["slug"] not in listed_slugs
    ]


def _metadata(
    path: str,
    cursor: PageCursor,
    connection: dict[str, Any],
    **attributes: Any,  # noqa: ANN401 - attributes of `PageMetadata`
) -> PageMetadata:
    """Return the metadata of a page of a list, with links to the adjacent pages."""
    adjacent = adjacent_pages(path, connection)
    return PageMetadata(
        append_query(path, cursor.query_string),
        newer_path=adjacent.newer_path,
        older_path=adjacent.older_path,
        **attributes,
    )
