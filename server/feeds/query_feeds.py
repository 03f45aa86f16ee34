"""Feeds of GraphQL queries: the articles that a document, named by its hash, selects."""

from __future__ import annotations

import json
import logging
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote

from graphql import GraphQLError
from starlette.background import BackgroundTask
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from newsgraph.feeds import PagingLinks
from newsgraph.gql import ArticleConnectionFinder, InvalidDocumentError, extract_connection
from newsgraph.server.article_query import is_canonical_request
from newsgraph.server.feeds import selections
from newsgraph.server.feeds.entries import DEFAULT_TITLE, build_entry
from newsgraph.server.feeds.metadata import FeedDefaults, FeedDescription, build_metadata
from newsgraph.server.feeds.rendering import FEED_FORMATS, FeedRenderer
from newsgraph.store.errors import BadCursor, StoreError

if TYPE_CHECKING:
    from starlette.requests import Request

    from newsgraph.server.http_cache.conditional_responder import ConditionalResponder
    from newsgraph.store.query_limits import QueryLimits
    from newsgraph.store.store import QueryResult, Store, StoreState

_SHA256 = re.compile(r"[0-9a-f]{64}")

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class QueryFeed:
    """The feed of a GraphQL query.

    Attributes:
        digest: SHA-256 of the document, in lower-case hexadecimal.
        suffix: format suffix.
        operation_name: name of the document's operation; None if it has only one.
        variables: variables of the operation.
    """

    digest: str
    suffix: str
    operation_name: str | None
    variables: dict[str, Any]

    @property
    def feed_key(self) -> str:
        """Identifies the feed within the site: its canonical URL without host and format."""
        params = {"operationName": self.operation_name} if self.operation_name else {}
        if self.variables:
            params["variables"] = json.dumps(
                self.variables,
                ensure_ascii=False,
                allow_nan=False,
                separators=(",", ":"),
                sort_keys=True,
            )
        query_string = "&".join(f"{name}={quote(value, safe='')}" for name, value in params.items())
        return f"/feeds/query/{self.digest}{f'?{query_string}' if query_string else ''}"

    @property
    def relative_url(self) -> str:
        """Canonical path and query string, below the site's base URL."""
        path, _, query_string = self.feed_key.partition("?")
        return f"{path}.{self.suffix}{f'?{query_string}' if query_string else ''}"

    def relative_url_as(self, suffix: str) -> str:
        """Return the canonical path and query string of the feed in another format."""
        return replace(self, suffix=suffix).relative_url


class QueryFeedRoutes:
    """Serves feeds of queries whose documents are known by their hashes.

    Known are trusted documents, automatic persisted queries of GraphQL clients, and the documents
    of earlier feeds, which are in the store.
    """

    def __init__(
        self,
        store: Store,
        responder: ConditionalResponder,
        defaults: FeedDefaults,
        limits: QueryLimits,
        renderer: FeedRenderer,
        connection_finder: ArticleConnectionFinder,
    ) -> None:
        """Serve feeds of queries.

        Args:
            store: the store to read; it also has the documents of earlier feeds.
            responder: responds to conditional requests.
            defaults: metadata and settings of all feeds.
            limits: limits of one read.
            renderer: renders the feeds.
            connection_finder: finds the articles that a query selects.
        """
        self._store, self._responder, self._defaults = store, responder, defaults
        self._limits = limits
        self._renderer, self._connection_finder = renderer, connection_finder

    def routes(self) -> list[Route]:
        """Return the route of the feeds."""
        return [Route("/feeds/query/{digest}.{suffix}", self._handle)]

    async def _handle(self, request: Request) -> Response:
        feed = _parse_request(request)
        path, query_string = request.scope["path"].lower(), request.url.query
        if not is_canonical_request(feed.relative_url, path, query_string):
            return RedirectResponse(self._defaults.urls.absolute(feed.relative_url), 301)
        document = self._connection_finder.find_document(feed.digest)
        is_new = document is not None and not self._connection_finder.is_trusted(feed.digest)
        if document is None and not self._connection_finder.trusted_only:
            document = await self._store.query_feed_documents.get(feed.digest)
        if document is None:
            message = (
                "No query with this hash is known. Send its text to /graphql once, as an automatic "
                "persisted query, or have it added to the trusted documents."
            )
            raise HTTPException(404, message)
        try:
            operation_name, selection = self._connection_finder.build_selection(
                document, feed.operation_name, feed.variables, selections.ENTRIES[False]
            )
        except (GraphQLError, InvalidDocumentError) as error:
            raise HTTPException(400, str(error)) from error
        try:
            response = await self._responder.respond_with_content_etag(
                request,
                feed.relative_url,
                partial(self._store.read, selection, limits=self._limits),
                partial(self._render, feed, operation_name),
            )
        except BadCursor as error:
            raise HTTPException(400, str(error)) from error
        if is_new:
            # The write may have to wait for an import; the response need not.
            response.background = BackgroundTask(self._store_document, feed.digest, document)
        return response

    async def _render(
        self, feed: QueryFeed, operation_name: str | None, state: StoreState, result: QueryResult
    ) -> Response:
        connection = extract_connection(json.loads(result.results[0]))
        if connection is None:
            raise HTTPException(
                404, "The topic, provider or article that this query starts from does not exist."
            )
        urls = self._defaults.urls
        entries = [
            build_entry(edge["node"], state.collection, urls) for edge in connection["edges"]
        ]
        site_title = state.collection.title or DEFAULT_TITLE
        title = operation_name or "A query"
        description = FeedDescription(
            feed.feed_key, title, f"Articles that a query of {site_title} finds", "/graphql"
        )
        metadata = build_metadata(
            self._defaults, state.collection, description, feed.relative_url, entries, PagingLinks()
        )
        return await self._renderer.render(feed, metadata, entries, is_delta=False)

    async def _store_document(self, digest: str, document: str) -> None:
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        try:
            if await self._store.query_feed_documents.get(digest) is not None:
                return
            if not await self._store.query_feed_documents.save(digest, document, now):
                _log.warning("there is no room for the documents of more query feeds")
        except StoreError as error:
            # The feed works without it; the next request tries again.
            _log.warning("the document of a query feed could not be stored: %s", error)


def _parse_request(request: Request) -> QueryFeed:
    digest, suffix = request.path_params["digest"].lower(), request.path_params["suffix"]
    if suffix not in FEED_FORMATS or not _SHA256.fullmatch(digest):
        message = (
            "The URL of a query's feed has the SHA-256 of its document in hexadecimal, "
            "followed by a format: .rss, .atom or .json."
        )
        raise HTTPException(404, message)
    params = dict(parse_qsl(request.url.query))
    try:
        variables = json.loads(params.get("variables") or "{}")
        if not isinstance(variables, dict):
            raise HTTPException(400, "`variables` has to be a JSON object.")
        feed = QueryFeed(digest, suffix, params.get("operationName"), variables)
        # Lone surrogates, which JSON can have, cannot be part of a URL.
        feed.feed_key.encode()
    except (ValueError, RecursionError) as error:
        raise HTTPException(400, "`variables` is not JSON that a URL can hold.") from error
    return feed
