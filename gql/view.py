"""GraphQL over HTTP: Strawberry's ASGI view with our store in its context."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from cross_web import HTTPException
from strawberry.asgi import GraphQL

from gql.execution import Context
from gql.schema import Schema

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import ASGIApp
    from starlette.websockets import WebSocket

    from store.store import Store


class View(GraphQL[Context, None]):
    """Answers POST and GET, and shows GraphiQL to browsers."""

    def __init__(self, store: Store) -> None:
        self._schema = Schema()
        super().__init__(self._schema)
        self._store = store

    async def get_context(
        self,
        request: Request | WebSocket,  # noqa: ARG002 - Strawberry gives it
        response: Response | WebSocket,  # noqa: ARG002 - Strawberry gives it
    ) -> Context:
        """Give operations what they need; Strawberry adds what a socket's client says."""
        return Context(store=self._store, schema=self._schema.graphql)

    def parse_json(self, data: str | bytes) -> object:
        """Read a body; what is no object (or list of them, a batch) is the client's error."""
        body: object = super().parse_json(data)
        each = body if isinstance(body, list) else [body]
        if not all(isinstance(one, dict) for one in each):
            raise HTTPException(400, "The request body has to be a JSON object")
        return body

    def encode_json(self, data: object) -> str:
        """Say text as it is, in UTF-8, rather than in escapes."""
        return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def graphql_app(store: Store) -> ASGIApp:
    """Return the application to mount at ``/graphql``."""
    return View(store)
