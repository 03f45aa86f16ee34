"""Creates feeds of GraphQL queries: stores the document and returns the URLs of its feeds."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from cross_web import HTTPException as BodyError
from graphql import GraphQLError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from newsgraph.gql import InvalidDocumentError, sha256
from newsgraph.gql.http import protocol
from newsgraph.server.feeds import selections
from newsgraph.server.feeds.query_feeds import QueryFeed
from newsgraph.server.feeds.rendering import FEED_FORMATS

if TYPE_CHECKING:
    from starlette.responses import Response

    from newsgraph.gql import ArticleConnectionFinder
    from newsgraph.server.urls import SiteUrls
    from newsgraph.store.store import Store


class QueryFeedCreator:
    """Creates feeds of queries, for clients which do not compute the document's hash themselves.

    A client could also send the document to /graphql as an automatic persisted query and then
    request the feed. But both requests would have to reach the same worker process, while a
    document created here is in the store.
    """

    def __init__(
        self, store: Store, urls: SiteUrls, connection_finder: ArticleConnectionFinder
    ) -> None:
        """Create feeds of queries.

        Args:
            store: stores the documents.
            urls: builds the site's URLs.
            connection_finder: finds the articles that a query selects.
        """
        self._store, self._urls, self._connection_finder = store, urls, connection_finder

    def routes(self) -> list[Route]:
        """Return the route which creates feeds."""
        return [Route("/feeds/query", self._create, methods=["POST"])]

    async def _create(self, request: Request) -> Response:
        """Respond with the feed URLs of a query that is sent as to GraphQL over HTTP.

        Raises:
            HTTPException: 400 if the query selects no articles, 403 if this server stores no
                documents of clients, 507 if there is no room for another one.
            StoreError: the document could not be stored.
        """
        params = await self._parse_body(request)
        document = params.get("query") or ""
        operation_name, variables = params.get("operationName"), params.get("variables") or {}
        digest = sha256(document)
        is_trusted = self._connection_finder.is_trusted(digest)
        if not is_trusted and not self._connection_finder.accepts_new_documents:
            message = (
                "This server only makes feeds of the documents that it was given at its start."
            )
            raise HTTPException(403, message)
        feed = self._build_feed(digest, document, operation_name, variables)
        if not is_trusted:
            now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            if not await self._store.query_feed_documents.save(digest, document, now):
                message = "There is no room here for the documents of more feeds."
                raise HTTPException(507, message)
        urls = {
            suffix: self._urls.absolute(feed.relative_url_as(suffix)) for suffix in FEED_FORMATS
        }
        return JSONResponse(urls, headers={"Cache-Control": "no-store"})

    async def _parse_body(self, request: Request) -> dict[str, Any]:
        max_bytes = self._connection_finder.max_body_bytes
        try:
            protocol.check_body_headers(request.headers, max_bytes)
            capped = Request(request.scope, protocol.limit_body(request.receive, max_bytes))
            body = protocol.parse_json(await capped.body(), "The request's body")
            return protocol.check_request_parameters(body, "The request")
        except BodyError as error:
            raise HTTPException(error.status_code, error.reason) from error

    def _build_feed(
        self, digest: str, document: str, operation_name: str | None, variables: dict[str, Any]
    ) -> QueryFeed:
        """Return the feed; it has an operation name only if the document has several operations."""
        page = selections.ENTRIES[False]
        try:
            try:
                self._connection_finder.build_selection(document, None, variables, page)
                feed = QueryFeed(digest, "", None, variables)
            except GraphQLError:
                self._connection_finder.build_selection(document, operation_name, variables, page)
                feed = QueryFeed(digest, "", operation_name, variables)
            # Lone surrogates, which JSON can have, and 1e400 cannot be part of a URL.
            feed.feed_key.encode()
        except (GraphQLError, InvalidDocumentError) as error:
            raise HTTPException(400, str(error)) from error
        except ValueError as error:
            raise HTTPException(400, "`variables` is not JSON that a URL can hold.") from error
        return feed
