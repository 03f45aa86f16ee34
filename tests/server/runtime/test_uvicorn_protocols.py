"""Subscribers that do not read, on real sockets."""

from __future__ import annotations

import asyncio
import signal
import socket
from collections import Counter, defaultdict
from contextlib import asynccontextmanager

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosedError

from newsgraph.gql.http.slow_consumer import REASON, TOO_SLOW, Patience
from newsgraph.server.runtime import uvicorn_protocols
from newsgraph.server.runtime.runner import Signals, serve
from newsgraph.server.runtime.uvicorn_protocols import HttpConnection, WebSocketConnection

CHUNK = "x" * 100_000
SECONDS = 60
PATIENCE = 0.3


class Talking:
    """An application that sends without an end, until it is stopped.

    Attributes:
        sent: how many chunks each client's connection took.
        ended: set when a client's talk is over.
    """

    def __init__(self):
        self.sent = Counter()
        self.ended = defaultdict(asyncio.Event)

    async def __call__(self, scope, receive, send):
        """Talk to one client: its path is its name."""
        name = scope["path"]
        try:
            if scope["type"] == "websocket":
                await receive()
                await send({"type": "websocket.accept"})
                while True:
                    await send({"type": "websocket.send", "text": CHUNK})
                    self.sent[name] += 1
                    await asyncio.sleep(0.001)
            kind = scope["query_string"] or b"text/event-stream; charset=utf-8"
            headers = [(b"Content-Type", kind)]
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            while True:
                await send(
                    {"type": "http.response.body", "body": CHUNK.encode(), "more_body": True}
                )
                self.sent[name] += 1
                await asyncio.sleep(0.001)
        finally:
            self.ended[name].set()


@asynccontextmanager
async def serving(app):
    """A server with our connections; its port, and uvicorn's own state."""
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        app, log_config=None, lifespan="off", http=HttpConnection, ws=WebSocketConnection
    )
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve([listening]))
    try:
        yield listening.getsockname()[1], server.server_state
    finally:
        server.should_exit = True
        server.force_exit = True
        await asyncio.wait_for(task, SECONDS)
        listening.close()


@pytest.fixture(autouse=True)
def _short_grace(monkeypatch):
    monkeypatch.setattr(uvicorn_protocols, "CUT_SECONDS", 0.3)


async def no_connection(state):
    """Wait until the server has no connection left."""
    async with asyncio.timeout(SECONDS):
        while state.connections:  # noqa: ASYNC110 - uvicorn tells nobody
            await asyncio.sleep(0.01)


async def read_all(client):
    """Read until there is nothing more."""
    while True:
        await client.recv()


@pytest.mark.slow
async def test_a_socket_that_does_not_read_is_dropped(caplog):
    """Its memory is free again, and the log says who it was."""
    talking = Talking()
    async with (
        serving(Patience(talking, PATIENCE)) as (port, state),
        connect(f"ws://127.0.0.1:{port}/a", max_queue=1, compression=None, close_timeout=1),
    ):
        await asyncio.wait_for(talking.ended["/a"].wait(), SECONDS)
        await no_connection(state)
    assert "read nothing" in caplog.text


async def test_a_socket_that_wakes_up_is_told_why():
    """The code and the reason come behind what was on its way."""
    talking = Talking()
    async with (
        serving(Patience(talking, PATIENCE)) as (port, _),
        connect(f"ws://127.0.0.1:{port}/a", max_queue=1, compression=None) as client,
    ):
        await asyncio.wait_for(talking.ended["/a"].wait(), SECONDS)
        with pytest.raises(ConnectionClosedError) as closed:
            await asyncio.wait_for(read_all(client), SECONDS)
    assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (TOO_SLOW, REASON)


@pytest.mark.slow
async def test_others_do_not_wait():
    """One that reads goes on getting messages while another is stuck, and after."""
    talking = Talking()
    async with (
        serving(Patience(talking, PATIENCE)) as (port, _),
        connect(f"ws://127.0.0.1:{port}/stuck", max_queue=1, compression=None, close_timeout=1),
        connect(f"ws://127.0.0.1:{port}/reads", compression=None) as reading,
    ):
        while not talking.ended["/stuck"].is_set():
            assert len(await asyncio.wait_for(reading.recv(), SECONDS)) == len(CHUNK)
        assert talking.sent["/reads"] > 0
        assert len(await asyncio.wait_for(reading.recv(), SECONDS)) == len(CHUNK)
        assert not talking.ended["/reads"].is_set()


async def test_an_event_stream_that_does_not_read_is_dropped():
    """Over HTTP too."""
    talking = Talking()
    async with serving(Patience(talking, PATIENCE)) as (port, state):
        _, writer = await asyncio.open_connection("127.0.0.1", port, limit=1000)
        writer.write(b"GET /a HTTP/1.1\r\nHost: x\r\n\r\n")
        async with asyncio.timeout(SECONDS):
            await talking.ended["/a"].wait()
        await no_connection(state)
        writer.close()


@pytest.mark.slow
async def test_other_answers_may_take_their_time():
    """A page on a bad line is no subscriber."""
    talking = Talking()
    async with serving(Patience(talking, PATIENCE)) as (port, _):
        _, writer = await asyncio.open_connection("127.0.0.1", port, limit=1000)
        writer.write(b"GET /a?text/html HTTP/1.1\r\nHost: x\r\n\r\n")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(talking.ended["/a"].wait(), 3 * PATIENCE)
        writer.transport.abort()


async def test_a_server_without_our_connections_ends_the_talk_too():
    """Then the connection itself is left to the server."""
    full, talking = asyncio.Event(), Talking()

    async def send(message):
        if message["type"] != "websocket.accept":
            await full.wait()

    async def receive():
        return {"type": "websocket.connect"}

    scope = {"type": "websocket", "path": "/a"}
    await asyncio.wait_for(Patience(talking, 0.01)(scope, receive, send), SECONDS)
    assert talking.ended["/a"].is_set()
    assert talking.sent["/a"] == 0


async def test_whoever_stops_the_server_stops_the_talk():
    """A cancelled task stays cancelled."""
    talking = Talking()

    async def nothing(*_message):
        await asyncio.sleep(0)
        return {"type": "websocket.connect"}

    scope = {"type": "websocket", "path": "/a"}
    task = asyncio.create_task(Patience(talking, 1)(scope, nothing, nothing))
    await asyncio.sleep(0.05)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert talking.ended["/a"].is_set()


async def test_a_message_that_is_too_long_closes_the_socket():
    """What a client sends is bounded as a request's body is."""
    listening = socket.create_server(("127.0.0.1", 0))
    app = Starlette(routes=[WebSocketRoute("/a", Talking())])
    with Signals() as signals:
        serving = serve(app, listening, signals, access_log=False, max_message=1000)
        task = asyncio.create_task(serving)
        try:
            async with connect(f"ws://127.0.0.1:{listening.getsockname()[1]}/a") as client:
                await client.send("x" * 1001)
                with pytest.raises(ConnectionClosedError) as closed:
                    await asyncio.wait_for(read_all(client), SECONDS)
        finally:
            signal.raise_signal(signal.SIGTERM)
            await asyncio.wait_for(task, SECONDS)
    assert closed.value.rcvd.code == 1009


async def answering(scope, _receive, send):
    """An application that answers at once."""
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"ok"})


HANDSHAKE = (
    b"GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
)
HEADS = {
    "a header without an end": (b"GET / HTTP/1.1\r\nHost: x\r\nA: " + b"a" * 1_000_000, b" 431 "),
    "many headers": (
        b"GET / HTTP/1.1\r\nHost: x\r\n" + b"A: aaaa\r\n" * 100_000 + b"\r\n",
        b" 431 ",
    ),
    "a long address": (
        b"GET /" + b"a" * 20_000_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b" 431 ",
    ),
    "a handshake with many headers": (HANDSHAKE + b"A: a\r\n" * 200 + b"\r\n", b" 400 "),
    "a usual head": (b"GET / HTTP/1.1\r\nHost: x\r\nA: " + b"a" * 5000 + b"\r\n\r\n", b" 200 "),
}


@pytest.mark.parametrize("name", HEADS)
async def test_a_head_without_measure(name):
    """It is refused and let go of, before it takes the server's memory."""
    head, status = HEADS[name]
    async with serving(answering) as (port, state):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            writer.write(head)
            answer = await asyncio.wait_for(reader.readline(), SECONDS)
            assert status in answer
        finally:
            writer.close()
        await no_connection(state)
