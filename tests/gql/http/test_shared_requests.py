"""Clients share the store: none may fill its queue, and nothing is read for one who has gone."""

from __future__ import annotations

import asyncio
import json

import httpx
import pytest
from websockets.asyncio.client import connect

from newsgraph.gql import graphql_app
from newsgraph.gql.http.websocket import READS_AT_ONCE
from newsgraph.store.store import Store
from tests.gql.conftest import SITE, at_noon
from tests.server.runtime.test_uvicorn_protocols import SECONDS, serving

COUNT = "{ store { articleCount } }"
ANSWER = {"store": {"articleCount": 4}}


class Watched:
    """A store that notes how its reads go.

    Attributes:
        going_on: set as long as reads may come to their end.
        begun: set when the first read begins.
        cancelled: set when a read is cancelled.
        running: how many reads there are just now.
        most: how many there were at a time.
    """

    def __init__(self, store):
        self._store = store
        self.going_on, self.begun, self.cancelled = (asyncio.Event() for _ in range(3))
        self.running = self.most = 0

    def __getattr__(self, name):
        return getattr(self._store, name)

    async def read(self, *selections, limits):
        """Read, when it may."""
        return await self._when_it_may(lambda: self._store.read(*selections, limits=limits))

    async def ask(self, question, values, limits):
        """Ask, when it may."""
        return await self._when_it_may(lambda: self._store.ask(question, values, limits))

    def ask_now(self, *_):
        """Have everything asked as if it could take long."""

    async def _when_it_may(self, work):
        self.running += 1
        self.most = max(self.most, self.running)
        self.begun.set()
        try:
            await self.going_on.wait()
            return await work()
        except asyncio.CancelledError:
            self.cancelled.set()
            raise
        finally:
            self.running -= 1


@pytest.fixture
def store(database):
    """The seeds, watched."""
    return Watched(Store(database, SITE, at_noon))


async def test_a_batch_runs_one_after_the_other(store):
    """Ten operations of one client would else be before another's single one."""
    store.going_on.set()
    transport = httpx.ASGITransport(graphql_app(store))
    async with httpx.AsyncClient(transport=transport, base_url=SITE) as client:
        answer = await client.post("/", json=[{"query": COUNT}] * 5)
    assert [one["data"] for one in answer.json()] == [ANSWER] * 5
    assert store.most == 1


async def test_a_sockets_operations_wait_for_each_other(store):
    """A hundred may be open on it; the store reads for two, and goes on with the next."""
    async with (
        serving(graphql_app(store)) as (port, _),
        connect(f"ws://127.0.0.1:{port}/", subprotocols=["graphql-transport-ws"]) as socket,
    ):
        await socket.send('{"type": "connection_init"}')
        await socket.recv()
        for number in range(20):
            said = {"id": str(number), "type": "subscribe", "payload": {"query": COUNT}}
            await socket.send(json.dumps(said))
        await socket.send('{"type": "ping"}')
        # Its answer comes behind all that was begun before.
        assert json.loads(await socket.recv())["type"] == "pong"
        store.going_on.set()
        answers = []
        async with asyncio.timeout(SECONDS):
            while len(answers) < 20:
                message = json.loads(await socket.recv())
                if message["type"] == "next":
                    answers.append(message["payload"]["data"])
    assert answers == [ANSWER] * 20
    assert store.most == READS_AT_ONCE


BODY = json.dumps({"query": COUNT}).encode()
REQUESTS = {
    "POST": b"POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    b"Content-Length: %d\r\n\r\n%b" % (len(BODY), BODY),
    "POST of a batch": b"POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    b"Content-Length: %d\r\n\r\n[%b]" % (len(BODY) + 2, BODY),
    "GET": b"GET /?query={store{articleCount}} HTTP/1.1\r\nHost: x\r\n\r\n",
    "GET with a body": b"GET /?query={store{articleCount}} HTTP/1.1\r\nHost: x\r\n"
    b"Content-Length: 2\r\n\r\n{}",
}


@pytest.mark.parametrize("request_", REQUESTS.values(), ids=REQUESTS)
async def test_a_client_that_goes_away(request_, store, caplog):
    """What it asked for is stopped, down to the store, and nobody has failed."""
    async with serving(graphql_app(store)) as (port, _):
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request_)
        await asyncio.wait_for(store.begun.wait(), SECONDS)
        writer.close()
        await asyncio.wait_for(store.cancelled.wait(), SECONDS)
        assert store.running == 0
    assert not caplog.records


@pytest.mark.parametrize("request_", REQUESTS.values(), ids=REQUESTS)
async def test_a_client_that_stays(request_, store):
    """It gets its answer, and may ask again on the same connection."""
    store.going_on.set()
    async with serving(graphql_app(store)) as (port, _):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for _ in range(3):
            writer.write(request_)
            head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), SECONDS)
            length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
            assert b"articleCount" in await reader.readexactly(length)
        writer.close()
    assert not store.cancelled.is_set()


async def test_whoever_stops_a_request_stops_its_reading(store):
    """As a server does that ends before its requests do."""

    async def receive():
        if not store.begun.is_set():
            return {"type": "http.request", "body": BODY, "more_body": False}
        return await asyncio.Event().wait()

    async def send(_message):
        raise AssertionError

    headers = [(b"content-type", b"application/json")]
    scope = {"type": "http", "method": "POST", "path": "/", "query_string": b"", "headers": headers}
    task = asyncio.create_task(graphql_app(store)(scope, receive, send))
    await asyncio.wait_for(store.begun.wait(), SECONDS)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert store.cancelled.is_set()
