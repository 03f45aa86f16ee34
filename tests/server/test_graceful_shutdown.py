"""A server that stops: streams end at once, requests get a grace period, then a 503."""

from __future__ import annotations

import asyncio
import json
import socket
from contextlib import asynccontextmanager

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.routing import Route, WebSocketRoute
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from newsgraph.server.graceful_shutdown import GracefulShutdownMiddleware, Shutdown
from newsgraph.server.runtime import uvicorn_protocols
from newsgraph.server.runtime.server_config import ServerConfig, ServerLimits

TIMEOUT_SECONDS = 60
SERVICE_RESTART = 1012


class SlowApplication:
    """An application with an endless event stream, a WebSocket, and a slow request.

    Attributes:
        go: the slow request is answered once this event is set.
        is_cancelled: whether the slow request was cancelled.
    """

    def __init__(self):
        self.go, self.is_cancelled = asyncio.Event(), False
        routes = [
            Route("/stream", self._stream),
            Route("/graphql", self._slow),
            Route("/slow", self._slow),
            Route("/download", self._download),
            Route("/", lambda _request: PlainTextResponse("ok")),
            WebSocketRoute("/socket", self._socket),
        ]
        self.app = Starlette(routes=routes)

    async def _stream(self, _request):
        async def events():
            yield "event: next\ndata: 1\n\n"
            await asyncio.Event().wait()

        return StreamingResponse(events(), media_type="text/event-stream")

    async def _slow(self, _request):
        try:
            await self.go.wait()
        except asyncio.CancelledError:
            self.is_cancelled = True
            raise
        return PlainTextResponse("done")

    async def _download(self, _request):
        async def chunks():
            yield "a part"
            await asyncio.Event().wait()

        return StreamingResponse(chunks(), media_type="text/plain")

    async def _socket(self, websocket):
        await websocket.accept()
        await websocket.receive()


@asynccontextmanager
async def running_server(app, grace_seconds=TIMEOUT_SECONDS):
    """Run a server; yields it and its URL, and stops it with force in the end."""
    limits = ServerLimits(
        grace_seconds=grace_seconds,
        request_seconds=TIMEOUT_SECONDS,
        max_connections=100,
        max_message_bytes=1_000_000,
    )
    shutdown = Shutdown()
    config = ServerConfig(GracefulShutdownMiddleware(app, shutdown), limits, shutdown)
    config.lifespan = "off"
    server = uvicorn.Server(config)
    server.shutdown_state = shutdown
    with socket.create_server(("127.0.0.1", 0)) as listening_socket:
        task = asyncio.create_task(server.serve([listening_socket]))
        try:
            yield server, f"http://127.0.0.1:{listening_socket.getsockname()[1]}"
        finally:
            server.should_exit = server.force_exit = True
            await asyncio.wait_for(task, TIMEOUT_SECONDS)


async def wait_until(condition):
    """Wait until a condition is true."""
    async with asyncio.timeout(TIMEOUT_SECONDS):
        while not condition():  # noqa: ASYNC110 - uvicorn has no event for it
            await asyncio.sleep(0.01)


@pytest.fixture
def slow():
    """The application."""
    return SlowApplication()


@pytest.fixture(autouse=True)
def no_errors(caplog):
    """Nothing is logged: no traceback, no error."""
    yield
    assert caplog.text == ""


@pytest.fixture
async def client():
    """A client of the server."""
    async with httpx.AsyncClient(trust_env=False, timeout=TIMEOUT_SECONDS) as client:
        yield client


async def test_an_event_stream_ends_at_once(slow, client):
    """Its body ends as it should, without an event, so that the client connects again."""
    async with (
        running_server(slow.app) as (server, url),
        client.stream("GET", f"{url}/stream") as response,
    ):
        parts = response.aiter_text()
        assert await anext(parts) == "event: next\ndata: 1\n\n"
        server.should_exit = True
        assert [part async for part in parts] == []


async def test_a_websocket_is_closed_at_once(slow):
    """The close code says that the service restarts."""
    async with (
        running_server(slow.app) as (server, url),
        connect(f"{url.replace('http', 'ws')}/socket") as websocket,
    ):
        server.should_exit = True
        with pytest.raises(ConnectionClosed) as closed:
            await asyncio.wait_for(websocket.recv(), TIMEOUT_SECONDS)
        assert closed.value.rcvd.code == SERVICE_RESTART


async def test_a_running_request_is_finished(slow, client):
    """A request within the grace period gets its response, the last one of the connection."""
    async with running_server(slow.app) as (server, url):
        request = asyncio.create_task(client.get(f"{url}/slow"))
        await wait_until(lambda: server.server_state.tasks)
        server.should_exit = True
        await asyncio.sleep(0.3)
        assert not request.done()
        slow.go.set()
        response = await request
        assert (response.status_code, response.text) == (httpx.codes.OK, "done")
        assert response.headers["connection"] == "close"


@pytest.mark.parametrize("accept", ["application/json", "application/graphql-response+json"])
async def test_a_query_after_the_grace_period_is_unavailable(slow, client, accept):
    """It is cancelled, and the response is a GraphQL error with the code UNAVAILABLE."""
    async with running_server(slow.app, grace_seconds=0.2) as (server, url):
        request = asyncio.create_task(client.get(f"{url}/graphql", headers={"Accept": accept}))
        await wait_until(lambda: server.server_state.tasks)
        server.should_exit = True
        response = await request
    assert response.status_code == httpx.codes.SERVICE_UNAVAILABLE
    assert response.headers["content-type"].startswith(accept)
    assert response.headers["retry-after"] == "1"
    (error,) = json.loads(response.text)["errors"]
    assert error["extensions"] == {"code": "UNAVAILABLE"}
    assert slow.is_cancelled


async def test_other_requests_after_the_grace_period_get_a_503(slow, client):
    """The message is plain text."""
    async with running_server(slow.app, grace_seconds=0.2) as (server, url):
        request = asyncio.create_task(client.get(f"{url}/slow"))
        await wait_until(lambda: server.server_state.tasks)
        server.should_exit = True
        response = await request
    assert (response.status_code, response.text) == (
        httpx.codes.SERVICE_UNAVAILABLE,
        "The server is stopping. Try again in a moment.\n",
    )


async def test_an_incomplete_response_is_cut_off(slow, client):
    """The client can see that the rest is missing."""
    async with (
        running_server(slow.app, grace_seconds=0.2) as (server, url),
        client.stream("GET", f"{url}/download") as response,
    ):
        parts = response.aiter_text()
        assert await anext(parts) == "a part"
        server.should_exit = True
        with pytest.raises(httpx.TransportError):
            await anext(parts)


async def test_a_stream_that_starts_while_the_server_stops(slow, client):
    """It ends at once, too."""
    async with running_server(slow.app) as (server, url):
        await client.get(url)
        server.should_exit = True
        await wait_until(lambda: server.shutdown_state.is_stopping)
        response = await client.get(f"{url}/stream")
        assert response.headers["connection"] == "close"


async def test_an_idle_connection_may_send_one_more_request(slow, client, monkeypatch):
    """A request that is on its way when the server stops gets its response."""
    monkeypatch.setattr(uvicorn_protocols, "IDLE_CLOSE_SECONDS", TIMEOUT_SECONDS)
    async with running_server(slow.app) as (server, url):
        first = await client.get(url)
        assert "connection" not in first.headers
        server.should_exit = True
        await wait_until(lambda: server.shutdown_state.is_stopping)
        second = await client.get(url)
        assert (second.status_code, second.headers["connection"]) == (httpx.codes.OK, "close")
