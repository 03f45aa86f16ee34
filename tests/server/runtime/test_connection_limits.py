"""Limits on connections: their number, and how long a client may take to send a request."""

from __future__ import annotations

import asyncio
import logging
import socket
from contextlib import AsyncExitStack, asynccontextmanager

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from newsgraph.server.graceful_shutdown import Shutdown
from newsgraph.server.runtime import open_files, uvicorn_protocols
from newsgraph.server.runtime.open_files import OpenFileLimits, limit_open_files
from newsgraph.server.runtime.server_config import ServerConfig, ServerLimits

TIMEOUT_SECONDS = 60
GET = b"GET / HTTP/1.1\r\nHost: test\r\n\r\n"
POST_HEAD = b"POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 10\r\n\r\n"


class Server:
    """A running server.

    Attributes:
        go: requests of ``/slow`` are answered once this event is set.
        started_count: number of requests that the application has received.
    """

    def __init__(self, **limits):
        self.go, self.started_count = asyncio.Event(), 0
        values = {
            "grace_seconds": TIMEOUT_SECONDS,
            "request_seconds": TIMEOUT_SECONDS,
            "max_connections": 100,
            "max_message_bytes": 1_000_000,
        }
        routes = [
            Route("/", self._respond, methods=["GET", "POST"]),
            Route("/slow", self._respond_later),
        ]
        config = ServerConfig(
            Starlette(routes=routes), ServerLimits(**(values | limits)), Shutdown()
        )
        config.lifespan = "off"
        self.server = uvicorn.Server(config)

    async def _respond(self, request):
        self.started_count += 1
        return PlainTextResponse(await request.body() or "ok")

    async def _respond_later(self, _request):
        self.started_count += 1
        await self.go.wait()
        return PlainTextResponse("done")

    @asynccontextmanager
    async def connect(self, data=b""):
        """Open a connection and send data; yields its reader and writer."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            writer.write(data)
            yield reader, writer
        finally:
            writer.close()

    async def wait_until(self, condition):
        """Wait until a condition is true."""
        async with asyncio.timeout(TIMEOUT_SECONDS):
            while not condition():  # noqa: ASYNC110 - uvicorn has no event for it
                await asyncio.sleep(0.01)

    async def wait_for_connections(self, count):
        """Wait until the server has a number of connections."""
        await self.wait_until(lambda: len(self.server.server_state.connections) == count)


@asynccontextmanager
async def running_server(**limits):
    """Run a server with limits."""
    server = Server(**limits)
    with socket.create_server(("127.0.0.1", 0)) as listening_socket:
        server.port = listening_socket.getsockname()[1]
        task = asyncio.create_task(server.server.serve([listening_socket]))
        try:
            yield server
        finally:
            server.server.should_exit = server.server.force_exit = True
            await asyncio.wait_for(task, TIMEOUT_SECONDS)


async def read_all(reader):
    """Return what a connection receives until it is closed."""
    return await asyncio.wait_for(reader.read(), TIMEOUT_SECONDS)


async def read_response(reader):
    """Return the status line and the body of a response."""
    head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), TIMEOUT_SECONDS)
    lines = head.decode().lower().split("\r\n")
    (length,) = [int(line.split(":")[1]) for line in lines if line.startswith("content-length")]
    return lines[0], await reader.readexactly(length)


async def test_a_silent_connection_is_closed():
    """A client that sends nothing gets nothing."""
    async with running_server(request_seconds=0.2) as server, server.connect() as (reader, _):
        assert await read_all(reader) == b""


@pytest.mark.parametrize("data", [b"GET / HT", GET[:-2], POST_HEAD, POST_HEAD + b"12345"])
async def test_an_incomplete_request_gets_a_408(data):
    """So does a client that sends the head or the body too slowly."""
    async with running_server(request_seconds=0.3) as server, server.connect(data) as (reader, _):
        assert (await read_all(reader)).startswith(b"HTTP/1.1 408 Request Timeout\r\n")


async def test_a_slow_client_is_cut_off_while_it_sends():
    """The time is that of the whole request: single bytes do not extend it."""
    async with running_server(request_seconds=0.5) as server, server.connect() as (reader, writer):

        async def send_slowly():
            for byte in GET * 10:
                writer.write(bytes([byte]))
                await asyncio.sleep(0.1)

        sending = asyncio.create_task(send_slowly())
        assert (await read_all(reader)).startswith(b"HTTP/1.1 408")
        sending.cancel()


async def test_a_slow_response_is_no_slow_request():
    """The time of the application does not count."""
    async with (
        running_server(request_seconds=0.2) as server,
        server.connect(GET.replace(b"/ ", b"/slow ", 1)) as (reader, _),
    ):
        await asyncio.sleep(0.5)
        server.go.set()
        assert await read_response(reader) == ("http/1.1 200 ok", b"done")


async def test_each_request_has_its_own_time():
    """A connection stays open as long as it sends requests."""
    async with running_server(request_seconds=0.4) as server, server.connect() as (reader, writer):
        for _ in range(4):
            await asyncio.sleep(0.2)
            writer.write(GET)
            assert await read_response(reader) == ("http/1.1 200 ok", b"ok")


async def test_a_silent_connection_makes_room():
    """Where there are too many connections, the one that has been idle longest is closed."""
    async with running_server(max_connections=3) as server, AsyncExitStack() as stack:
        connections = []
        for number in range(3):
            connections.append(await stack.enter_async_context(server.connect()))
            await server.wait_for_connections(number + 1)
        async with server.connect(GET) as (reader, _):
            assert await read_response(reader) == ("http/1.1 200 ok", b"ok")
            assert await read_all(connections[0][0]) == b""
            await server.wait_for_connections(3)
            for other_reader, writer in connections[1:]:
                writer.write(GET)
                assert await read_response(other_reader) == ("http/1.1 200 ok", b"ok")


async def test_without_room_a_client_gets_a_503(caplog, monkeypatch):
    """No request is interrupted, and the log has one line a minute."""
    monkeypatch.setattr(uvicorn_protocols, "REFUSAL_SECONDS", 0.1)
    slow_request = GET.replace(b"/ ", b"/slow ", 1)
    async with (
        running_server(max_connections=2) as server,
        server.connect(slow_request) as (first, _),
        server.connect(slow_request) as (second, _),
    ):
        await server.wait_until(lambda: server.started_count == 2)
        for _ in range(3):
            async with server.connect(GET) as (reader, _):
                response = await read_all(reader)
                assert response.startswith(b"HTTP/1.1 503 Service Unavailable\r\n")
                assert response.endswith(b"too many connections. Try again in a moment.")
        server.go.set()
        for reader in (first, second):
            assert await read_response(reader) == ("http/1.1 200 ok", b"done")
        async with server.connect(GET) as (reader, _):
            assert await read_response(reader) == ("http/1.1 200 ok", b"ok")
    (record,) = caplog.records
    assert (record.levelno, "max_connections" in record.message) == (logging.WARNING, True)


async def test_refused_connections_make_no_room():
    """Only as many requests run as there may be connections, however many clients try."""
    slow_request = GET.replace(b"/ ", b"/slow ", 1)
    async with running_server(max_connections=2) as server, AsyncExitStack() as stack:
        for _ in range(2):
            await stack.enter_async_context(server.connect(slow_request))
        await server.wait_until(lambda: server.started_count == 2)
        for _ in range(20):
            reader, _ = await stack.enter_async_context(server.connect(slow_request))
            status_line = await asyncio.wait_for(reader.readline(), TIMEOUT_SECONDS)
            assert status_line.startswith(b"HTTP/1.1 503")
        assert server.started_count == 2
        server.go.set()


async def test_a_client_that_does_not_read_is_dropped():
    """It would occupy its connection for ever."""
    async with running_server(request_seconds=0.3) as server, server.connect() as (_, writer):
        body = b"x" * 1_000_000
        head = b"POST / HTTP/1.1\r\nHost: test\r\nContent-Length: %d\r\n\r\n" % len(body)
        for _ in range(20):
            writer.write(head + body)
        await server.wait_until(lambda: server.started_count > 0)
        await server.wait_for_connections(0)


async def test_a_pipelined_request_does_not_answer_another():
    """An incomplete request after one that is being handled gets no response in its place."""
    data = GET.replace(b"/ ", b"/slow ", 1) + b"GET / HT"
    async with running_server(request_seconds=0.2) as server, server.connect(data) as (reader, _):
        await asyncio.sleep(0.6)
        server.go.set()
        assert await read_response(reader) == ("http/1.1 200 ok", b"done")


@pytest.mark.parametrize(
    ("file_limit", "connections", "transfers"),
    [
        (None, 500, 1000),
        (10_000, 500, 1000),
        (1024, 500, 940 // 8),
        (256, 172 - 2 * (172 // 8), 172 // 8),
        (64, 8, 4),
    ],
)
def test_connections_leave_files_free(monkeypatch, file_limit, connections, transfers):
    """The database, templates, refused connections and files of documents need files as well."""
    monkeypatch.setattr(open_files, "raise_open_file_limit", lambda: file_limit)
    monkeypatch.setattr(open_files, "_count_open_files", lambda: 20)
    assert limit_open_files(500) == OpenFileLimits(connections, transfers)
