"""Clients share the store: no client fills its queue, and disconnected ones stop their reads."""

from __future__ import annotations

import asyncio
import json

import httpx
import pytest
from websockets.asyncio.client import connect

from newsgraph.gql.http.view import graphql_app
from newsgraph.gql.http.websocket import MAX_CONCURRENT_READS
from newsgraph.store.store import Store
from tests.gql.conftest import SITE, noon_clock
from tests.server.runtime.test_uvicorn_protocols import TIMEOUT_SECONDS, running_server

COUNT = "{ store { articleCount } }"
COUNT_DATA = {"store": {"articleCount": 4}}


class BlockingStore:
    """A store whose reads wait until the test releases them.

    Attributes:
        released: set while reads may finish.
        started: set when the first read starts.
        cancelled: set when a read is cancelled.
        running_count: number of reads that are running.
        max_running_count: highest number of reads that were running at the same time.
    """

    def __init__(self, store):
        self._store = store
        self.released, self.started, self.cancelled = (asyncio.Event() for _ in range(3))
        self.running_count = self.max_running_count = 0

    def __getattr__(self, name):
        return getattr(self._store, name)

    async def read(self, *selections, limits):
        """Read selections when released."""
        return await self._run_when_released(lambda: self._store.read(*selections, limits=limits))

    async def run(self, query, parameters, limits):
        """Run a query when released."""
        return await self._run_when_released(lambda: self._store.run(query, parameters, limits))

    def try_run_inline(self, *_):
        """Return None, as for a query that may take long."""

    async def _run_when_released(self, work):
        self.running_count += 1
        self.max_running_count = max(self.max_running_count, self.running_count)
        self.started.set()
        try:
            await self.released.wait()
            return await work()
        except asyncio.CancelledError:
            self.cancelled.set()
            raise
        finally:
            self.running_count -= 1


@pytest.fixture
def store(database):
    """A blocking store of the seeds."""
    return BlockingStore(Store(database, SITE, noon_clock))


async def test_batch_runs_sequentially(store):
    """The operations of a batch run one after the other, so they do not delay other clients."""
    store.released.set()
    transport = httpx.ASGITransport(graphql_app(store))
    async with httpx.AsyncClient(transport=transport, base_url=SITE) as client:
        batch = await client.post("/", json=[{"query": COUNT}] * 5)
    assert [response["data"] for response in batch.json()] == [COUNT_DATA] * 5
    assert store.max_running_count == 1


async def test_websocket_limits_concurrent_reads(store):
    """Only two of a WebSocket's operations read the store at the same time."""
    async with (
        running_server(graphql_app(store)) as (port, _),
        connect(f"ws://127.0.0.1:{port}/", subprotocols=["graphql-transport-ws"]) as socket,
    ):
        await socket.send('{"type": "connection_init"}')
        await socket.recv()
        for number in range(20):
            message = {"id": str(number), "type": "subscribe", "payload": {"query": COUNT}}
            await socket.send(json.dumps(message))
        await socket.send('{"type": "ping"}')
        # The pong arrives after all operations have been started.
        assert json.loads(await socket.recv())["type"] == "pong"
        store.released.set()
        results = []
        async with asyncio.timeout(TIMEOUT_SECONDS):
            while len(results) < 20:
                message = json.loads(await socket.recv())
                if message["type"] == "next":
                    results.append(message["payload"]["data"])
    assert results == [COUNT_DATA] * 20
    assert store.max_running_count == MAX_CONCURRENT_READS


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
async def test_disconnect_cancels_the_read(request_, store, caplog):
    """When a client disconnects, its read of the store is cancelled and nothing is logged."""
    async with running_server(graphql_app(store)) as (port, _):
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request_)
        await asyncio.wait_for(store.started.wait(), TIMEOUT_SECONDS)
        writer.close()
        await asyncio.wait_for(store.cancelled.wait(), TIMEOUT_SECONDS)
        assert store.running_count == 0
    assert not caplog.records


@pytest.mark.parametrize("request_", REQUESTS.values(), ids=REQUESTS)
async def test_connection_is_reused(request_, store):
    """A client that stays connected gets its response and can send more requests."""
    store.released.set()
    async with running_server(graphql_app(store)) as (port, _):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for _ in range(3):
            writer.write(request_)
            headers = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), TIMEOUT_SECONDS)
            length = int(headers.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
            assert b"articleCount" in await reader.readexactly(length)
        writer.close()
    assert not store.cancelled.is_set()


async def test_cancelled_request_cancels_the_read(store):
    """When the server cancels a request, as at its shutdown, the read is cancelled too."""

    async def receive():
        if not store.started.is_set():
            return {"type": "http.request", "body": BODY, "more_body": False}
        return await asyncio.Event().wait()

    async def send(_message):
        raise AssertionError

    headers = [(b"content-type", b"application/json")]
    scope = {"type": "http", "method": "POST", "path": "/", "query_string": b"", "headers": headers}
    task = asyncio.create_task(graphql_app(store)(scope, receive, send))
    await asyncio.wait_for(store.started.wait(), TIMEOUT_SECONDS)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert store.cancelled.is_set()
