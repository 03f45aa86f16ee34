"""The short way to an answer: for requests whose operations have been planned before.

Strawberry's view costs half a millisecond, as much as many an answer does. So a plain
request for what `gql.execution.operation_cache` knows is read, asked and spliced here.
Everything else goes on to the view with not a byte missing: what is new, what is wrong,
batches, streams and browsers. What is answered here is what the view would answer.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qsl

from cross_web import HTTPException
from graphql import GraphQLError
from starlette.requests import ClientDisconnect

from newsgraph.gql.documents.persisted import DOCUMENT_ID
from newsgraph.gql.documents.request_validation import nests_deeper
from newsgraph.gql.execution.executor import limits_of
from newsgraph.gql.execution.raw_json import whole
from newsgraph.gql.http import protocol
from newsgraph.gql.http.buffered_receive import Heard
from newsgraph.gql.http.disconnect import Waiting
from newsgraph.gql.http.protocol import ANSWERED
from newsgraph.store.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.types import ASGIApp, Receive, Scope, Send

    from newsgraph.gql.documents.persisted import Persisted
    from newsgraph.gql.execution.operation_cache import Operations, Ready
    from newsgraph.gql.options import Options
    from newsgraph.store.query.prepared_query import Values
    from newsgraph.store.store import Reading, Store

FAILED = "newsgraph.failed"
"""The scope's extension with the store's error, where a read has been tried and has ended."""


_JSON = {b"application/json", b"application/json; charset=utf-8", b"application/json;charset=utf-8"}
"""How clients say that they send JSON; the view knows other spellings."""


class _Head(NamedTuple):
    """The headers that matter."""

    accept: str | None
    content_type: bytes
    is_encoded: bool
    length: int


class Shortcut:
    """An application that answers what is known, and hands the rest on.

    Attributes:
        answered: how many requests it has answered itself.
    """

    def __init__(
        self,
        view: ASGIApp,
        store: Store,
        operations: Operations,
        persisted: Persisted,
        options: Options,
    ) -> None:
        """Args: view: the long way; the others are the view's own."""
        self._view, self._store, self._operations = view, store, operations
        self._persisted, self._options = persisted, options
        self._limits = limits_of(options)
        self.answered = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        method = scope["method"] if scope["type"] == "http" else None
        if method not in ("GET", "POST"):
            await self._view(scope, receive, send)
            return
        head = _head(scope)
        media_type = _media_type(head.accept)
        heard = Heard(receive)
        found = None
        if media_type is not None:
            if method == "GET":
                found = self._find(_parameters(scope["query_string"], self._options))
            elif head.content_type in _JSON and not head.is_encoded:
                most = self._options.max_body_bytes
                text = await heard.body(most) if head.length <= most else None
                found = self._find(text and _read(text))
        if found is None or media_type is None:
            await self._view(scope, heard.receive, send)
            return
        ready, values = found
        asked = (ready.prepared.question, values, self._limits)
        try:
            reading = self._store.ask_now(*asked)
            if reading is None:
                client = Waiting(receive)
                reading = await client.answer(self._store.ask(*asked), reads=False)
        except ClientDisconnect:
            return
        except StoreError as error:
            scope.setdefault("extensions", {})[FAILED] = error
            await self._view(scope, heard.receive, send)
            return
        if ready.has_passed(reading):
            await self._view(scope, heard.receive, send)
            return
        self.answered += 1
        await self._send(scope, send, media_type, ready, reading)

    def _find(self, asked: object) -> tuple[Ready, Sequence[Values]] | None:
        if not isinstance(asked, dict):
            return None
        text, name = asked.get("query"), asked.get("operationName")
        variables, extensions = asked.get("variables"), asked.get("extensions")
        if not (
            isinstance(text, str | None)
            and isinstance(name, str | None)
            and isinstance(variables, dict | None)
            and isinstance(extensions, dict | None)
            and DOCUMENT_ID not in asked
        ):
            return None
        if text is not None and extensions:
            # The text may be there to be kept under its hash.
            return None
        variables = variables or {}
        try:
            document = self._persisted.find(text, extensions or {})
        except GraphQLError:
            return None
        if document.new_hash is not None or nests_deeper(variables, self._options.max_depth):
            return None
        return self._operations.find(document.text, name or None, variables)

    async def _send(
        self, scope: Scope, send: Send, media_type: str, ready: Ready, reading: Reading
    ) -> None:
        body = whole(ready.data(reading), ready.told)
        if (extensions := scope.get("extensions")) is not None:
            extensions[ANSWERED] = reading.revision
        headers = [
            (b"vary", b"Accept"),
            (b"content-length", b"%d" % len(body)),
            (b"content-type", media_type.encode()),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})


def _head(scope: Scope) -> _Head:
    accepted, content_type, is_encoded, length = [], b"", False, 0
    for name, value in scope["headers"]:
        if name == b"accept":
            accepted.append(value.decode("latin-1"))
        elif name == b"content-type":
            content_type = value.lower()
        elif name == b"content-encoding":
            is_encoded = True
        elif name == b"content-length" and value.isdigit():
            length = int(value)
    return _Head(accepted[0] if accepted else None, content_type, is_encoded, length)


@lru_cache(maxsize=100)
def _media_type(accept: str | None) -> str | None:
    """Return the type to answer in, or None where the view has to look."""
    return None if protocol.wants_events(accept) else protocol.answer_type(accept)


def _read(text: bytes) -> object:
    try:
        return protocol.read_json(text, "")
    except HTTPException:
        return None


def _parameters(query: bytes, options: Options) -> Mapping[str, Any] | None:
    """Return what an address asks, as the view reads it."""
    if not query or len(query) > options.max_body_bytes:
        return None
    # The last of several counts, also where it is empty.
    told = dict(parse_qsl(query.decode("latin-1"), keep_blank_values=True))
    asked: dict[str, Any] = {key: value for key, value in told.items() if value}
    for key in ("variables", "extensions"):
        if key in asked:
            asked[key] = _read(asked[key].encode())
            if asked[key] is None:
                return None
    return asked


class Failed:
    """A store that has been asked already, and could not answer."""

    def __init__(self, error: Exception) -> None:
        """Args: error: what it said."""
        self._error = error

    async def ask(self, *_: object) -> Reading:
        """Say it again."""
        raise self._error
