"""Lists of feeds as OPML 2.0, to subscribe to many feeds at once."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from newsgraph.feeds import Outline, render_opml
from newsgraph.server import selections
from newsgraph.server.article_query import (
    MAX_NAMES,
    SUMMARY_PARAM,
    ArticleQuery,
    ArticleQueryError,
    parse_feed_path,
    parse_summary_only,
)
from newsgraph.server.feeds.entries import DEFAULT_TITLE
from newsgraph.server.redirects import resolve_topic_alias
from newsgraph.store.query.selection import Selection

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.requests import Request

    from newsgraph.server.http_cache.conditional_responder import ConditionalResponder
    from newsgraph.server.urls import FeedKind, SiteUrls
    from newsgraph.store.store import QueryResult, Store, StoreState

OPML_TYPE = "text/x-opml; charset=utf-8"
"""Not a registered media type, but the one that readers and OPML validators know."""

OPML_PATH = "/feeds.opml"

_AUTHORS = Selection((selections.ALL_AUTHORS,))

MAX_TOPICS = 200
"""Maximum number of topics in a list of requested topics."""


class OpmlEndpoint:
    """Serves the list of all feeds, and lists of the feeds of requested topics."""

    def __init__(self, store: Store, responder: ConditionalResponder, urls: SiteUrls) -> None:
        self._store, self._responder, self._urls = store, responder, urls

    async def handle(self, request: Request) -> Response:
        """List all feeds, or those of the parameter ``topics`` in its order.

        With ``disjoint=1`` each feed excludes the topics of those before it, so that a reader of
        all of them gets each article once. With ``summary=1`` the feeds have only summaries.

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
        summary_only = parse_summary_only(request.url.query)
        canonical_params |= {SUMMARY_PARAM: "1"} if summary_only else {}
        query_string = f"?{urlencode(canonical_params, safe=',')}" if canonical_params else ""
        relative_url = OPML_PATH + query_string
        if params != canonical_params:
            return RedirectResponse(self._urls.absolute(relative_url), 301)
        outlines = _OutlineBuilder(self._urls, summary_only=summary_only)
        return await self._respond(request, relative_url, topics, outlines, is_disjoint=is_disjoint)

    async def _respond(
        self,
        request: Request,
        relative_url: str,
        topics: Sequence[str],
        outlines: _OutlineBuilder,
        *,
        is_disjoint: bool,
    ) -> Response:
        async def render(state: StoreState, result: QueryResult) -> Response:
            directory = json.loads(result.results[0]) | json.loads(result.results[1])
            title = state.collection.title or DEFAULT_TITLE
            if topics:
                nodes = {
                    edge["node"]["slug"]: edge["node"] for edge in directory["topics"]["edges"]
                }
                if unknown := [slug for slug in topics if slug not in nodes]:
                    raise HTTPException(404, f"There is no topic {unknown[0]!r}.")
                active = [nodes[slug] for slug in topics if not _is_gone(nodes[slug])]
                feed_outlines = outlines.of_topics(active, is_disjoint=is_disjoint)
            else:
                feed_outlines = outlines.of_site(title, state.collection.description, directory)
            return Response(render_opml(title, feed_outlines), headers={"Content-Type": OPML_TYPE})

        read = partial(self._store.read, selections.select_directory(), _AUTHORS)
        return await self._responder.respond(request, relative_url, read, render)


class _OutlineBuilder:
    """Builds the outlines of feeds.

    Args:
        urls: builds the site's URLs.
        summary_only: whether the entries of the feeds have only summaries.
    """

    def __init__(self, urls: SiteUrls, *, summary_only: bool) -> None:
        self._urls, self._summary_only = urls, summary_only

    def of_site(
        self, title: str, description: str | None, directory: Mapping[str, Any]
    ) -> list[Outline]:
        """Return the outlines of the feed of all articles, of all topics, providers and authors.

        Topics and providers without articles are left out, and so are groups without any.
        """
        all_articles = self._outline(ArticleQuery(), "all", "", title, description)
        topics = tuple(
            self._topic_outline(ArticleQuery((node["slug"],)), node)
            for node in _active_nodes(directory["topics"])
        )
        providers = tuple(
            self._outline(
                ArticleQuery(providers=(node["domain"],)),
                "providers",
                node["domain"],
                node["name"],
                node["description"],
            )
            for node in _active_nodes(directory["providers"])
        )
        authors = tuple(
            self._outline(
                ArticleQuery(author=node["slug"]),
                "authors",
                node["slug"],
                node["name"],
                node["description"],
            )
            for node in directory["authors"]
        )
        groups = (
            Outline("Topics", children=topics),
            Outline("Providers", children=providers),
            Outline("Authors", children=authors),
        )
        return [all_articles, *(group for group in groups if group.children)]

    def of_topics(self, topics: Sequence[Mapping[str, Any]], *, is_disjoint: bool) -> list[Outline]:
        """Return the outlines of topics; if disjoint, each excludes those before it."""
        outlines: list[Outline] = []
        previous_slugs: tuple[str, ...] = ()
        for topic in topics:
            excluded = tuple(sorted(previous_slugs)) if is_disjoint else ()
            query = ArticleQuery((topic["slug"],), excluded_topics=excluded)
            outlines.append(self._topic_outline(query, topic))
            previous_slugs = (*previous_slugs, topic["slug"])
        return outlines

    def _topic_outline(self, query: ArticleQuery, topic: Mapping[str, Any]) -> Outline:
        return self._outline(query, "topics", topic["slug"], topic["name"], topic["description"])

    def _outline(
        self, query: ArticleQuery, kind: FeedKind, name: str, title: str, description: str | None
    ) -> Outline:
        """Return the outline of a feed, with the page of the site, a topic or a provider."""
        feed_url = replace(query, summary_only=self._summary_only).relative_url("rss")
        page_url = self._urls.page_url(kind, name)
        return Outline(title, self._urls.absolute(feed_url), page_url, description)


def _active_nodes(page: Mapping[str, Sequence[Mapping[str, Any]]]) -> list[Mapping[str, Any]]:
    """Return the topics or providers whose feeds have articles and are not gone."""
    return [
        edge["node"]
        for edge in page["edges"]
        if edge["node"]["articleCount"] and not _is_gone(edge["node"])
    ]


def _is_gone(node: Mapping[str, Any]) -> bool:
    """Check whether the feeds of a topic have ended; those of a provider never do."""
    return bool((node.get("end") or {}).get("gone"))
