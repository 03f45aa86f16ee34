"""Tells clients the URLs of the feeds of a GraphQL query."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from cross_web import HTTPException as BodyError
from graphql import GraphQLError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.routing import Route

from newsgraph.feeds import FORMATS
from newsgraph.gql.documents.document_cache import InvalidDocumentError
from newsgraph.gql.http import protocol
from newsgraph.server.article_query import parse_summary_only
from newsgraph.server.feeds import selections
from newsgraph.server.feeds.query_feeds import UNUSABLE_VARIABLES, QueryFeed
from newsgraph.server.feeds.query_in_url import MAX_ENCODED_CHARACTERS, encode_document

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from newsgraph.gql.article_connection_finder import ArticleConnectionFinder
    from newsgraph.server.urls import SiteUrls


class QueryFeedUrls:
    """Builds the URLs of a query's feeds, for clients that cannot compress the query themselves."""

    def __init__(self, urls: SiteUrls, connection_finder: ArticleConnectionFinder) -> None:
        """Build URLs of queries' feeds.

        Args:
            urls: builds the site's URLs.
            connection_finder: finds the articles that a query selects.
        """
        self._urls, self._connection_finder = urls, connection_finder

    def routes(self) -> list[Route]:
        """Return the route that tells the URLs."""
        return [Route("/feeds/query", self._respond)]

    async def _respond(self, request: Request) -> Response:
        """Respond with the feed URLs of a query that is sent as to GraphQL over HTTP by GET.

        Raises:
            HTTPException: 400 if the query selects no articles, 403 if this server makes feeds of
                trusted documents only, 414 if the query is too long for a URL.
        """
        params = _parse_params(request)
        document = params.get("query") or ""
        is_trusted = self._connection_finder.is_trusted_document(document)
        if not is_trusted and self._connection_finder.trusted_only:
            raise HTTPException(403, "This server makes feeds of trusted documents only.")
        feed = self._build_feed(
            document, is_trusted, params.get("operationName"), params.get("variables") or {}
        )
        feed = replace(feed, summary_only=parse_summary_only(request.url.query))
        if not is_trusted and (length := len(encode_document(document))) > MAX_ENCODED_CHARACTERS:
            message = (
                f"Compressed, this query has {length} characters, and a URL can contain "
                f"{MAX_ENCODED_CHARACTERS}. It can be a feed as a trusted document of this server."
            )
            raise HTTPException(414, message)
        try:
            urls = {suffix: self._urls.absolute(feed.relative_url_as(suffix)) for suffix in FORMATS}
        except ValueError as error:
            raise HTTPException(400, UNUSABLE_VARIABLES) from error
        return JSONResponse(urls, headers={"Cache-Control": "no-store"})

    def _build_feed(
        self,
        document: str,
        is_trusted: bool,
        operation_name: str | None,
        variables: dict[str, Any],
    ) -> QueryFeed:
        """Return the feed; it has an operation name only if the document has several operations."""
        page = selections.ENTRIES[False]
        try:
            try:
                self._connection_finder.build_selection(document, None, variables, page)
                operation_name = None
            except GraphQLError:
                self._connection_finder.build_selection(document, operation_name, variables, page)
        except (GraphQLError, InvalidDocumentError) as error:
            raise HTTPException(400, str(error)) from error
        return QueryFeed(document, is_trusted, "", operation_name, variables)


def _parse_params(request: Request) -> dict[str, Any]:
    params: dict[str, object] = dict(request.query_params)
    try:
        if params.get("variables"):
            params["variables"] = protocol.parse_json(str(params["variables"]), "`variables`")
        else:
            params.pop("variables", None)
        return protocol.check_request_parameters(params, "The request")
    except BodyError as error:
        raise HTTPException(error.status_code, error.reason) from error
