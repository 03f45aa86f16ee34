"""The ASGI application of the GraphQL endpoint: Strawberry's view with the store and limits."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from json import JSONDecodeError
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import urlsplit

from cross_web import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from strawberry.asgi import GraphQL
from strawberry.http import GraphQLRequestData
from strawberry.subscriptions import GRAPHQL_SSE_PROTOCOL, GRAPHQL_TRANSPORT_WS_PROTOCOL
from strawberry.types.graphql import OperationType

from newsgraph.gql.documents.persisted import DOCUMENT_ID_KEY, INTERNAL_DOCUMENT_ID_KEY
from newsgraph.gql.executable_schema import Schema
from newsgraph.gql.execution.executor import Context
from newsgraph.gql.execution.raw_json import RawData, encode_json
from newsgraph.gql.http import protocol
from newsgraph.gql.http.disconnect import DisconnectWatcher
from newsgraph.gql.http.fast_path import READ_ERROR_KEY, FailedStore, FastPath
from newsgraph.gql.http.protocol import EVENT_STREAM, GRAPHQL_RESPONSE, HTML, JSON, REVISION_KEY
from newsgraph.gql.http.slow_consumer import SlowConsumerMiddleware
from newsgraph.gql.http.sse_line_ends import LineFeedSSETransport
from newsgraph.gql.http.websocket import ConcurrencyLimitedStore, WebSocketHandler
from newsgraph.gql.options import DEFAULT_OPTIONS

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from cross_web import AsyncHTTPRequestAdapter
    from starlette.types import Receive, Scope, Send
    from starlette.websockets import WebSocket
    from strawberry.http import GraphQLHTTPResponse, GraphQLRequestProtocol
    from strawberry.types.execution import ExecutionResult, SubscriptionExecutionResult

    from newsgraph.gql.options import Options
    from newsgraph.store.store import Store

PageHandler: TypeAlias = "Callable[[Request], Awaitable[Response]]"
"""Handles a browser's request with an HTML page, such as GraphiQL."""

CONNECTION_INIT_TIMEOUT = timedelta(seconds=10)
"""How long a WebSocket may be open before its client sends `connection_init`."""

_GET_OPERATIONS = {OperationType.QUERY}
_STREAM_OPERATIONS = {OperationType.QUERY, OperationType.SUBSCRIPTION}
_POST_OPERATIONS = {OperationType.QUERY, OperationType.MUTATION}


class _SubResponse(Response):
    """Strawberry's "sub response", which it passes along with a request.

    Attributes:
        media_type: media type of the response.
        method: the request's method.
        scope_extensions: extensions of the ASGI scope.
    """

    media_type: str
    method: str
    scope_extensions: dict[str, Any]


class GraphQLView(GraphQL[Context, None]):
    """Strawberry's view: POST, GET, WebSockets, event streams, and a page for browsers."""

    graphql_transport_ws_handler_class = WebSocketHandler
    stream_transport_classes_by_protocol = {  # noqa: RUF012 - Strawberry's own, never changed
        GRAPHQL_SSE_PROTOCOL: LineFeedSSETransport
    }

    def __init__(
        self, store: Store, schema: Schema, site_url: str = "", page: PageHandler | None = None
    ) -> None:
        """Create the view.

        Args:
            store: the store that operations read.
            schema: the schema, with its options.
            site_url: as in `graphql_app`.
            page: as in `graphql_app`.
        """
        self._schema, options = schema, schema.options
        self._page = page
        parts = urlsplit(site_url)
        site_origins = [f"{parts.scheme}://{parts.netloc}"] if parts.netloc else []
        super().__init__(
            self._schema,
            subscription_protocols=(GRAPHQL_TRANSPORT_WS_PROTOCOL, GRAPHQL_SSE_PROTOCOL),
            connection_init_wait_timeout=CONNECTION_INIT_TIMEOUT,
            allowed_origins=(*site_origins, *options.cors_origins),
        )
        self._store, self._options = store, options

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Respond to a request; the response to an invalid one is JSON too."""
        if scope["type"] != "http":
            await super().__call__(scope, receive, send)
            return
        watcher = DisconnectWatcher(receive)
        limited_receive = protocol.limit_body(watcher.receive, self._options.max_body_bytes)
        request = Request(scope, limited_receive)
        try:
            response = await watcher.run(self.run(request), reads_body=request.method == "POST")
        except HTTPException as error:
            response = protocol.error_response(error, request.headers.get("accept"))
        except ClientDisconnect:
            return
        await response(scope, receive, send)

    async def get_context(
        self,
        request: Request | WebSocket,
        response: Response | WebSocket,  # noqa: ARG002 - Strawberry passes it
    ) -> Context:
        """Return the context value; Strawberry adds a WebSocket's connection parameters."""
        store: Any = (
            self._store if isinstance(request, Request) else ConcurrencyLimitedStore(self._store)
        )
        if (error := (request.scope.get("extensions") or {}).get(READ_ERROR_KEY)) is not None:
            store = FailedStore(error)
        return Context(
            store=store,
            schema=self._schema.graphql_schema,
            options=self._options,
            operations=self._schema.operation_cache,
            accepts_raw_data=False,
        )

    async def get_sub_response(self, request: Request | WebSocket) -> Response:
        """Negotiate the media type of the response before anything is run.

        Raises:
            HTTPException: the client accepts none of the media types, or the query string is
                too long.
        """
        assert isinstance(request, Request)  # noqa: S101 - WebSockets have no sub response
        accept = request.headers.get("accept")
        media_type = protocol.negotiate_media_type(accept)
        if media_type is None and not (
            protocol.lists_media_type(accept, EVENT_STREAM)
            or protocol.lists_media_type(accept, HTML)
        ):
            message = (
                f"Responses are available as {JSON}, {GRAPHQL_RESPONSE} or {EVENT_STREAM}; "
                "accept one of them."
            )
            raise HTTPException(406, message)
        if len(request.scope["query_string"]) > self._options.max_body_bytes:
            raise HTTPException(414, "The query string is longer than allowed (max_body_bytes).")
        sub_response = _SubResponse()
        sub_response.media_type, sub_response.method = media_type or JSON, request.method
        sub_response.scope_extensions = request.scope.setdefault("extensions", {})
        # Strawberry copies the headers into an event stream, whose length is not that of this
        # empty response.
        del sub_response.headers["content-length"]
        return sub_response

    def should_render_graphql_ide(self, request: Any) -> bool:  # noqa: ANN401 - Strawberry's own
        """Return whether a browser requests the page rather than the result of an operation."""
        parameters = {"query", DOCUMENT_ID_KEY, "extensions"} & set(request.query_params)
        accepts_html = protocol.lists_media_type(request.headers.get("accept"), HTML)
        is_page_request = request.method == "GET" and not parameters and accepts_html
        return is_page_request and self._page is not None

    async def render_graphql_ide(self, request: Request) -> Response:
        """Return the page, which is passed to the constructor."""
        assert self._page is not None  # noqa: S101 - `should_render_graphql_ide` checks it
        return await self._page(request)

    async def parse_http_body(
        self, request: AsyncHTTPRequestAdapter
    ) -> GraphQLRequestData | list[GraphQLRequestData]:
        """Parse a request into an operation or a batch of operations.

        Raises:
            HTTPException: the request is invalid.
        """
        accept = request.headers.get("accept")
        transport: GraphQLRequestProtocol = (
            "sse" if protocol.prefers_event_stream(accept) else "http"
        )
        if request.method == "GET":
            return _request_data(self.parse_query_params(request.query_params), transport)
        protocol.check_body_headers(request.headers, self._options.max_body_bytes)
        body = protocol.parse_json(await request.get_body(), "The request's body")
        if not isinstance(body, list):
            return _request_data(body, transport)
        self._check_batch(body, transport)
        return [
            _request_data(parameters, transport, f"Operation {number} of the batch")
            for number, parameters in enumerate(body, start=1)
        ]

    def _check_batch(self, batch: list[object], transport: GraphQLRequestProtocol) -> None:
        max_batch = self._options.max_batch
        if transport == "sse":
            raise HTTPException(400, "A stream carries one operation, not a batch.")
        if not batch:
            raise HTTPException(400, "The batch is empty.")
        if len(batch) > max_batch > 1:
            message = f"The batch has {len(batch)} operations; {max_batch} are allowed (max_batch)."
            raise HTTPException(400, message)
        if max_batch == 1:
            raise HTTPException(400, "This server accepts one operation at a time, not a batch.")

    def parse_query_params(self, params: Any) -> dict[str, Any]:  # noqa: ANN401 - Strawberry's own
        """Return the parameters of a query string, without empty ones."""
        parameters = {key: value for key, value in dict(params).items() if value}
        for key in ("variables", "extensions"):
            if key in parameters:
                parameters[key] = protocol.parse_json(parameters[key], f"The parameter `{key}`")
        return parameters

    async def execute_operation(
        self,
        request: Request,  # noqa: ARG002 - as above
        request_adapter: AsyncHTTPRequestAdapter,
        request_data: GraphQLRequestData | list[GraphQLRequestData],
        context: Context,
        root_value: None,  # noqa: ARG002 - as above
        sub_response: Response,
    ) -> ExecutionResult | list[ExecutionResult] | SubscriptionExecutionResult:
        """Execute an operation, a batch or a stream. GET runs queries, but no mutations."""
        is_get = request_adapter.method == "GET"
        if isinstance(request_data, list):
            # Sequentially, with other clients' requests in between: a batch belongs to one client.
            results = []
            for operation in request_data:
                results.append(await self._execute(operation, context, _POST_OPERATIONS))
                await asyncio.sleep(0)
            return results
        if request_data.protocol == "http":
            context["accepts_raw_data"] = True
            if request_data.query is not None and request_data.extensions:
                # The text may have been sent to be registered under its hash. A response from
                # an HTTP cache would prevent that, so it must not become cacheable.
                assert isinstance(sub_response, _SubResponse)  # noqa: S101 - created above
                sub_response.scope_extensions = {}
            allowed_types = _GET_OPERATIONS if is_get else _POST_OPERATIONS
            return await self._execute(request_data, context, allowed_types)
        # Strawberry declares a wider type for a stream than its own views return.
        return await self.schema.stream(  # type: ignore[return-value]
            request_data.query,
            variable_values=request_data.variables,
            context_value=context,
            operation_name=request_data.operation_name,
            operation_extensions=request_data.extensions,
            # A browser's EventSource can only GET, and a subscription changes nothing here.
            allowed_operation_types=_STREAM_OPERATIONS,
        )

    async def _execute(
        self, operation: GraphQLRequestData, context: Context, allowed_types: set[OperationType]
    ) -> ExecutionResult:
        return await self.schema.execute(
            operation.query,
            variable_values=operation.variables,
            context_value=context,
            operation_name=operation.operation_name,
            operation_extensions=operation.extensions,
            allowed_operation_types=allowed_types,
        )

    async def process_result(
        self,
        request: Request,
        result: ExecutionResult,
    ) -> GraphQLHTTPResponse:
        """Return the GraphQL response of a result.

        It has no `data` if the operation was not run (GraphQL specification, section 7.1).
        """
        response = await super().process_result(request, result)
        errors = result.errors or ()
        if errors and result.data is None and all(not error.path for error in errors):
            del response["data"]
        return response

    def create_response(
        self,
        response_data: GraphQLHTTPResponse | list[GraphQLHTTPResponse],
        sub_response: Response,
    ) -> Response:
        """Return the HTTP response of a GraphQL response, or of a batch of them."""
        assert isinstance(sub_response, _SubResponse)  # noqa: S101 - created above
        headers = {"Vary": "Accept"}
        body = encode_json(response_data)
        if isinstance(response_data, dict):
            data: Any = response_data.get("data")
            if isinstance(data, RawData):
                sub_response.scope_extensions[REVISION_KEY] = data.revision
        if isinstance(response_data, list):
            return Response(body, 200, headers, JSON)
        media_type = sub_response.media_type
        status = protocol.response_status(response_data, media_type, sub_response.method)
        if status == 405:
            headers["Allow"] = "POST"
        return Response(body, status, headers, media_type)

    def decode_json(self, data: str | bytes) -> object:
        """Parse a WebSocket's message.

        Raises:
            JSONDecodeError: it is not JSON.
        """
        try:
            return protocol.parse_json(data, "The message")
        except HTTPException as error:
            raise JSONDecodeError(error.reason, "", 0) from error

    def encode_json(self, data: object) -> str:
        r"""Return a message of a WebSocket or event stream as JSON without ``\u`` escapes."""
        return encode_json(data).decode()


def _request_data(
    parameters: object, transport: GraphQLRequestProtocol, source: str = "The request"
) -> GraphQLRequestData:
    """Check the parameters of an operation, and return them as Strawberry's type."""
    checked = protocol.check_request_parameters(parameters, source)
    extensions = checked.get("extensions") or {}
    if (document_id := checked.get(DOCUMENT_ID_KEY)) is not None:
        extensions = extensions | {INTERNAL_DOCUMENT_ID_KEY: document_id}
    return GraphQLRequestData(
        query=checked.get("query"),
        variables=checked.get("variables"),
        operation_name=checked.get("operationName"),
        extensions=extensions,
        protocol=transport,
    )


def graphql_app(
    store: Store,
    options: Options = DEFAULT_OPTIONS,
    site_url: str = "",
    schema: Schema | None = None,
    page: PageHandler | None = None,
) -> FastPath:
    """Return the ASGI application to mount at ``/graphql``.

    Args:
        store: the store that operations read.
        options: limits and switches.
        site_url: the site's URL, whose pages may open WebSockets.
        schema: a schema with the same options, to share its caches; a new one by default.
        page: handles a browser's GET for HTML without an operation; without it, the response is
            an error like for all other clients.
    """
    schema = Schema(options) if schema is None else schema
    view = GraphQLView(store, schema, site_url, page)
    guarded_view = SlowConsumerMiddleware(view, options.send_seconds)
    return FastPath(
        guarded_view, store, schema.operation_cache, schema.persisted_documents, options
    )
