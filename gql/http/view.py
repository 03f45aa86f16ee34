"""The graph's door: Strawberry's ASGI view, with our store behind it and our rules before it."""

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

from newsgraph.gql.documents.persisted import DOCUMENT_ID, OUR_DOCUMENT_ID
from newsgraph.gql.executable_schema import Schema
from newsgraph.gql.execution.executor import Context
from newsgraph.gql.execution.raw_json import Spliced
from newsgraph.gql.http import protocol as over_http
from newsgraph.gql.http.disconnect import Waiting
from newsgraph.gql.http.fast_path import FAILED, Failed, Shortcut
from newsgraph.gql.http.protocol import ANSWERED, EVENTS, HTML, JSON
from newsgraph.gql.http.slow_consumer import Patience
from newsgraph.gql.http.sse import Events
from newsgraph.gql.http.websocket import Handler, Turns
from newsgraph.gql.options import DEFAULTS

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from cross_web import AsyncHTTPRequestAdapter
    from starlette.types import Receive, Scope, Send
    from starlette.websockets import WebSocket
    from strawberry.http import GraphQLHTTPResponse, GraphQLRequestProtocol
    from strawberry.types.execution import ExecutionResult, SubscriptionExecutionResult

    from newsgraph.gql.options import Options
    from newsgraph.store.store import Store

Page: TypeAlias = "Callable[[Request], Awaitable[Response]]"
"""What shows itself to browsers."""

INIT_WAIT = timedelta(seconds=10)
"""How long a WebSocket may be open before its client says `connection_init`."""

_READING = {OperationType.QUERY}
_STREAMED = {OperationType.QUERY, OperationType.SUBSCRIPTION}
_PLAIN = {OperationType.QUERY, OperationType.MUTATION}


class _Wanted(Response):
    """What Strawberry keeps beside a request, with what its answer depends on."""

    media_type: str
    method: str
    extensions: dict[str, Any]


class View(GraphQL[Context, None]):
    """Answers POST and GET, WebSockets and event streams, and shows a page to browsers."""

    graphql_transport_ws_handler_class = Handler
    stream_transport_classes_by_protocol = {  # noqa: RUF012 - Strawberry's own, never changed
        GRAPHQL_SSE_PROTOCOL: Events
    }

    def __init__(
        self, store: Store, schema: Schema, site: str = "", page: Page | None = None
    ) -> None:
        """Args: store: answers; schema: with limits; site, page: as `graphql_app` has them."""
        self._schema, options = schema, schema.options
        self._page = page
        own = [f"{at.scheme}://{at.netloc}"] if (at := urlsplit(site)).netloc else []
        super().__init__(
            self._schema,
            subscription_protocols=(GRAPHQL_TRANSPORT_WS_PROTOCOL, GRAPHQL_SSE_PROTOCOL),
            connection_init_wait_timeout=INIT_WAIT,
            allowed_origins=(*own, *options.cors_origins),
        )
        self._store, self._options = store, options

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer; what is no request of GraphQL over HTTP is told as JSON too."""
        if scope["type"] != "http":
            await super().__call__(scope, receive, send)
            return
        client = Waiting(receive)
        request = Request(scope, over_http.capped(client.receive, self._options.max_body_bytes))
        try:
            response = await client.answer(self.run(request), reads=request.method == "POST")
        except HTTPException as error:
            response = over_http.refused(error, request.headers.get("accept"))
        except ClientDisconnect:
            return
        await response(scope, receive, send)

    async def get_context(
        self,
        request: Request | WebSocket,
        response: Response | WebSocket,  # noqa: ARG002 - Strawberry gives it
    ) -> Context:
        """Give operations what they need; Strawberry adds what a socket's client says."""
        # A socket's operations run beside each other, and must not crowd out other clients.
        store: Any = self._store if isinstance(request, Request) else Turns(self._store)
        if (failed := (request.scope.get("extensions") or {}).get(FAILED)) is not None:
            store = Failed(failed)
        return Context(
            store=store,
            schema=self._schema.graphql,
            options=self._options,
            operations=self._schema.operations,
            splices=False,
        )

    async def get_sub_response(self, request: Request | WebSocket) -> Response:
        """Settle in what form to answer, before anything is done.

        Raises:
            HTTPException: the client takes no form that there is.
        """
        assert isinstance(request, Request)  # noqa: S101 - sockets have no such response
        accept = request.headers.get("accept")
        media_type = over_http.answer_type(accept)
        if media_type is None and not (
            over_http.takes(accept, EVENTS) or over_http.takes(accept, HTML)
        ):
            told = f"Answers come as {JSON}, {over_http.GRAPHQL} or {EVENTS}; accept one of them."
            raise HTTPException(406, told)
        if len(request.scope["query_string"]) > self._options.max_body_bytes:
            raise HTTPException(414, "The address is longer than is allowed (max_body_bytes).")
        wanted = _Wanted()
        wanted.media_type, wanted.method = media_type or JSON, request.method
        wanted.extensions = request.scope.setdefault("extensions", {})
        # A stream takes its headers from here, and does not end after no bytes.
        del wanted.headers["content-length"]
        return wanted

    def should_render_graphql_ide(self, request: Any) -> bool:  # noqa: ANN401 - Strawberry's own
        """Show the page to those who ask for one, and for nothing in particular."""
        asks = {"query", DOCUMENT_ID, "extensions"} & set(request.query_params)
        accept = request.headers.get("accept")
        is_page = request.method == "GET" and not asks and over_http.takes(accept, HTML)
        return is_page and self._page is not None

    async def render_graphql_ide(self, request: Request) -> Response:
        """Show the page that we were given."""
        assert self._page is not None  # noqa: S101 - it is asked above
        return await self._page(request)

    async def parse_http_body(
        self, request: AsyncHTTPRequestAdapter
    ) -> GraphQLRequestData | list[GraphQLRequestData]:
        """Read what is to be run.

        Raises:
            HTTPException: it cannot be read.
        """
        accept = request.headers.get("accept")
        protocol: GraphQLRequestProtocol = "sse" if over_http.wants_events(accept) else "http"
        if request.method == "GET":
            return _operation(self.parse_query_params(request.query_params), protocol)
        over_http.check_body(request.headers, self._options.max_body_bytes)
        body = over_http.read_json(await request.get_body(), "The request's body")
        if not isinstance(body, list):
            return _operation(body, protocol)
        self._check_batch(body, protocol)
        return [
            _operation(one, protocol, f"Operation {number} of the batch")
            for number, one in enumerate(body, start=1)
        ]

    def _check_batch(self, body: list[object], protocol: GraphQLRequestProtocol) -> None:
        most = self._options.max_batch
        if protocol == "sse":
            raise HTTPException(400, "A stream carries one operation, not a batch.")
        if not body:
            raise HTTPException(400, "The batch is empty.")
        if len(body) > most > 1:
            told = f"The batch has {len(body)} operations; {most} are allowed (max_batch)."
            raise HTTPException(400, told)
        if most == 1:
            raise HTTPException(400, "This server takes one operation at a time, no batch.")

    def parse_query_params(self, params: Any) -> dict[str, Any]:  # noqa: ANN401 - Strawberry's own
        """Read an address' parameters; an empty one is as good as none."""
        read = {key: value for key, value in dict(params).items() if value}
        for key in ("variables", "extensions"):
            if key in read:
                read[key] = over_http.read_json(read[key], f"The parameter `{key}`")
        return read

    async def execute_operation(
        self,
        request: Request,  # noqa: ARG002 - as above
        request_adapter: AsyncHTTPRequestAdapter,
        request_data: GraphQLRequestData | list[GraphQLRequestData],
        context: Context,
        root_value: None,  # noqa: ARG002 - as above
        sub_response: Response,
    ) -> ExecutionResult | list[ExecutionResult] | SubscriptionExecutionResult:
        """Run what a request asks. GET reads and does nothing else."""
        is_get = request_adapter.method == "GET"
        if isinstance(request_data, list):
            # One after the other, and others in between: a batch is a single client's.
            results = []
            for one in request_data:
                results.append(await self._run(one, context, _PLAIN))
                await asyncio.sleep(0)
            return results
        if request_data.protocol == "http":
            context["splices"] = True
            if request_data.query is not None and request_data.extensions:
                # The text may be there to be kept under its hash, which an answer that is
                # kept elsewhere would not do.
                assert isinstance(sub_response, _Wanted)  # noqa: S101 - made above
                sub_response.extensions = {}
            return await self._run(request_data, context, _READING if is_get else _PLAIN)
        # Strawberry's type of a stream is wider than what its own views return.
        return await self.schema.stream(  # type: ignore[return-value]
            request_data.query,
            variable_values=request_data.variables,
            context_value=context,
            operation_name=request_data.operation_name,
            operation_extensions=request_data.extensions,
            # A browser's own EventSource can only GET; following changes nothing here.
            allowed_operation_types=_STREAMED,
        )

    async def _run(
        self, one: GraphQLRequestData, context: Context, allowed: set[OperationType]
    ) -> ExecutionResult:
        return await self.schema.execute(
            one.query,
            variable_values=one.variables,
            context_value=context,
            operation_name=one.operation_name,
            operation_extensions=one.extensions,
            allowed_operation_types=allowed,
        )

    async def process_result(
        self,
        request: Request,
        result: ExecutionResult,
    ) -> GraphQLHTTPResponse:
        """Say a result; what was not run has no `data` (GraphQL specification, section 7.1)."""
        answer = await super().process_result(request, result)
        errors = result.errors or ()
        if errors and result.data is None and all(not error.path for error in errors):
            del answer["data"]
        return answer

    def create_response(
        self,
        response_data: GraphQLHTTPResponse | list[GraphQLHTTPResponse],
        sub_response: Response,
    ) -> Response:
        """Tell one answer, or a batch of them, in the form that was settled."""
        assert isinstance(sub_response, _Wanted)  # noqa: S101 - made above
        headers = {"Vary": "Accept"}
        body = over_http.told(response_data)
        if isinstance(response_data, dict):
            data: Any = response_data.get("data")
            if isinstance(data, Spliced):
                sub_response.extensions[ANSWERED] = data.revision
        if isinstance(response_data, list):
            return Response(body, 200, headers, JSON)
        status = over_http.status_of(response_data, sub_response.media_type, sub_response.method)
        if status == 405:
            headers["Allow"] = "POST"
        return Response(body, status, headers, sub_response.media_type)

    def decode_json(self, data: str | bytes) -> object:
        """Read a WebSocket's message.

        Raises:
            JSONDecodeError: it is not JSON.
        """
        try:
            return over_http.read_json(data, "The message")
        except HTTPException as error:
            raise JSONDecodeError(error.reason, "", 0) from error

    def encode_json(self, data: object) -> str:
        """Say text as it is, in UTF-8, rather than in escapes."""
        return over_http.told(data).decode()


def _operation(
    said: object, protocol: GraphQLRequestProtocol, where: str = "The request"
) -> GraphQLRequestData:
    parts = over_http.check_parts(said, where)
    extensions = parts.get("extensions") or {}
    if (document_id := parts.get(DOCUMENT_ID)) is not None:
        extensions = extensions | {OUR_DOCUMENT_ID: document_id}
    return GraphQLRequestData(
        query=parts.get("query"),
        variables=parts.get("variables"),
        operation_name=parts.get("operationName"),
        extensions=extensions,
        protocol=protocol,
    )


def graphql_app(
    store: Store,
    options: Options = DEFAULTS,
    site: str = "",
    schema: Schema | None = None,
    page: Page | None = None,
) -> Shortcut:
    """Return the application to mount at ``/graphql``.

    Args:
        store: answers.
        options: limits and switches.
        site: what addresses of our own begin with; its pages may open WebSockets.
        schema: of the same options, where others ask it too.
        page: answers browsers that ask for the address itself, by GET and in HTML; without it
            they are answered like all others.
    """
    schema = Schema(options) if schema is None else schema
    view = View(store, schema, site, page)
    long_way = Patience(view, options.send_seconds)
    return Shortcut(long_way, store, schema.operations, schema.persisted, options)
