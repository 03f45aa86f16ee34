"""Routes of the feeds: parses a feed's URL, loads its articles and renders them."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse
from starlette.routing import Route

from newsgraph.feeds import FORMATS
from newsgraph.server.article_query import (
    ArticleQuery,
    ArticleQueryError,
    is_canonical_request,
)
from newsgraph.server.feeds.browser_navigation import VARY
from newsgraph.server.feeds.last_modified import LastChangeCache
from newsgraph.server.feeds.loader import FeedLoader
from newsgraph.server.feeds.metadata import build_metadata, describe_feed
from newsgraph.server.feeds.opml import OPML_PATH, OpmlEndpoint
from newsgraph.server.feeds.paths import FEED_PATHS, parse_routed_feed
from newsgraph.server.feeds.query_feed_urls import QueryFeedUrls
from newsgraph.server.feeds.query_feeds import QueryFeedRoutes
from newsgraph.server.feeds.raw_format import is_raw_request, make_raw, raw_url
from newsgraph.server.feeds.renamed_topics import resolve_renamed_topics
from newsgraph.server.feeds.rendered_feeds import PendingEntry, pending_entry
from newsgraph.server.feeds.retirement_notice import build_retirement_notice
from newsgraph.server.feeds.rfc3229 import DELTA_SUFFIXES, accepts_delta, select_delta
from newsgraph.server.feeds.rfc5005 import NEWEST, FeedDocument, parse_window
from newsgraph.server.feeds.story_clusters import collapse_stories
from newsgraph.server.redirects import permanent_redirect
from newsgraph.server.selections import OWNER_LOOKUPS

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from newsgraph.gql.article_connection_finder import ArticleConnectionFinder
    from newsgraph.server.feeds.loader import LoadedFeed
    from newsgraph.server.feeds.metadata import FeedDefaults
    from newsgraph.server.feeds.rendering import FeedRenderer
    from newsgraph.server.feeds.rfc3229 import Articles
    from newsgraph.server.feeds.rfc5005 import Window
    from newsgraph.server.http_cache.conditional_responder import ConditionalResponder
    from newsgraph.server.urls import FeedKind
    from newsgraph.store.query_limits import QueryLimits
    from newsgraph.store.store import Store, StoreState

GONE_MESSAGE = "This feed has ended."
"""Body of the 410 response for the feeds of a topic that has no notice of its own."""


class FeedRoutes:
    """Serves the feeds of a store, and the lists of them."""

    def __init__(
        self,
        store: Store,
        responder: ConditionalResponder,
        defaults: FeedDefaults,
        page_size: int,
        limits: QueryLimits,
        renderer: FeedRenderer,
        connection_finder: ArticleConnectionFinder,
    ) -> None:
        """Serve the feeds of a store.

        Args:
            store: the store to read.
            responder: responds to conditional requests.
            defaults: metadata and settings of all feeds.
            page_size: maximum number of entries of a feed document, except archives.
            limits: limits of one read.
            renderer: renders the feeds; it is closed with these routes.
            connection_finder: finds the articles that a GraphQL query selects.
        """
        self._store, self._responder, self._defaults = store, responder, defaults
        self._urls = defaults.urls
        self._loader = FeedLoader(store, page_size, limits)
        self._last_changes = LastChangeCache(store)
        self._opml = OpmlEndpoint(store, responder, defaults.urls)
        self._renderer = renderer
        self._query_feeds = QueryFeedRoutes(
            store, responder, defaults, limits, renderer, connection_finder
        )
        self._query_feed_urls = QueryFeedUrls(defaults.urls, connection_finder)

    def routes(self) -> list[Route]:
        """Return the routes of all feeds and lists of feeds."""
        return [
            Route(OPML_PATH, self._opml.handle),
            *self._query_feed_urls.routes(),
            *self._query_feeds.routes(),
            *(Route(f"/feeds/{path}.{{suffix}}", self._handle) for path in FEED_PATHS),
        ]

    async def prepare(self) -> None:
        """Do before the first request what would delay it."""
        await self._loader.compile_statements()

    def close(self) -> None:
        """Wait for the feed being rendered, and close the renderer."""
        self._renderer.close()

    async def _handle(self, request: Request) -> Response:
        """Parse the request's URL, and redirect to the canonical one if it is another."""
        params, path, query_string = (
            request.path_params,
            request.scope["path"],
            request.url.query,
        )
        suffix = params["suffix"]
        if suffix not in FORMATS:
            suffixes = ", ".join(f".{name}" for name in FORMATS)
            raise HTTPException(404, f"There is no feed in the format {suffix!r}, only {suffixes}.")
        try:
            window = parse_window(query_string)
            query = parse_routed_feed(path, params, query_string)
        except ArticleQueryError as error:
            raise HTTPException(400, str(error)) from error
        document = FeedDocument(query, suffix, window)
        is_raw = is_raw_request(query_string)
        canonical_url = raw_url(document.relative_url) if is_raw else document.relative_url
        if not is_canonical_request(canonical_url, path, query_string):
            # With one URL per feed, readers and caches store it once.
            response: Response = RedirectResponse(self._urls.absolute(canonical_url), 301)
        else:
            response = await self._respond(request, document, is_raw=is_raw)
        if is_raw:
            return make_raw(response, suffix)
        response.headers.add_vary_header(VARY)
        return response

    async def _respond(self, request: Request, document: FeedDocument, *, is_raw: bool) -> Response:
        query, window = document.query, document.window
        feed = _recorded_feed(document)

        def url_of(window: Window) -> str:
            return self._urls.absolute(document.with_window(window).relative_url)

        async def render(state: StoreState, loaded: LoadedFeed) -> Response:
            if loaded.owner is None:
                raise await self._find_redirect(document) or self._not_found(query)
            if loaded.owner.get("has_unknown_topics"):
                redirect = await self._find_redirect(document)
                if redirect is not None:
                    raise redirect
            retirement = loaded.owner.get("end") or {}
            if retirement.get("gone"):
                raise HTTPException(410, retirement["notice"] or GONE_MESSAGE)
            delta = None if is_raw else await self._select_delta(request, document, state, loaded)
            articles = loaded.articles if delta is None else delta
            if query.collapse_stories:
                articles = collapse_stories(articles, query.excluded_topics)
            kind, name = query.owner or ("", "")
            publisher = name if kind == "providers" else None
            entries = [
                pending_entry(article, state.collection, self._urls, publisher, loaded.rendered)
                for article in articles
            ]
            description = describe_feed(query, loaded.owner, state.collection)
            notice = build_retirement_notice(
                retirement, description, self._defaults, state.collection
            )
            if notice is not None and window == NEWEST and delta is None:
                entries.insert(0, PendingEntry(notice.updated, lambda: notice))
            metadata = build_metadata(
                self._defaults,
                state.collection,
                description,
                document.relative_url,
                entries,
                loaded.paging,
                has_collapsed_stories=query.collapse_stories,
                summary_only=query.summary_only,
            )
            return await self._renderer.render(
                document,
                metadata,
                entries,
                is_delta=delta is not None,
                full_version=await self._full_version(feed, state) if feed else None,
            )

        if feed is None:
            read = partial(self._loader.load, query, window, url_of)
            return await self._responder.respond_with_content_etag(
                request, document.relative_url, read, render
            )
        return await self._responder.respond(
            request,
            document.relative_url,
            partial(self._load_newest, document, feed, url_of),
            render,
            partial(self._last_changes.get, *feed),
        )

    async def _load_newest(
        self,
        document: FeedDocument,
        feed: tuple[FeedKind, str],
        url_of: Callable[[Window], str],
    ) -> LoadedFeed:
        """Load a feed; of entries that are rendered already, only their versions."""
        rendered = self._renderer.rendered_feeds.get(document.relative_url)
        if rendered is not None:
            full_version = await self._full_version(feed, await self._store.state())
            if full_version != rendered.full_version:
                rendered = None
        return await self._loader.load(document.query, document.window, url_of, rendered)

    async def _full_version(
        self, feed: tuple[FeedKind, str], state: StoreState
    ) -> tuple[str, int] | None:
        """Return `RenderedFeed.full_version` of a feed; None if it has changed meanwhile."""
        last_change = await self._last_changes.get(*feed, state)
        return (state.store_id, last_change.full_feed_revision) if last_change else None

    async def _select_delta(
        self, request: Request, document: FeedDocument, state: StoreState, loaded: LoadedFeed
    ) -> Articles | None:
        """Return the articles that a client which accepts deltas is missing; None for all."""
        feed = _recorded_feed(document)
        is_accepted = document.suffix in DELTA_SUFFIXES and accepts_delta(
            request.headers.get("a-im")
        )
        if feed is None or not is_accepted:
            return None
        client_revision = self._responder.client_revision(request, document.relative_url, state)
        last_change = await self._last_changes.get(*feed, state)
        return select_delta(loaded.articles, client_revision, last_change)

    async def _find_redirect(self, document: FeedDocument) -> HTTPException | None:
        """Return a 301 if topics of the feed have other slugs now."""
        current_query = await resolve_renamed_topics(self._store, document.query)
        if current_query == document.query:
            return None
        current_document = replace(document, query=current_query)
        return permanent_redirect(self._urls.absolute(current_document.relative_url))

    def _not_found(self, query: ArticleQuery) -> HTTPException:
        hint = f"All feeds are listed at {self._urls.absolute(OPML_PATH)}"
        if query.owner is None:
            message = f"A topic or provider of this feed does not exist. {hint}"
        else:
            kind, name = query.owner
            label, _ = OWNER_LOOKUPS[kind]
            message = f"There is no {label} {name!r}. {hint}"
        return HTTPException(404, message)


def _recorded_feed(document: FeedDocument) -> tuple[FeedKind, str] | None:
    """Return kind and name of a feed if the store records when it last changed.

    Documents of the same feed that are pages or archives, and feeds of collapsed stories, can
    change with articles of other feeds. Those of authors are not recorded.
    """
    query = document.query
    if query.owner is None or query.collapse_stories or document.window != NEWEST:
        return None
    return None if query.author else query.owner
