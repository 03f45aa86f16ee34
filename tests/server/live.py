"""A real server of the seeds, on loopback, for programs that speak HTTP."""

from __future__ import annotations

import asyncio
import socket
import threading
from contextlib import contextmanager

import uvicorn

from server.app import create_app
from server.delivery import DELIVERY
from server.settings import read_collection
from store.documents.collection import Root
from store.store import Store
from tests.server.conftest import SEEDS

SECONDS = 30


def counted(app, statuses):
    """The application, noting the status of every answer that it gives."""

    async def counting(scope, receive, send):
        async def noted(message):
            if message["type"] == "http.response.start":
                statuses.append(message["status"])
            await send(message)

        await app(scope, receive, noted)

    return counting


@contextmanager
def serving(folder, delivery=DELIVERY):
    """A server of the seeds in a thread: its address, and the statuses of its answers."""
    statuses, servers, ready = [], [], threading.Event()
    listening = socket.create_server(("127.0.0.1", 0))
    site = f"http://127.0.0.1:{listening.getsockname()[1]}"

    async def main():
        store = await Store.open(f"sqlite:///{folder}/live.db", site)
        try:
            await store.import_roots([Root(SEEDS, read_collection(SEEDS))])
            app = counted(create_app(store, site, delivery=delivery), statuses)
            servers.append(uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off")))
            ready.set()
            await servers[0].serve([listening])
        finally:
            ready.set()
            await store.close()

    thread = threading.Thread(target=asyncio.run, args=(main(),))
    thread.start()
    try:
        assert ready.wait(SECONDS)
        yield site, statuses
    finally:
        if servers:
            servers[0].should_exit = True
        thread.join(SECONDS)
        listening.close()
