"""Operations over a WebSocket: Strawberry's implementation of graphql-transport-ws.

https://github.com/graphql/graphql-over-http/blob/main/rfcs/GraphQLOverWebSocket.md
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, cast

from graphql import GraphQLError
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import (
    BaseGraphQLTransportWSHandler,
)

from newsgraph.gql.documents.persisted import DOCUMENT_ID_KEY, INTERNAL_DOCUMENT_ID_KEY
from newsgraph.gql.execution.executor import Context
from newsgraph.gql.request_errors import QUERY_TOO_LARGE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from strawberry.subscriptions.protocols.graphql_transport_ws.types import Message

    from newsgraph.gql.executable_schema import Schema
    from newsgraph.store.query.prepared_query import CompiledQuery, ParameterValues
    from newsgraph.store.query.selection import Selection
    from newsgraph.store.query_limits import QueryLimits
    from newsgraph.store.store import QueryResult, Store

MAX_CONCURRENT_READS = 2
"""Maximum number of a WebSocket's operations that read the store at the same time."""


class ConcurrencyLimitedStore:
    """A store for the operations of one WebSocket, which run concurrently.

    It limits the number of concurrent reads, so that one client does not delay the others.
    """

    def __init__(self, store: Store) -> None:
        """Args: store: the store that is read."""
        self._store, self._semaphore = store, asyncio.Semaphore(MAX_CONCURRENT_READS)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - any attribute of the store
        """Pass through everything else, which costs the store next to nothing."""
        return getattr(self._store, name)

    async def read(self, *selections: Selection, limits: QueryLimits) -> QueryResult:
        """Call the store's `read` when the number of concurrent reads allows it."""
        async with self._semaphore:
            return await self._store.read(*selections, limits=limits)

    async def run(
        self, query: CompiledQuery, parameters: Sequence[ParameterValues], limits: QueryLimits
    ) -> QueryResult:
        """Call the store's `run` when the number of concurrent reads allows it."""
        async with self._semaphore:
            return await self._store.run(query, parameters, limits)


class WebSocketHandler(BaseGraphQLTransportWSHandler[Context, None]):
    """Strawberry's handler, with validation of messages and support of persisted documents."""

    async def handle_message(self, message: Message) -> None:
        """Validate a message and resolve its persisted document before Strawberry handles it."""
        received: Any = message
        if (reason := _invalid_message_reason(received)) is not None:
            await self.handle_invalid_message(reason)
            return
        if received["type"] == "subscribe" and not received["payload"].get("query"):
            error = self._resolve_document(received["payload"])
            if error is not None and self.connection_acknowledged:
                response = {"id": received["id"], "type": "error", "payload": [error.formatted]}
                await self.send_message(cast("Message", response))
                return
        await super().handle_message(message)

    async def send_message(self, message: Message) -> None:
        """Send a message whose response has the same form as over HTTP."""
        if message["type"] == "next" and message["payload"].get("data") is None:
            # The response of an operation that was not run has no `data` (GraphQL
            # specification, section 7.1).
            errors = message["payload"].get("errors") or ()
            if all("path" not in error for error in errors):
                cast("dict[str, Any]", message["payload"]).pop("data", None)
        if message["type"] == "error":
            for error in cast("list[dict[str, Any]]", message["payload"]):
                error.setdefault("extensions", {"code": QUERY_TOO_LARGE})
        await super().send_message(message)

    def _resolve_document(self, payload: dict[str, Any]) -> GraphQLError | None:
        """Set the payload's `query` to the text of its persisted document; return any error."""
        payload["query"] = ""
        extensions = payload.get("extensions")
        resolved_extensions = dict(extensions) if isinstance(extensions, dict) else {}
        if DOCUMENT_ID_KEY in payload:
            resolved_extensions[INTERNAL_DOCUMENT_ID_KEY] = payload[DOCUMENT_ID_KEY]
        persisted_documents = cast("Schema", self.schema).persisted_documents
        try:
            payload["query"] = persisted_documents.resolve(None, resolved_extensions).text
        except GraphQLError as error:
            return error
        return None


def _invalid_message_reason(message: object) -> str | None:
    """Return why a message is invalid, or None if it is valid.

    The reason has at most 123 bytes, the maximum in a WebSocket's close frame.
    """
    if not isinstance(message, dict) or not isinstance(message.get("type"), str):
        return "A message has to be a JSON object with a type"
    if message["type"] in ("subscribe", "complete") and not isinstance(message.get("id"), str):
        return "The message has to have an id that is a string"
    if message["type"] == "subscribe" and not isinstance(message.get("payload"), dict):
        return "The message has to have a payload that is an object"
    return None
