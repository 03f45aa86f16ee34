"""A fast path for requests whose operations are in the operation cache.

Strawberry's view takes half a millisecond, as long as many reads do. So a plain request for an
operation in `gql.execution.operation_cache` is parsed, queried and answered here. Every other
request is passed on to the view with its complete body: new operations, invalid requests,
batches, streams and browsers. Responses of the fast path are identical to those of the view.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qsl

from cross_web import HTTPException
from graphql import GraphQLError
from starlette.requests import ClientDisconnect

from newsgraph.gql.documents.persisted import DOCUMENT_ID_KEY
from newsgraph.gql.documents.request_validation import exceeds_depth
from newsgraph.gql.execution.executor import operation_limits
from newsgraph.gql.execution.raw_json import build_response
from newsgraph.gql.http import protocol
from newsgraph.gql.http.buffered_receive import BufferedReceive
from newsgraph.gql.http.disconnect import DisconnectWatcher
from newsgraph.gql.http.protocol import REVISION_KEY
from newsgraph.store.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.types import ASGIApp, Receive, Scope, Send

    from newsgraph.gql.documents.persisted import PersistedDocuments
    from newsgraph.gql.execution.operation_cache import OperationCache, PreparedOperation
    from newsgraph.gql.options import Options
    from newsgraph.store.query.prepared_query import ParameterValues
    from newsgraph.store.store import QueryResult, Store

READ_ERROR_KEY = "newsgraph.failed"
"""The scope extension with the store's error, if the fast path's read of the store failed."""


_JSON_CONTENT_TYPES = {
    b"application/json",
    b"application/json; charset=utf-8",
    b"application/json;charset=utf-8",
}
"""The usual spellings of JSON's content type; the view parses all others."""


class _RequestHeaders(NamedTuple):
    """The headers that the fast path depends on."""

    accept: str | None
    content_type: bytes
    has_content_encoding: bool
    content_length: int


class FastPath:
    """An ASGI application that runs cached operations, and passes on all other requests.

    Attributes:
        hit_count: number of requests that it has answered itself.
    """

    def __init__(
        self,
        view: ASGIApp,
        store: Store,
        operation_cache: OperationCache,
        persisted_documents: PersistedDocuments,
        options: Options,
    ) -> None:
        """Args: view: handles all other requests; the other arguments are those of the view."""
        self._view, self._store, self._operation_cache = view, store, operation_cache
        self._persisted_documents, self._options = persisted_documents, options
        self._limits = operation_limits(options)
        self.hit_count = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Respond to a request."""
        method = scope["method"] if scope["type"] == "http" else None
        if method not in ("GET", "POST"):
            await self._view(scope, receive, send)
            return
        headers = _parse_headers(scope)
        media_type = _fast_media_type(headers.accept)
        buffered = BufferedReceive(receive)
        prepared_and_values = None
        if media_type is not None:
            if method == "GET":
                parameters = _parse_query_string(scope["query_string"], self._options)
                prepared_and_values = self._get_cached(parameters)
            elif headers.content_type in _JSON_CONTENT_TYPES and not headers.has_content_encoding:
                max_bytes = self._options.max_body_bytes
                is_short = headers.content_length <= max_bytes
                body = await buffered.read_body(max_bytes) if is_short else None
                prepared_and_values = self._get_cached(body and _parse_json(body))
        if prepared_and_values is None or media_type is None:
            await self._view(scope, buffered.receive, send)
            return
        prepared, values = prepared_and_values
        run_arguments = (prepared.store_query.query, values, self._limits)
        try:
            query_result = self._store.try_run_inline(*run_arguments)
            if query_result is None:
                watcher = DisconnectWatcher(receive)
                query_result = await watcher.run(self._store.run(*run_arguments), reads_body=False)
        except ClientDisconnect:
            return
        except StoreError as error:
            scope.setdefault("extensions", {})[READ_ERROR_KEY] = error
            await self._view(scope, buffered.receive, send)
            return
        if prepared.has_expired(query_result):
            await self._view(scope, buffered.receive, send)
            return
        self.hit_count += 1
        await self._send_response(scope, send, media_type, prepared, query_result)

    def _get_cached(
        self, parameters: object
    ) -> tuple[PreparedOperation, Sequence[ParameterValues]] | None:
        """Return the cached operation that the parameters of a request select, or None.

        Args:
            parameters: the parsed body or query string, of any type.
        """
        if not isinstance(parameters, dict):
            return None
        text, operation_name = parameters.get("query"), parameters.get("operationName")
        variables, extensions = parameters.get("variables"), parameters.get("extensions")
        if not (
            isinstance(text, str | None)
            and isinstance(operation_name, str | None)
            and isinstance(variables, dict | None)
            and isinstance(extensions, dict | None)
            and DOCUMENT_ID_KEY not in parameters
        ):
            return None
        if text is not None and extensions:
            # The text may have been sent to be registered under its hash.
            return None
        variables = variables or {}
        try:
            document = self._persisted_documents.resolve(text, extensions or {})
        except GraphQLError:
            return None
        if document.hash_to_register is not None or exceeds_depth(
            variables, self._options.max_depth
        ):
            return None
        return self._operation_cache.get(document.text, operation_name or None, variables)

    async def _send_response(
        self,
        scope: Scope,
        send: Send,
        media_type: str,
        prepared: PreparedOperation,
        query_result: QueryResult,
    ) -> None:
        body = build_response(prepared.build_data(query_result), prepared.extensions_json)
        if (scope_extensions := scope.get("extensions")) is not None:
            scope_extensions[REVISION_KEY] = query_result.revision
        headers = [
            (b"vary", b"Accept"),
            (b"content-length", b"%d" % len(body)),
            (b"content-type", media_type.encode()),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})


def _parse_headers(scope: Scope) -> _RequestHeaders:
    accepts, content_type, has_content_encoding, content_length = [], b"", False, 0
    for name, value in scope["headers"]:
        if name == b"accept":
            accepts.append(value.decode("latin-1"))
        elif name == b"content-type":
            content_type = value.lower()
        elif name == b"content-encoding":
            has_content_encoding = True
        elif name == b"content-length" and value.isdigit():
            content_length = int(value)
    accept = accepts[0] if accepts else None
    return _RequestHeaders(accept, content_type, has_content_encoding, content_length)


@lru_cache(maxsize=100)
def _fast_media_type(accept: str | None) -> str | None:
    """Return the media type of the response, or None if the view has to decide."""
    if protocol.prefers_event_stream(accept):
        return None
    return protocol.negotiate_media_type(accept)


def _parse_json(text: bytes) -> object:
    try:
        return protocol.parse_json(text, "")
    except HTTPException:
        return None


def _parse_query_string(query_string: bytes, options: Options) -> Mapping[str, Any] | None:
    """Return the parameters of a query string, parsed like in the view; None if invalid."""
    if not query_string or len(query_string) > options.max_body_bytes:
        return None
    # The last of repeated parameters counts, even if it is empty.
    raw = dict(parse_qsl(query_string.decode("latin-1"), keep_blank_values=True))
    parameters: dict[str, Any] = {key: value for key, value in raw.items() if value}
    for key in ("variables", "extensions"):
        if key in parameters:
            parameters[key] = _parse_json(parameters[key].encode())
            if parameters[key] is None:
                return None
    return parameters


class FailedStore:
    """A stand-in for a store whose read has failed already."""

    def __init__(self, error: Exception) -> None:
        """Args: error: the error of that read."""
        self._error = error

    async def run(self, *_: object) -> QueryResult:
        """Raise the error of the failed read again."""
        raise self._error
