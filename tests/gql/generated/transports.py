"""A store, a server of it, and a client that sends operations over every transport."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import httpx
import uvicorn
from websockets import Subprotocol
from websockets.sync.client import connect

from newsgraph.gql.http.view import graphql_app
from newsgraph.store.documents.collection_settings import Collection
from newsgraph.store.engines import open_database
from newsgraph.store.store import Store
from tests.gql.conftest import SEEDS, SITE
from tests.gql.generated.fixed_archive import update_archive, write_archive, write_hidden_articles
from tests.store.archive import Archive, Clock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from websockets.sync.client import ClientConnection

    from newsgraph.gql.http.fast_path import FastPath

TIMEOUT_SECONDS = 30

SUBPROTOCOL = Subprotocol("graphql-transport-ws")

OTHER_OPERATION = {"query": "{ other: __typename }"}
"""An operation that is sent in a batch together with the tested one."""


def create_store(folder: Path) -> Path:
    """Import the seeds and the generated archive, twice; return the database file."""
    path, clock = folder / "store.db", Clock()
    generated = Archive(
        folder / "generated",
        Collection(id="generated", url="https://site.example/", serve_unpublished=True),
    )
    hidden = Archive(folder / "hidden", Collection(id="hidden"))

    async def import_archives() -> None:
        store = Store(await open_database(f"sqlite:///{path}"), SITE, clock)
        try:
            write_archive(generated)
            write_hidden_articles(hidden)
            await store.import_roots([SEEDS, generated.root, hidden.root])
            clock.forward(days=1)
            update_archive(generated)
            await store.import_roots([SEEDS, generated.root, hidden.root])
        finally:
            await store.close()

    asyncio.run(import_archives())
    return path


class TransportClient:
    """Sends an operation over one of the transports; each method returns the complete response.

    The response over a WebSocket has the same form as over HTTP: only errors if the operation was
    not executed.
    """

    def __init__(
        self, http_client: httpx.Client, web_socket: ClientConnection, app: FastPath
    ) -> None:
        self._http_client, self._web_socket, self._message_count = http_client, web_socket, 0
        self._app = app

    @property
    def fast_path_count(self) -> int:
        """Number of requests that the fast path has answered."""
        return self._app.hit_count

    def post(self, operation: dict[str, Any]) -> dict[str, Any]:
        """Send an operation by POST."""
        return self._http_client.post("/", json=operation).json()

    def get(self, operation: dict[str, Any]) -> dict[str, Any]:
        """Send an operation by GET."""
        params = {
            name: value if isinstance(value, str) else json.dumps(value)
            for name, value in operation.items()
        }
        return self._http_client.get("/", params=params).json()

    def batch(self, operation: dict[str, Any]) -> dict[str, Any]:
        """Send an operation in a batch, between two others."""
        body = [OTHER_OPERATION, operation, OTHER_OPERATION]
        before, response, after = self._http_client.post("/", json=body).json()
        assert before["data"] == after["data"] == {"other": "Query"}
        return response

    def socket(self, operation: dict[str, Any]) -> dict[str, Any]:
        """Send an operation over the WebSocket, which stays open."""
        self._message_count += 1
        id_ = str(self._message_count)
        request = {"id": id_, "type": "subscribe", "payload": operation}
        self._web_socket.send(json.dumps(request))
        message = self._receive(id_)
        if message["type"] == "error":
            return {"errors": message["payload"]}
        assert message["type"] == "next"
        assert self._receive(id_) == {"id": id_, "type": "complete"}
        return message["payload"]

    def _receive(self, id_: str) -> dict[str, Any]:
        message = json.loads(self._web_socket.recv(TIMEOUT_SECONDS))
        assert message["id"] == id_, message
        return message


@contextmanager
def running_server(path: Path) -> Iterator[TransportClient]:
    """Serve a database file on the loopback interface, and yield a client of it."""
    listener = socket.create_server(("127.0.0.1", 0))
    # Without TCP_NODELAY each response is delayed by 40 ms (Nagle's algorithm, delayed ACK).
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    netloc = f"127.0.0.1:{listener.getsockname()[1]}"
    servers: list[uvicorn.Server] = []
    apps: list[FastPath] = []
    ready = threading.Event()

    async def main() -> None:
        store = await Store.open(f"sqlite:///{path}", SITE)
        try:
            app = graphql_app(store)
            apps.append(app)
            config = uvicorn.Config(
                app,
                log_config=None,
                lifespan="off",
                ws="websockets-sansio",
                ws_ping_interval=None,
            )
            servers.append(uvicorn.Server(config))
            ready.set()
            await servers[0].serve([listener])
        finally:
            ready.set()
            await store.close()

    thread = threading.Thread(target=asyncio.run, args=(main(),))
    thread.start()
    try:
        assert ready.wait(TIMEOUT_SECONDS)
        with (
            httpx.Client(base_url=f"http://{netloc}", timeout=TIMEOUT_SECONDS) as http_client,
            # Pings use random numbers, which would make hypothesis report flaky tests.
            connect(
                f"ws://{netloc}/", subprotocols=[SUBPROTOCOL], ping_interval=None
            ) as web_socket,
        ):
            web_socket.send(json.dumps({"type": "connection_init"}))
            acknowledgement = json.loads(web_socket.recv(TIMEOUT_SECONDS))
            assert acknowledgement == {"type": "connection_ack"}
            yield TransportClient(http_client, web_socket, apps[0])
    finally:
        servers[0].should_exit = True
        thread.join(TIMEOUT_SECONDS)
        listener.close()
