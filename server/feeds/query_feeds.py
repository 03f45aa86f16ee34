"""Feeds of GraphQL queries: the articles that the document in the feed's URL selects.

The URL of a trusted document has its hash instead.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote

from graphql import GraphQLError
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from newsgraph.feeds import FORMATS, PagingLinks
from newsgraph.gql.article_connection_finder import ArticleConnectionFinder, extract_connection
from newsgraph.gql.documents.document_cache import InvalidDocumentError
from newsgraph.gql.documents.persisted import sha256
from newsgraph.server.article_query import SUMMARY_PARAM, is_canonical_request, parse_summary_only
from newsgraph.server.feeds import selections
from newsgraph.server.feeds.browser_navigation import VARY
from newsgraph.server.feeds.entries import DEFAULT_TITLE
from newsgraph.server.feeds.metadata import FeedDefaults, FeedDescription, build_metadata
from newsgraph.server.feeds.query_in_url import decode_document, encode_document
from newsgraph.server.feeds.raw_format import is_raw_request, make_raw, raw_url
from newsgraph.server.feeds.rendered_feeds import pending_entry
from newsgraph.server.urls import SUBSCRIBE_PATH
from newsgraph.store.errors import BadCursor

if TYPE_CHECKING:
    from starlette.requests import Request

    from newsgraph.server.feeds.rendering import FeedRenderer
    from newsgraph.server.http_cache.conditional_responder import ConditionalResponder
    from newsgraph.store.documents.collection_settings import Collection
    from newsgraph.store.query_limits import QueryLimits
    from newsgraph.store.store import QueryResult, Store, StoreState

_SHA256 = re.compile(r"[0-9a-fA-F]{64}")

_UNKNOWN_HASH = (
    "This URL names its query by a hash, and no trusted document of this server has it. Feeds of "
    "other queries have URLs that contain the query: GraphiQL and /feeds/query?query=… return them."
)

UNUSABLE_VARIABLES = "`variables` is not JSON that a URL can hold."


_encode_cached = lru_cache(256)(encode_document)
"""Compressing a document takes longer than most of what a request for its feed does."""


@dataclass(frozen=True, slots=True)
class QueryFeed:
    """The feed of a GraphQL query.

    Attributes:
        document: the GraphQL document.
        is_trusted: whether it is a trusted document.
        suffix: format suffix.
        operation_name: name of the document's operation; None if it has only one.
        variables: variables of the operation.
        summary_only: whether entries have only summaries.
    """

    document: str
    is_trusted: bool
    suffix: str
    operation_name: str | None
    variables: dict[str, Any]
    summary_only: bool = False

    @property
    def feed_key(self) -> str:
        """Identifies the feed within the site, however its document is compressed."""
        query_string = self._query_string
        path = f"/feeds/query/{sha256(self.document)}"
        return f"{path}?{query_string}" if query_string else path

    @property
    def _query_string(self) -> str:
        params = {"operationName": self.operation_name} if self.operation_name else {}
        if self.variables:
            params["variables"] = json.dumps(
                self.variables,
                ensure_ascii=False,
                allow_nan=False,
                separators=(",", ":"),
                sort_keys=True,
            )
        if self.summary_only:
            params[SUMMARY_PARAM] = "1"
        return "&".join(f"{name}={quote(value, safe='')}" for name, value in params.items())

    @property
    def relative_url(self) -> str:
        """Canonical path and query string, below the site's base URL.

        Raises:
            ValueError: a variable has a value that cannot be a part of the URL.
        """
        query_string = self._query_string
        return (
            f"/feeds/query/{self._name}.{self.suffix}{f'?{query_string}' if query_string else ''}"
        )

    @property
    def subscribe_path(self) -> str:
        """Path and query string of the page about the feed, below the site's base URL."""
        query_string = self._query_string
        return f"{SUBSCRIBE_PATH}query/{self._name}{f'?{query_string}' if query_string else ''}"

    @property
    def _name(self) -> str:
        return sha256(self.document) if self.is_trusted else _encode_cached(self.document)

    def relative_url_as(self, suffix: str) -> str:
        """Return the canonical path and query string of the feed in another format."""
        return replace(self, suffix=suffix).relative_url


class QueryFeedRoutes:
    """Serves feeds of queries: of trusted documents, and of documents that the URL contains."""

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
            store: the store to read.
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
        return [Route("/feeds/query/{name}.{suffix}", self._handle)]

    async def _handle(self, request: Request) -> Response:
        name, suffix = request.path_params["name"], request.path_params["suffix"]
        if suffix not in FORMATS:
            formats = ", ".join(f".{known}" for known in FORMATS)
            raise HTTPException(404, f"There is no feed in the format {suffix!r}, only {formats}.")
        query_string = request.url.query
        feed = parse_query_feed(self._connection_finder, name, suffix, query_string)
        is_raw = is_raw_request(query_string)
        canonical_url = raw_url(feed.relative_url) if is_raw else feed.relative_url
        path = request.scope["path"]
        if not is_canonical_query_request(feed, canonical_url, path, query_string):
            response: Response = RedirectResponse(self._defaults.urls.absolute(canonical_url), 301)
        else:
            response = await self._respond(request, feed)
        if is_raw:
            return make_raw(response, suffix)
        response.headers.add_vary_header(VARY)
        return response

    async def _respond(self, request: Request, feed: QueryFeed) -> Response:
        try:
            operation_name, selection = self._connection_finder.build_selection(
                feed.document, feed.operation_name, feed.variables, selections.ENTRIES[False]
            )
        except (GraphQLError, InvalidDocumentError) as error:
            raise HTTPException(400, str(error)) from error
        try:
            return await self._responder.respond_with_content_etag(
                request,
                feed.relative_url,
                partial(self._store.read, selection, limits=self._limits),
                partial(self._render, feed, operation_name),
            )
        except BadCursor as error:
            raise HTTPException(400, str(error)) from error

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
            pending_entry(edge["node"], state.collection, urls) for edge in connection["edges"]
        ]
        description = describe_query_feed(feed, operation_name, state.collection)
        metadata = build_metadata(
            self._defaults,
            state.collection,
            description,
            feed.relative_url,
            entries,
            PagingLinks(),
            summary_only=feed.summary_only,
        )
        return await self._renderer.render(feed, metadata, entries, is_delta=False)


def parse_query_feed(
    finder: ArticleConnectionFinder, name: str, suffix: str, query_string: str
) -> QueryFeed:
    """Return the feed of a query that a URL names or contains.

    Args:
        finder: has the trusted documents and the limits.
        name: the last part of the path, without the format suffix.
        suffix: format suffix; empty for the page about the feed.
        query_string: query string of the URL.

    Raises:
        HTTPException: 400, 403, 404 or 410; there is no such feed.
    """
    document, is_trusted = _find_document(finder, name)
    params = dict(parse_qsl(query_string))
    try:
        variables = json.loads(params.get("variables") or "{}")
        if not isinstance(variables, dict):
            raise HTTPException(400, "`variables` has to be a JSON object.")
        feed = QueryFeed(
            document,
            is_trusted,
            suffix,
            params.get("operationName"),
            variables,
            parse_summary_only(query_string),
        )
        # Lone surrogates, which JSON can have, cannot be part of a URL.
        feed.feed_key.encode()
    except (ValueError, RecursionError) as error:
        raise HTTPException(400, UNUSABLE_VARIABLES) from error
    return feed


def is_canonical_query_request(
    feed: QueryFeed, canonical_url: str, path: str, query_string: str
) -> bool:
    """Check whether the URL of a request for a query's feed is the canonical one.

    A document has several encodings, and a server with another compressor may have sent the client
    here: a redirect to the canonical one could lead back. So all of them count as canonical.

    Args:
        feed: the feed, parsed from the URL.
        canonical_url: canonical path and query string, below the site's base URL.
        path: decoded path of the request.
        query_string: query string of the request.
    """
    path = path.lower() if feed.is_trusted else canonical_url.partition("?")[0]
    return is_canonical_request(canonical_url, path, query_string)


def _find_document(finder: ArticleConnectionFinder, name: str) -> tuple[str, bool]:
    """Return the document that a URL names or contains, and whether it is a trusted one."""
    if _SHA256.fullmatch(name):
        document = finder.find_trusted_document(name.lower())
        if document is None:
            raise HTTPException(410, _UNKNOWN_HASH)
        return document, True
    document = decode_document(name, finder.max_document_bytes)
    if document is None or len(document) > finder.max_document_characters:
        raise HTTPException(404, "This URL contains no query: it is incomplete or was changed.")
    is_trusted = finder.is_trusted_document(document)
    if finder.trusted_only and not is_trusted:
        raise HTTPException(403, "This server makes feeds of trusted documents only.")
    return document, is_trusted


def describe_query_feed(
    feed: QueryFeed, operation_name: str | None, collection: Collection
) -> FeedDescription:
    """Describe to readers which articles the feed of a query carries.

    Args:
        feed: the feed.
        operation_name: name of the operation; None if it has none.
        collection: the store's first collection.
    """
    site_title = collection.title or DEFAULT_TITLE
    title = operation_name or "A query"
    return FeedDescription(
        feed.feed_key, title, f"Articles that a query of {site_title} finds", "/graphql"
    )
