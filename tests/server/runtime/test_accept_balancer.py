"""Sharing one listening socket."""

from __future__ import annotations

import asyncio
import socket
import struct
from contextlib import asynccontextmanager

import pytest
import uvicorn

from newsgraph.server.runtime.accept_balancer import ABSENT, Share, SharingServer

SECONDS = 60


async def app(scope, _receive, send):
    """Answer anything."""
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"here"})


@asynccontextmanager
async def sharing(counts, *places):
    """Servers on one socket, each with its place among the counts; how to add one, and clients."""
    with socket.create_server(("127.0.0.1", 0), backlog=100) as listening:
        config = uvicorn.Config(app, log_config=None, lifespan="off")
        config.load()
        servers, clients, listenings = [], [], []

        async def begin(place):
            server = SharingServer(config, Share(counts, place))
            # Processes have descriptors of their own for the one socket.
            listenings.append(listening.dup())
            server.lifespan = config.lifespan_class(config)
            servers.append(server)
            await server.startup(listenings[-1:])
            await server.on_tick(0)

        async def connect():
            reader, writer = await asyncio.open_connection(*listening.getsockname())
            clients.append(writer)
            writer.write(b"GET / HTTP/1.1\r\nhost: here\r\n\r\n")
            assert b"200" in await reader.readuntil(b"here")

        for place in places:
            await begin(place)
        try:
            async with asyncio.timeout(SECONDS):
                yield (
                    servers,
                    begin,
                    lambda number: asyncio.gather(*(connect() for _ in range(number))),
                )
        finally:
            for client in clients:
                client.close()
            for server, own in zip(servers, listenings, strict=True):
                await server.shutdown([own])


def numbers(servers):
    """How many connections each server has."""
    return [len(server.server_state.connections) for server in servers]


async def test_each_gets_its_share():
    """All come at once, and nobody gets them all."""
    counts = [ABSENT] * 3
    async with sharing(counts, 0, 1, 2) as (servers, _, connect):
        await connect(12)
        assert all(3 <= number <= 5 for number in numbers(servers))
        for server in servers:
            await server.on_tick(0)
        assert counts == numbers(servers)
    assert counts == [ABSENT] * 3


async def test_who_has_fewer_comes_first():
    """One that had to begin again gets most of what is new, until it has as many."""
    async with sharing([ABSENT] * 2, 0) as (servers, begin, connect):
        await connect(6)
        await begin(1)
        await connect(6)
        assert numbers(servers)[1] > 3


@pytest.mark.parametrize("other", [0, ABSENT])
async def test_nobody_waits_for_those_that_do_not_come(other):
    """Another that is busy, or has died, keeps no client waiting."""
    async with sharing([ABSENT, other], 0) as (servers, _, connect):
        await connect(50)
        assert numbers(servers) == [50]


async def test_a_client_that_has_gone_harms_nobody():
    """It may go while it waits to be accepted."""
    async with sharing([ABSENT], 0) as (servers, _, connect):
        await connect(1)
        (connection,) = servers[0].server_state.connections
        for _ in range(5):
            gone = socket.create_connection(connection.server)
            # It is reset, not closed.
            gone.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            gone.close()
        await connect(1)
        assert numbers(servers) == [2]
