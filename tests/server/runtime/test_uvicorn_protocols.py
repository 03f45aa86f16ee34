"""Tests of the protocols on real sockets: clients that do not read, and oversized requests."""

from __future__ import annotations

import asyncio
import socket
from collections import Counter, defaultdict
from contextlib import asynccontextmanager

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosedError

from newsgraph.gql.http.slow_consumer import CLOSE_CODE, CLOSE_REASON, SlowConsumerMiddleware
from newsgraph.server.graceful_shutdown import Shutdown
from newsgraph.server.runtime import uvicorn_protocols
from newsgraph.server.runtime.server_config import ServerConfig, ServerLimits

CHUNK = "x" * 100_000
TIMEOUT_SECONDS = 60
SEND_TIMEOUT_SECONDS = 0.3


class EndlessApplication:
    """An application that sends chunks without an end.

    Attributes:
        sent: number of chunks sent to each client, by path.
        ended: event for each client, by path; set when its call has ended.
    """

    def __init__(self):
        self.sent = Counter()
        self.ended = defaultdict(asyncio.Event)

    async def __call__(self, scope, receive, send):
        """Send chunks to a client."""
        path = scope["path"]
        try:
            if scope["type"] == "websocket":
                await receive()
                await send({"type": "websocket.accept"})
                while True:
                    await send({"type": "websocket.send", "text": CHUNK})
                    self.sent[path] += 1
                    await asyncio.sleep(0.001)
            media_type = scope["query_string"] or b"text/event-stream; charset=utf-8"
            headers = [(b"Content-Type", media_type)]
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            while True:
                await send(
                    {"type": "http.response.body", "body": CHUNK.encode(), "more_body": True}
                )
                self.sent[path] += 1
                await asyncio.sleep(0.001)
        finally:
            self.ended[path].set()


@asynccontextmanager
async def running_server(app, max_message_bytes=16_777_216):
    """Run a server with these protocols; yields its port and uvicorn's state."""
    listening_socket = socket.create_server(("127.0.0.1", 0))
    limits = ServerLimits(
        grace_seconds=TIMEOUT_SECONDS,
        request_seconds=TIMEOUT_SECONDS,
        max_connections=100,
        max_message_bytes=max_message_bytes,
    )
    config = ServerConfig(app, limits, Shutdown())
    config.lifespan = "off"
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve([listening_socket]))
    try:
        yield listening_socket.getsockname()[1], server.server_state
    finally:
        server.should_exit = True
        server.force_exit = True
        await asyncio.wait_for(task, TIMEOUT_SECONDS)
        listening_socket.close()


@pytest.fixture(autouse=True)
def _short_abort_delay(monkeypatch):
    monkeypatch.setattr(uvicorn_protocols, "ABORT_DELAY_SECONDS", 0.3)


async def wait_for_no_connections(state):
    """Wait until the server has no connections."""
    async with asyncio.timeout(TIMEOUT_SECONDS):
        while state.connections:  # noqa: ASYNC110 - uvicorn has no event for it
            await asyncio.sleep(0.01)


async def read_all(client):
    """Receive messages until the connection is closed."""
    while True:
        await client.recv()


@pytest.mark.slow
async def test_a_websocket_client_that_does_not_read_is_dropped(caplog):
    """The connection is closed, and the log has a line."""
    endless_app = EndlessApplication()
    async with (
        running_server(SlowConsumerMiddleware(endless_app, SEND_TIMEOUT_SECONDS)) as (port, state),
        connect(f"ws://127.0.0.1:{port}/a", max_queue=1, compression=None, close_timeout=1),
    ):
        await asyncio.wait_for(endless_app.ended["/a"].wait(), TIMEOUT_SECONDS)
        await wait_for_no_connections(state)
    assert "read nothing" in caplog.text


async def test_a_dropped_websocket_client_gets_the_reason():
    """A client that reads again gets the buffered messages, then the close code and reason."""
    endless_app = EndlessApplication()
    async with (
        running_server(SlowConsumerMiddleware(endless_app, SEND_TIMEOUT_SECONDS)) as (port, _),
        connect(f"ws://127.0.0.1:{port}/a", max_queue=1, compression=None) as client,
    ):
        await asyncio.wait_for(endless_app.ended["/a"].wait(), TIMEOUT_SECONDS)
        with pytest.raises(ConnectionClosedError) as closed:
            await asyncio.wait_for(read_all(client), TIMEOUT_SECONDS)
    assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (CLOSE_CODE, CLOSE_REASON)


@pytest.mark.slow
async def test_other_clients_are_not_delayed():
    """A client that reads gets messages while another is stuck, and after that is dropped."""
    endless_app = EndlessApplication()
    async with (
        running_server(SlowConsumerMiddleware(endless_app, SEND_TIMEOUT_SECONDS)) as (port, _),
        connect(f"ws://127.0.0.1:{port}/stuck", max_queue=1, compression=None, close_timeout=1),
        connect(f"ws://127.0.0.1:{port}/reads", compression=None) as reading,
    ):
        while not endless_app.ended["/stuck"].is_set():
            assert len(await asyncio.wait_for(reading.recv(), TIMEOUT_SECONDS)) == len(CHUNK)
        assert endless_app.sent["/reads"] > 0
        assert len(await asyncio.wait_for(reading.recv(), TIMEOUT_SECONDS)) == len(CHUNK)
        assert not endless_app.ended["/reads"].is_set()


async def test_an_event_stream_client_that_does_not_read_is_dropped():
    """An HTTP client that does not read its event stream is dropped."""
    endless_app = EndlessApplication()
    async with running_server(SlowConsumerMiddleware(endless_app, SEND_TIMEOUT_SECONDS)) as (
        port,
        state,
    ):
        _, writer = await asyncio.open_connection("127.0.0.1", port, limit=1000)
        writer.write(b"GET /a HTTP/1.1\r\nHost: x\r\n\r\n")
        async with asyncio.timeout(TIMEOUT_SECONDS):
            await endless_app.ended["/a"].wait()
        await wait_for_no_connections(state)
        writer.close()


@pytest.mark.slow
async def test_other_responses_have_no_timeout():
    """A slow client of a response that is no event stream is not dropped."""
    endless_app = EndlessApplication()
    async with running_server(SlowConsumerMiddleware(endless_app, SEND_TIMEOUT_SECONDS)) as (
        port,
        _,
    ):
        _, writer = await asyncio.open_connection("127.0.0.1", port, limit=1000)
        writer.write(b"GET /a?text/html HTTP/1.1\r\nHost: x\r\n\r\n")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(endless_app.ended["/a"].wait(), 3 * SEND_TIMEOUT_SECONDS)
        writer.transport.abort()


async def test_a_server_without_these_protocols_ends_the_call_too():
    """The application's call ends; the connection is left to the server."""
    never, endless_app = asyncio.Event(), EndlessApplication()

    async def send(message):
        if message["type"] != "websocket.accept":
            await never.wait()

    async def receive():
        return {"type": "websocket.connect"}

    scope = {"type": "websocket", "path": "/a"}
    await asyncio.wait_for(
        SlowConsumerMiddleware(endless_app, 0.01)(scope, receive, send), TIMEOUT_SECONDS
    )
    assert endless_app.ended["/a"].is_set()
    assert endless_app.sent["/a"] == 0


async def test_cancellation_ends_the_call():
    """Cancelling the server's task ends the application's call."""
    endless_app = EndlessApplication()

    async def receive_or_send(*_message):
        await asyncio.sleep(0)
        return {"type": "websocket.connect"}

    scope = {"type": "websocket", "path": "/a"}
    task = asyncio.create_task(
        SlowConsumerMiddleware(endless_app, 1)(scope, receive_or_send, receive_or_send)
    )
    await asyncio.sleep(0.05)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert endless_app.ended["/a"].is_set()


async def test_a_websocket_message_that_is_too_long_closes_the_connection():
    """A WebSocket message above the limit gets close code 1009."""
    app = Starlette(routes=[WebSocketRoute("/a", EndlessApplication())])
    async with (
        running_server(app, max_message_bytes=1000) as (port, _),
        connect(f"ws://127.0.0.1:{port}/a") as client,
    ):
        await client.send("x" * 1001)
        with pytest.raises(ConnectionClosedError) as closed:
            await asyncio.wait_for(read_all(client), TIMEOUT_SECONDS)
    assert closed.value.rcvd.code == 1009


async def ok_app(scope, _receive, send):
    """An application that responds immediately."""
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"ok"})


HANDSHAKE = (
    b"GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
)
REQUEST_HEADS = {
    "an endless header": (b"GET / HTTP/1.1\r\nHost: x\r\nA: " + b"a" * 1_000_000, b" 431 "),
    "many headers": (
        b"GET / HTTP/1.1\r\nHost: x\r\n" + b"A: aaaa\r\n" * 100_000 + b"\r\n",
        b" 431 ",
    ),
    "a long URL": (
        b"GET /" + b"a" * 20_000_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b" 431 ",
    ),
    "a handshake with many headers": (HANDSHAKE + b"A: a\r\n" * 200 + b"\r\n", b" 400 "),
    "a normal request": (b"GET / HTTP/1.1\r\nHost: x\r\nA: " + b"a" * 5000 + b"\r\n\r\n", b" 200 "),
}


@pytest.mark.parametrize("name", REQUEST_HEADS)
async def test_oversized_request_heads_are_refused(name):
    """A request with a URL or headers above the limit is refused, and its connection closed."""
    head, status = REQUEST_HEADS[name]
    async with running_server(ok_app) as (port, state):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            writer.write(head)
            status_line = await asyncio.wait_for(reader.readline(), TIMEOUT_SECONDS)
            assert status in status_line
        finally:
            writer.close()
        await wait_for_no_connections(state)
