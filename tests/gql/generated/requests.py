"""A store, our engine over it, and one client that asks it over every transport."""

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

from newsgraph.gql import graphql_app
from newsgraph.store.documents.collection import Collection
from newsgraph.store.engines.protocol import open_database
from newsgraph.store.store import Store
from tests.gql.conftest import SEEDS, SITE
from tests.gql.generated.archive import change, fill, hide
from tests.store.archive import Archive, Clock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from websockets.sync.client import ClientConnection

    from newsgraph.gql.http.fast_path import Shortcut

SECONDS = 30

PROTOCOL = Subprotocol("graphql-transport-ws")

BESIDE = {"query": "{ beside: __typename }"}
"""What goes with an operation in a batch."""


def make_store(folder: Path) -> Path:
    """Import the seeds and the generated archive, twice; return the database file."""
    path, clock = folder / "store.db", Clock()
    made = Archive(
        folder / "made",
        Collection(id="made", url="https://site.example/", serve_unpublished=True),
    )
    hidden = Archive(folder / "hidden", Collection(id="hidden"))

    async def make() -> None:
        store = Store(await open_database(f"sqlite:///{path}"), SITE, clock)
        try:
            fill(made)
            hide(hidden)
            await store.import_roots([SEEDS, made.root, hidden.root])
            clock.forward(days=1)
            change(made)
            await store.import_roots([SEEDS, made.root, hidden.root])
        finally:
            await store.close()

    asyncio.run(make())
    return path


class Asked:
    """Asks our engine; each method returns the whole answer.

    Over a WebSocket, what was not run comes back as errors alone, as it does over HTTP.
    """

    def __init__(
        self, client: httpx.Client, web_socket: ClientConnection, shortcut: Shortcut
    ) -> None:
        self._client, self._socket, self._number = client, web_socket, 0
        self._shortcut = shortcut

    @property
    def answered_short(self) -> int:
        """How many requests were answered the short way."""
        return self._shortcut.answered

    def post(self, operation: dict[str, Any]) -> dict[str, Any]:
        """Ask by POST."""
        return self._client.post("/", json=operation).json()

    def get(self, operation: dict[str, Any]) -> dict[str, Any]:
        """Ask by GET."""
        said = {
            name: value if isinstance(value, str) else json.dumps(value)
            for name, value in operation.items()
        }
        return self._client.get("/", params=said).json()

    def batch(self, operation: dict[str, Any]) -> dict[str, Any]:
        """Ask in a batch, between two others."""
        before, answer, after = self._client.post("/", json=[BESIDE, operation, BESIDE]).json()
        assert before["data"] == after["data"] == {"beside": "Query"}
        return answer

    def socket(self, operation: dict[str, Any]) -> dict[str, Any]:
        """Ask over the WebSocket, which stays open."""
        self._number += 1
        id_ = str(self._number)
        message = {"id": id_, "type": "subscribe", "payload": operation}
        self._socket.send(json.dumps(message))
        told = self._told(id_)
        if told["type"] == "error":
            return {"errors": told["payload"]}
        assert told["type"] == "next"
        assert self._told(id_) == {"id": id_, "type": "complete"}
        return told["payload"]

    def _told(self, id_: str) -> dict[str, Any]:
        told = json.loads(self._socket.recv(SECONDS))
        assert told["id"] == id_, told
        return told


@contextmanager
def asking(path: Path) -> Iterator[Asked]:
    """Serve a database file on loopback, and keep one client for all that is asked."""
    listening = socket.create_server(("127.0.0.1", 0))
    # An answer goes out at once; otherwise each waits 40 ms for the client's system.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    address = f"127.0.0.1:{listening.getsockname()[1]}"
    servers: list[uvicorn.Server] = []
    apps: list[Shortcut] = []
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
            await servers[0].serve([listening])
        finally:
            ready.set()
            await store.close()

    thread = threading.Thread(target=asyncio.run, args=(main(),))
    thread.start()
    try:
        assert ready.wait(SECONDS)
        with (
            httpx.Client(base_url=f"http://{address}", timeout=SECONDS) as client,
            # Pings take random numbers, and hypothesis wants to know of all that are taken.
            connect(f"ws://{address}/", subprotocols=[PROTOCOL], ping_interval=None) as web_socket,
        ):
            web_socket.send(json.dumps({"type": "connection_init"}))
            assert json.loads(web_socket.recv(SECONDS)) == {"type": "connection_ack"}
            yield Asked(client, web_socket, apps[0])
    finally:
        servers[0].should_exit = True
        thread.join(SECONDS)
        listening.close()
