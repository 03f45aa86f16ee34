"""Tests of several servers that accept from one listening socket."""

from __future__ import annotations

import asyncio
import socket
import struct
from contextlib import asynccontextmanager

import pytest
import uvicorn

from newsgraph.server.runtime.accept_balancer import NOT_ACCEPTING, BalancedServer, ConnectionCounts

TIMEOUT_SECONDS = 60


async def app(scope, _receive, send):
    """Respond to any request."""
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"here"})


@asynccontextmanager
async def running_servers(counts, *indexes):
    """Run servers on one socket, each with an index in the counts.

    Yields the servers, a function that starts one more, and one that opens connections.
    """
    with socket.create_server(("127.0.0.1", 0), backlog=100) as listening_socket:
        config = uvicorn.Config(app, log_config=None, lifespan="off")
        config.load()
        servers, writers, sockets = [], [], []

        async def start_server(index):
            server = BalancedServer(config, ConnectionCounts(counts, index))
            # Like a process, each server has its own file descriptor of the socket.
            sockets.append(listening_socket.dup())
            server.lifespan = config.lifespan_class(config)
            servers.append(server)
            await server.startup(sockets[-1:])
            await server.on_tick(0)

        async def open_connection():
            reader, writer = await asyncio.open_connection(*listening_socket.getsockname())
            writers.append(writer)
            writer.write(b"GET / HTTP/1.1\r\nhost: here\r\n\r\n")
            assert b"200" in await reader.readuntil(b"here")

        for index in indexes:
            await start_server(index)
        try:
            async with asyncio.timeout(TIMEOUT_SECONDS):
                yield (
                    servers,
                    start_server,
                    lambda count: asyncio.gather(*(open_connection() for _ in range(count))),
                )
        finally:
            for writer in writers:
                writer.close()
            for server, server_socket in zip(servers, sockets, strict=True):
                await server.shutdown([server_socket])


def connection_counts(servers):
    """Return the number of connections of each server."""
    return [len(server.server_state.connections) for server in servers]


async def test_connections_are_balanced():
    """Simultaneous connections are distributed evenly."""
    counts = [NOT_ACCEPTING] * 3
    async with running_servers(counts, 0, 1, 2) as (servers, _, connect):
        await connect(12)
        assert all(3 <= count <= 5 for count in connection_counts(servers))
        for server in servers:
            await server.on_tick(0)
        assert counts == connection_counts(servers)
    assert counts == [NOT_ACCEPTING] * 3


async def test_the_least_loaded_server_accepts_first():
    """A restarted server accepts most new connections until it has as many as the other."""
    async with running_servers([NOT_ACCEPTING] * 2, 0) as (servers, start_server, connect):
        await connect(6)
        await start_server(1)
        await connect(6)
        assert connection_counts(servers)[1] > 3


@pytest.mark.parametrize("other", [0, NOT_ACCEPTING])
async def test_busy_and_dead_servers_delay_no_connection(other):
    """Connections that the least loaded server does not accept are accepted by another."""
    async with running_servers([NOT_ACCEPTING, other], 0) as (servers, _, connect):
        await connect(50)
        assert connection_counts(servers) == [50]


async def test_a_reset_before_accept_is_ignored():
    """A client may reset its connection before it is accepted."""
    async with running_servers([NOT_ACCEPTING], 0) as (servers, _, connect):
        await connect(1)
        (connection,) = servers[0].server_state.connections
        for _ in range(5):
            client = socket.create_connection(connection.server)
            # With this option close() resets the connection.
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            client.close()
        await connect(1)
        assert connection_counts(servers) == [2]
