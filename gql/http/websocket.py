"""Operations over a WebSocket: the protocol graphql-transport-ws, by Strawberry.

https://github.com/graphql/graphql-over-http/blob/main/rfcs/GraphQLOverWebSocket.md
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, cast

from graphql import GraphQLError
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import (
    BaseGraphQLTransportWSHandler,
)

from newsgraph.gql.documents.persisted import DOCUMENT_ID, OUR_DOCUMENT_ID
from newsgraph.gql.execution.executor import Context
from newsgraph.gql.request_errors import TOO_LARGE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from strawberry.subscriptions.protocols.graphql_transport_ws.types import Message

    from newsgraph.gql.executable_schema import Schema
    from newsgraph.store.limits import Limits
    from newsgraph.store.query.prepared_query import Question, Values
    from newsgraph.store.query.selection import Selection
    from newsgraph.store.store import Reading, Store

READS_AT_ONCE = 2
"""How many of a socket's operations the store reads for at a time; the others wait."""


class Turns:
    """A store, as one client has it whose operations run beside each other."""

    def __init__(self, store: Store) -> None:
        """Args: store: answers."""
        self._store, self._free = store, asyncio.Semaphore(READS_AT_ONCE)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - anything of the store's
        """Hand on what costs the store next to nothing."""
        return getattr(self._store, name)

    async def read(self, *selections: Selection, limits: Limits) -> Reading:
        """Read when it is this one's turn."""
        async with self._free:
            return await self._store.read(*selections, limits=limits)

    async def ask(self, question: Question, values: Sequence[Values], limits: Limits) -> Reading:
        """Ask when it is this one's turn."""
        async with self._free:
            return await self._store.ask(question, values, limits)


class Handler(BaseGraphQLTransportWSHandler[Context, None]):
    """Strawberry's handler, for clients that say anything at all, and for known documents."""

    async def handle_message(self, message: Message) -> None:
        """Check a message's form before Strawberry takes it apart."""
        said: Any = message
        if (wrong := _wrong(said)) is not None:
            await self.handle_invalid_message(wrong)
            return
        if said["type"] == "subscribe" and not said["payload"].get("query"):
            error = self._find(said["payload"])
            if error is not None and self.connection_acknowledged:
                told = {"id": said["id"], "type": "error", "payload": [error.formatted]}
                await self.send_message(cast("Message", told))
                return
        await super().handle_message(message)

    async def send_message(self, message: Message) -> None:
        """Send a message, in the form that answers have by other ways."""
        if message["type"] == "next" and message["payload"].get("data") is None:
            # What was not run has no data (GraphQL specification, section 7.1).
            errors = message["payload"].get("errors") or ()
            if all("path" not in error for error in errors):
                cast("dict[str, Any]", message["payload"]).pop("data", None)
        if message["type"] == "error":
            for error in cast("list[dict[str, Any]]", message["payload"]):
                error.setdefault("extensions", {"code": TOO_LARGE})
        await super().send_message(message)

    def _find(self, payload: dict[str, Any]) -> GraphQLError | None:
        """Put the text of a document that is asked for by its hash where Strawberry looks."""
        payload["query"] = ""
        extensions = payload.get("extensions")
        by_hash = dict(extensions) if isinstance(extensions, dict) else {}
        if DOCUMENT_ID in payload:
            by_hash[OUR_DOCUMENT_ID] = payload[DOCUMENT_ID]
        try:
            payload["query"] = cast("Schema", self.schema).persisted.find(None, by_hash).text
        except GraphQLError as error:
            return error
        return None


def _wrong(message: object) -> str | None:
    """Say in at most 123 bytes, which a closing message can hold, what a message lacks."""
    if not isinstance(message, dict) or not isinstance(message.get("type"), str):
        return "A message has to be a JSON object with a type"
    if message["type"] in ("subscribe", "complete") and not isinstance(message.get("id"), str):
        return "The message has to have an id that is a string"
    if message["type"] == "subscribe" and not isinstance(message.get("payload"), dict):
        return "The message has to have a payload that is an object"
    return None
