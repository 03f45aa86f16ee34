"""A real server of the seeds, on loopback, for programs that speak HTTP."""

from __future__ import annotations

import asyncio
import shutil
import socket
import ssl
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from starlette.responses import PlainTextResponse

from newsgraph.server.app import create_app
from newsgraph.server.config.settings import read_collection
from newsgraph.server.http_cache.options import DELIVERY
from newsgraph.store.documents.collection import Root
from tests.server.conftest import SEEDS
from tests.store_files import open_store, seeds_store

SECONDS = 60

WITHOUT_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""`verify` of httpx's clients: by default each client loads the certificates of all authorities."""


def counted(app, statuses):
    """The application, noting the status of every answer that it gives."""

    async def counting(scope, receive, send):
        async def noted(message):
            if message["type"] == "http.response.start":
                statuses.append(message["status"])
            await send(message)

        await app(scope, receive, noted)

    return counting


def below(prefix, app):
    """The application as it is behind a proxy that takes the beginning of each path away."""

    async def proxied(scope, receive, send):
        if not scope["path"].startswith(f"{prefix}/"):
            await PlainTextResponse("not newsgraph's", 404)(scope, receive, send)
            return
        path = scope["path"].removeprefix(prefix)
        await app({**scope, "path": path, "raw_path": path.encode()}, receive, send)

    return proxied if prefix else app


async def import_folders(store, *folders):
    """Import folders into a store, whose documents must be right."""
    report = await store.import_roots([Root(one, read_collection(one)) for one in folders])
    assert not report.has_errors


def import_beside(folder, *folders):
    """Import folders into the store of a server, by a connection that the server knows nothing of.

    It runs in a thread of its own: Playwright's event loop may be in the caller's.
    """

    async def imported():
        store = await open_store(folder / "live.db", "https://unused.example")
        try:
            await import_folders(store, *folders)
        finally:
            await store.close()

    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, imported()).result()


@contextmanager
def serving(folder, delivery=DELIVERY, prefix="", roots=(SEEDS,), public_url=None, **settings):
    """A server of the seeds in a thread: its address, and the statuses of its answers.

    `prefix` is a path that it is below; `roots` are imported in place of the seeds; `public_url`
    is what addresses in its answers begin with, where that is not the address that it listens at.
    The settings are those of `create_app`.
    """
    statuses, servers, ready = [], [], threading.Event()
    listening = socket.create_server(("127.0.0.1", 0))
    site = f"http://127.0.0.1:{listening.getsockname()[1]}{prefix}"
    public_url, folder = public_url or site, Path(folder)
    if roots == (SEEDS,) and not (folder / "live.db").exists():
        roots = ()
        shutil.copy(seeds_store(), folder / "live.db")

    async def main():
        store = await open_store(folder / "live.db", public_url)
        try:
            if roots:
                await import_folders(store, *roots)
            app = create_app(store, public_url, delivery=delivery, **settings)
            app = counted(below(prefix, app), statuses)
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
