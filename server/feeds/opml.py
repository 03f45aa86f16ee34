"""Lists of feeds as OPML 2.0, to subscribe to many feeds at once."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from newsgraph.feeds import Outline, render_opml
from newsgraph.server import selections
from newsgraph.server.article_query import (
    MAX_NAMES,
    ArticleQuery,
    ArticleQueryError,
    parse_feed_path,
)
from newsgraph.server.feeds.entries import DEFAULT_TITLE
from newsgraph.server.redirects import resolve_topic_alias

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.requests import Request

    from newsgraph.server.http_cache.conditional_responder import ConditionalResponder
    from newsgraph.server.urls import FeedKind, SiteUrls
    from newsgraph.store.store import QueryResult, Store, StoreState

OPML_TYPE = "text/x-opml; charset=utf-8"
"""Not a registered media type, but the one that readers and OPML validators know."""

OPML_PATH = "/feeds.opml"

MAX_TOPICS = 200
"""Maximum number of topics in a list of requested topics."""


class OpmlEndpoint:
    """Serves the list of all feeds, and lists of the feeds of requested topics."""

    def __init__(self, store: Store, responder: ConditionalResponder, urls: SiteUrls) -> None:
        self._store, self._responder, self._urls = store, responder, urls

    async def handle(self, request: Request) -> Response:
        """List all feeds, or those of the parameter ``topics`` in its order.

        With ``disjoint=1`` each feed excludes the topics of those before it, so that a reader of
        all of them gets each article once.

        Raises:
            HTTPException: 400 for invalid parameters, 404 where a topic does not exist.
            StoreError: the store could not be read.
        """
        params = dict(parse_qsl(request.url.query))
        try:
            topics = [
                slug
                for name in params.get("topics", "").split(",")
                if name.strip()
                for slug in parse_feed_path(name, None, "").topics
            ]
        except ArticleQueryError as error:
            raise HTTPException(400, str(error)) from error
        is_disjoint = bool(topics) and params.get("disjoint", "0") not in ("", "0")
        max_topics = MAX_NAMES + 1 if is_disjoint else MAX_TOPICS
        topics = list(
            dict.fromkeys(
                [
                    await resolve_topic_alias(self._store, slug) or slug
                    for slug in topics[: max_topics + 1]
                ]
            )
        )
        if len(topics) > max_topics:
            raise HTTPException(400, f"Choose at most {max_topics} topics for a list like this.")
        canonical_params = {"topics": ",".join(topics)} if topics else {}
        canonical_params |= {"disjoint": "1"} if is_disjoint else {}
        query_string = f"?{urlencode(canonical_params, safe=',')}" if canonical_params else ""
        relative_url = OPML_PATH + query_string
        if params != canonical_params:
            return RedirectResponse(self._urls.absolute(relative_url), 301)
        return await self._respond(request, relative_url, topics, is_disjoint=is_disjoint)

    async def _respond(
        self, request: Request, relative_url: str, topics: Sequence[str], *, is_disjoint: bool
    ) -> Response:
        async def render(state: StoreState, result: QueryResult) -> Response:
            directory = json.loads(result.results[0])
            title = state.collection.title or DEFAULT_TITLE
            if topics:
                nodes = {
                    edge["node"]["slug"]: edge["node"] for edge in directory["topics"]["edges"]
                }
                if unknown := [slug for slug in topics if slug not in nodes]:
                    raise HTTPException(404, f"There is no topic {unknown[0]!r}.")
                active = [nodes[slug] for slug in topics if not _is_gone(nodes[slug])]
                outlines = self._topic_outlines(active, is_disjoint=is_disjoint)
            else:
                description = state.collection.description
                all_articles = self._outline("all", "", title, description)
                outlines = [all_articles, *self._directory_outlines(directory)]
            return Response(render_opml(title, outlines), headers={"Content-Type": OPML_TYPE})

        read = partial(self._store.read, selections.select_directory())
        return await self._responder.respond(request, relative_url, read, render)

    def _directory_outlines(self, directory: Mapping[str, Any]) -> list[Outline]:
        """Return an outline for all topics and one for all providers, unless they are empty."""
        groups = (
            Outline("Topics", children=self._feed_outlines("topics", "slug", directory["topics"])),
            Outline(
                "Providers",
                children=self._feed_outlines("providers", "domain", directory["providers"]),
            ),
        )
        return [group for group in groups if group.children]

    def _feed_outlines(
        self, kind: FeedKind, key: str, page: Mapping[str, Sequence[Mapping[str, Any]]]
    ) -> tuple[Outline, ...]:
        """Return the outlines of the feeds that have articles and are not gone."""
        nodes = [
            edge["node"]
            for edge in page["edges"]
            if edge["node"]["articleCount"] and not _is_gone(edge["node"])
        ]
        return tuple(
            self._outline(kind, node[key], node["name"], node["description"]) for node in nodes
        )

    def _outline(self, kind: FeedKind, name: str, title: str, description: str | None) -> Outline:
        """Return the outline of a feed of the site, a topic or a provider."""
        feed_url = self._urls.feed_url(kind, name, "rss")
        return Outline(title, feed_url, self._urls.page_url(kind, name), description)

    def _topic_outlines(
        self, topics: Sequence[Mapping[str, Any]], *, is_disjoint: bool
    ) -> list[Outline]:
        outlines: list[Outline] = []
        previous_slugs: tuple[str, ...] = ()
        for topic in topics:
            slug = topic["slug"]
            query = ArticleQuery(
                (slug,), excluded_topics=tuple(sorted(previous_slugs)) if is_disjoint else ()
            )
            outlines.append(
                Outline(
                    topic["name"],
                    self._urls.absolute(query.relative_url("rss")),
                    self._urls.page_url("topics", slug),
                    topic["description"],
                )
            )
            previous_slugs = (*previous_slugs, slug)
        return outlines


def _is_gone(node: Mapping[str, Any]) -> bool:
    """Check whether the feeds of a topic have ended; those of a provider never do."""
    return bool((node.get("end") or {}).get("gone"))
