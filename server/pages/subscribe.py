"""Pages about feeds: how to subscribe to a feed, and its newest entries."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from graphql import GraphQLError
from starlette.exceptions import HTTPException
from starlette.routing import Route

from newsgraph.gql.article_connection_finder import ArticleConnectionFinder, extract_connection
from newsgraph.gql.documents.document_cache import InvalidDocumentError
from newsgraph.server.article_query import (
    ArticleQuery,
    ArticleQueryError,
    is_canonical_request,
)
from newsgraph.server.feeds.metadata import describe_feed
from newsgraph.server.feeds.paths import FEED_PATHS, parse_routed_feed
from newsgraph.server.feeds.query_feeds import (
    describe_query_feed,
    is_canonical_query_request,
    parse_query_feed,
)
from newsgraph.server.feeds.raw_format import raw_url
from newsgraph.server.feeds.renamed_topics import resolve_renamed_topics
from newsgraph.server.feeds.selections import (
    select_cluster_article,
    select_feed,
    unpack_feed,
)
from newsgraph.server.feeds.story_clusters import collapse_stories
from newsgraph.server.pages.metadata import FeedLink, PageMetadata, QueryFeedLink
from newsgraph.server.pages.pagination import select_page
from newsgraph.server.pages.selections import ARTICLE_SUMMARY
from newsgraph.server.redirects import permanent_redirect
from newsgraph.server.selections import TOPICS_EDGE, fields
from newsgraph.server.urls import SUBSCRIBE_PATH
from newsgraph.store.query.selection import EdgeArguments

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    from newsgraph.server.feeds.metadata import FeedDescription
    from newsgraph.server.feeds.query_feeds import QueryFeed
    from newsgraph.server.pages.error_pages import ErrorPages
    from newsgraph.server.pages.renderer import PageRenderer
    from newsgraph.store.query_limits import QueryLimits
    from newsgraph.store.store import QueryResult, StoreState

MAX_ENTRIES: Final = 10
"""Number of entries that a page shows."""

_READERS: Final = (
    ("Feedly", "https://feedly.com/i/subscription/feed%2F{}"),
    ("Inoreader", "https://www.inoreader.com/?add_feed={}"),
    ("NewsBlur", "https://www.newsblur.com/?url={}"),
    ("The Old Reader", "https://theoldreader.com/feeds/subscribe?url={}"),
    ("Feedbin", "https://feedbin.com/?subscribe={}"),
)
"""Feed readers on the web, and the URL at which each asks to subscribe to a feed."""

_CLUSTER_SUMMARY: Final = select_cluster_article(
    *ARTICLE_SUMMARY.items, *fields("guid", "webUrl", "updatedAt"), TOPICS_EDGE
)


@dataclass(frozen=True, slots=True)
class ReaderLink:
    """A link that opens a feed in a reader.

    Attributes:
        name: name of the reader.
        url: URL of the reader, which contains that of the feed.
    """

    name: str
    url: str


def reader_links(feed_url: str) -> list[ReaderLink]:
    """Return links that open a feed in readers on the web.

    Args:
        feed_url: absolute URL of the feed.
    """
    encoded = quote(feed_url, safe="")
    return [ReaderLink(name, template.format(encoded)) for name, template in _READERS]


class SubscribePages:
    """Handles requests for the pages about feeds."""

    def __init__(
        self,
        renderer: PageRenderer,
        error_pages: ErrorPages,
        limits: QueryLimits,
        connection_finder: ArticleConnectionFinder,
        *,
        feed_summaries: bool,
    ) -> None:
        """Set up the pages.

        Args:
            renderer: renders the pages.
            error_pages: renders errors.
            limits: limits of one read.
            connection_finder: finds the articles that a GraphQL query selects.
            feed_summaries: whether all feeds have only summaries of stories.
        """
        self._renderer, self._error_pages = renderer, error_pages
        self._limits, self._connection_finder = limits, connection_finder
        self._feed_summaries = feed_summaries

    def routes(self) -> list[Route]:
        """Return the routes. Their paths are those of feeds, without the format suffix."""
        return [
            Route(f"{SUBSCRIBE_PATH}query/{{name}}", partial(self._handle, self._respond_query)),
            *(
                Route(SUBSCRIBE_PATH + path, partial(self._handle, self._respond_articles))
                for path in FEED_PATHS
            ),
        ]

    async def _handle(
        self, respond: Callable[[Request], Awaitable[Response]], request: Request
    ) -> Response:
        """Respond with a page, also for errors."""
        try:
            return await respond(request)
        except HTTPException as error:
            if error.status_code < 400 or error.status_code == 404:
                raise
            title = "This feed has ended" if error.status_code == 410 else "There is no such feed"
            return self._error_pages.render_error(title, error.detail, error.status_code)

    async def _respond_articles(self, request: Request) -> Response:
        params, path = request.path_params, request.scope["path"]
        query_string = request.url.query
        try:
            query = parse_routed_feed(path, params, query_string)
        except ArticleQueryError as error:
            raise HTTPException(400, str(error)) from error
        if not is_canonical_request(query.subscribe_path, path, query_string):
            raise self._redirect(query.subscribe_path)
        article = _CLUSTER_SUMMARY if query.collapse_stories else ARTICLE_SUMMARY
        page = select_page(article, with_total=False)
        selection = select_feed(query, page=(page, EdgeArguments(first=MAX_ENTRIES)))
        render = partial(self._render_articles, query)
        return await self._renderer.respond(
            request, query.subscribe_path, (selection,), render, self._limits
        )

    async def _render_articles(
        self, query: ArticleQuery, state: StoreState, result: QueryResult
    ) -> Response:
        owner = unpack_feed(query, json.loads(result.results[0]))
        if owner is None or owner.get("has_unknown_topics"):
            current_query = await resolve_renamed_topics(self._renderer.store, query)
            if current_query != query:
                raise self._redirect(current_query.subscribe_path)
        if owner is None:
            raise HTTPException(404, "The topic, publisher or author of this feed does not exist.")
        retirement = owner.get("end") or {}
        if retirement.get("gone"):
            raise HTTPException(410, retirement["notice"] or "Its topic has ended, too.")
        articles = [edge["node"] for edge in owner["page"]["edges"]]
        if query.collapse_stories:
            articles = collapse_stories(articles, query.excluded_topics)
        description = describe_feed(query, owner, state.collection)
        # The title of a feed that combines conditions is a phrase, such as "on AI or Law".
        title = f"Stories {description.title}" if query.owner is None else description.title
        return self._render(
            state,
            FeedLink(title, query),
            description,
            articles,
            notice=retirement.get("notice"),
        )

    async def _respond_query(self, request: Request) -> Response:
        path, query_string = request.scope["path"], request.url.query
        name = request.path_params["name"]
        feed = parse_query_feed(self._connection_finder, name, "", query_string)
        if not is_canonical_query_request(feed, feed.subscribe_path, path, query_string):
            raise self._redirect(feed.subscribe_path)
        page = select_page(ARTICLE_SUMMARY, with_total=False)
        try:
            operation_name, selection = self._connection_finder.build_selection(
                feed.document, feed.operation_name, feed.variables, page
            )
        except (GraphQLError, InvalidDocumentError) as error:
            raise HTTPException(400, str(error)) from error
        render = partial(self._render_query, feed, operation_name)
        return await self._renderer.respond(
            request, feed.subscribe_path, (selection,), render, self._limits
        )

    async def _render_query(
        self, feed: QueryFeed, operation_name: str | None, state: StoreState, result: QueryResult
    ) -> Response:
        connection = extract_connection(json.loads(result.results[0]))
        if connection is None:
            message = "The topic, publisher or story that this query starts from does not exist."
            raise HTTPException(404, message)
        articles = [edge["node"] for edge in connection["edges"][:MAX_ENTRIES]]
        description = describe_query_feed(feed, operation_name, state.collection)
        feed_link = QueryFeedLink(description.title, feed)
        return self._render(state, feed_link, description, articles, document=feed.document)

    def _render(
        self,
        state: StoreState,
        feed_link: FeedLink | QueryFeedLink,
        description: FeedDescription,
        articles: Sequence[Mapping[str, Any]],
        notice: str | None = None,
        document: str | None = None,
    ) -> Response:
        head = PageMetadata(
            feed_link.subscribe_path,
            title=f"Subscribe to {feed_link.title}" if feed_link.title else "Subscribe",
            description=description.description,
            feed_links=(feed_link,),
            is_indexable=False,
        )
        feed_url = self._renderer.urls.absolute(feed_link.relative_url("rss"))
        feed = feed_link.article_query if isinstance(feed_link, FeedLink) else feed_link.feed
        other_feed = replace(feed, summary_only=not feed.summary_only)
        return self._renderer.render_page(
            "subscribe.html",
            head,
            state,
            feed_link=feed_link,
            description=description,
            articles={"edges": [{"node": article} for article in articles]},
            notice=notice,
            document=document,
            reader_links=reader_links(feed_url),
            app_url=f"feed:{feed_url}",
            raw_url=raw_url,
            has_summaries=feed.summary_only or self._feed_summaries,
            other_path=None if self._feed_summaries else other_feed.subscribe_path,
        )

    def _redirect(self, path: str) -> HTTPException:
        return permanent_redirect(f"{self._renderer.urls.path_prefix}{path}")
