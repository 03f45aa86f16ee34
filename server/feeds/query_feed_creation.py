"""Feeds that are made of a query on request: the query is kept, and told where they are."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from cross_web import HTTPException as NotRead
from graphql import GraphQLError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from newsgraph.gql import Unreadable, sha256
from newsgraph.gql.http import protocol
from newsgraph.server.feeds import selections
from newsgraph.server.feeds.query_feeds import Query
from newsgraph.server.feeds.rendering import FORMATS

if TYPE_CHECKING:
    from starlette.responses import Response

    from newsgraph.gql import SelectedArticles
    from newsgraph.server.urls import Addresses
    from newsgraph.store.store import Store


class Making:
    """Makes feeds of queries for clients that do not want to compute a hash.

    A client could as well send the document to the graph as an automatic persisted query, and
    ask for the feed; but that has to come to the same process, while this is in the store.
    """

    def __init__(self, store: Store, addresses: Addresses, articles: SelectedArticles) -> None:
        """Args: store: keeps documents; addresses: of our own; articles: finds what is selected."""
        self._store, self._addresses, self._articles = store, addresses, articles

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [Route("/feeds/query", self._make, methods=["POST"])]

    async def _make(self, request: Request) -> Response:
        """Answer what GraphQL over HTTP would send with the addresses of the query's feeds.

        Raises:
            HTTPException: 400 where it selects no articles, 403 where this server keeps no
                documents of clients, 507 where there is no room for one more.
            StoreError: the document could not be kept.
        """
        asked = await self._read(request)
        text = asked.get("query") or ""
        name, variables = asked.get("operationName"), asked.get("variables") or {}
        digest = sha256(text)
        is_trusted = self._articles.is_trusted(digest)
        if not is_trusted and not self._articles.takes_documents:
            told = "This server makes feeds only of the queries that it was given at its start."
            raise HTTPException(403, told)
        query = self._query(digest, text, name, variables)
        if not is_trusted:
            now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            if not await self._store.feed_documents.keep(digest, text, now):
                told = "There is no room here for the queries of more feeds."
                raise HTTPException(507, told)
        addresses = {suffix: self._addresses.at(query.as_(suffix)) for suffix in FORMATS}
        return JSONResponse(addresses, headers={"Cache-Control": "no-store"})

    async def _read(self, request: Request) -> dict[str, Any]:
        most = self._articles.max_body_bytes
        try:
            protocol.check_body(request.headers, most)
            capped = Request(request.scope, protocol.capped(request.receive, most))
            body = protocol.read_json(await capped.body(), "The request's body")
            return protocol.check_parts(body, "The request")
        except NotRead as error:
            raise HTTPException(error.status_code, error.reason) from error

    def _query(self, digest: str, text: str, name: str | None, variables: dict[str, Any]) -> Query:
        """Return the feed, with the operation's name only where there are several."""
        page = selections.STORIES[False]
        try:
            try:
                self._articles.selection(text, None, variables, page)
                query = Query(digest, "", None, variables)
            except GraphQLError:
                self._articles.selection(text, name, variables, page)
                query = Query(digest, "", name, variables)
            # Half a surrogate pair, which JSON can say, and 1e400 have no place in an address.
            query.id.encode()
        except (GraphQLError, Unreadable) as error:
            raise HTTPException(400, str(error)) from error
        except ValueError as error:
            raise HTTPException(400, "`variables` is not JSON that an address can hold.") from error
        return query
