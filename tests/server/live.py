"""A server of the seed documents on loopback, for real HTTP clients."""

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
from newsgraph.server.config.settings import read_root
from newsgraph.server.http_cache.options import DEFAULT_CACHE_OPTIONS
from tests.server.conftest import SEEDS
from tests.store_files import open_store, seeds_store_path

TIMEOUT_SECONDS = 60

NO_CERTIFICATES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""For `verify` of httpx clients: by default each client loads all CA certificates."""


def record_statuses(app, statuses):
    """Wrap an application, and append the status code of each response to a list."""

    async def recording_app(scope, receive, send):
        async def recording_send(message):
            if message["type"] == "http.response.start":
                statuses.append(message["status"])
            await send(message)

        await app(scope, receive, recording_send)

    return recording_app


def with_proxy_prefix(prefix, app):
    """Wrap an application like a proxy that removes a prefix from each path."""

    async def prefixed_app(scope, receive, send):
        if not scope["path"].startswith(f"{prefix}/"):
            await PlainTextResponse("not newsgraph's", 404)(scope, receive, send)
            return
        path = scope["path"].removeprefix(prefix)
        await app({**scope, "path": path, "raw_path": path.encode()}, receive, send)

    return prefixed_app if prefix else app


async def import_valid_folders(store, *folders):
    """Import folders into a store; their documents must have no errors."""
    report = await store.import_roots([read_root(folder) for folder in folders])
    assert not report.has_errors


def import_externally(folder, *folders):
    """Import folders into the store of a running server, with another connection.

    This runs in a new thread: Playwright's event loop may run in the caller's.
    """

    async def import_all():
        store = await open_store(folder / "live.db", "https://unused.example")
        try:
            await import_valid_folders(store, *folders)
        finally:
            await store.close()

    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, import_all()).result()


@contextmanager
def running_server(
    folder,
    cache_options=DEFAULT_CACHE_OPTIONS,
    prefix="",
    roots=(SEEDS,),
    public_url=None,
    **settings,
):
    """Run a server in a thread; yields its URL and the list of the status codes it has sent.

    Args:
        folder: folder for the store's database.
        cache_options: options of the response cache and of Cache-Control.
        prefix: path that the server is below, as if behind a proxy.
        roots: folders to import; by default the seed documents.
        public_url: base URL of the site; by default the URL that the server listens on.
        **settings: further arguments of `create_app`.
    """
    statuses, servers, ready = [], [], threading.Event()
    listening_socket = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listening_socket.getsockname()[1]}{prefix}"
    public_url, folder = public_url or url, Path(folder)
    if roots == (SEEDS,) and not (folder / "live.db").exists():
        roots = ()
        shutil.copy(seeds_store_path(), folder / "live.db")

    async def main():
        store = await open_store(folder / "live.db", public_url)
        try:
            if roots:
                await import_valid_folders(store, *roots)
            app = create_app(store, public_url, cache_options=cache_options, **settings)
            app = record_statuses(with_proxy_prefix(prefix, app), statuses)
            servers.append(uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off")))
            ready.set()
            await servers[0].serve([listening_socket])
        finally:
            ready.set()
            await store.close()

    thread = threading.Thread(target=asyncio.run, args=(main(),))
    thread.start()
    try:
        assert ready.wait(TIMEOUT_SECONDS)
        yield url, statuses
    finally:
        if servers:
            servers[0].should_exit = True
        thread.join(TIMEOUT_SECONDS)
        listening_socket.close()
