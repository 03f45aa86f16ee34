"""Responds to a POST to /NAME with the JSON that the hand-written statement NAME.sql builds.

It reads the request's body, runs one statement on a thread and sends its text. Without a cache,
no Python service on the same tables can be faster. search.sql is not such a limit: no bare
statement can search newsgraph's own index, so it searches the peers' full-text table. A POST to
/bytes/NAME sends the same bytes from a dict.

BENCH_STORE names the database file, BENCH_THREADS the number of threads, BENCH_FEED a file that
/feed sends.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.bench.queries import SITE_URL, build_queries

STORE = Path(os.environ["BENCH_STORE"])
_STATEMENTS = {
    query.name: (query.sql, {**query.sql_parameters, "site": SITE_URL})
    for query in build_queries(STORE)
}
_executor = ThreadPoolExecutor(int(os.environ.get("BENCH_THREADS", "2")))
_local = threading.local()
_cached_bodies: dict[str, bytes] = {}
_feed = Path(os.environ["BENCH_FEED"]).read_bytes() if "BENCH_FEED" in os.environ else b""


def run_statement(name: str) -> bytes:
    """Run a query's statement on this thread's connection, and return the response's body."""
    connection = getattr(_local, "connection", None)
    if connection is None:
        connection = _local.connection = sqlite3.connect(
            f"file:{STORE}?mode=ro", uri=True, isolation_level=None
        )
    sql, parameters = _STATEMENTS[name]
    return f'{{"data":{connection.execute(sql, parameters).fetchone()[0]}}}'.encode()


async def app(scope, receive, send):
    """Handle an ASGI request."""
    if scope["type"] != "http":
        return
    has_more = True
    while has_more:
        has_more = (await receive()).get("more_body", False)
    name = scope["path"].rpartition("/")[2]
    content_type = b"application/json"
    if name == "":
        body = b"{}"
    elif name == "feed":
        body, content_type = _feed, b"application/atom+xml"
    elif scope["path"].startswith("/bytes/"):
        if name not in _cached_bodies:
            _cached_bodies[name] = run_statement(name)
        body = _cached_bodies[name]
    else:
        body = await asyncio.get_running_loop().run_in_executor(_executor, run_statement, name)
    headers = [
        (b"content-type", content_type),
        (b"content-length", str(len(body)).encode()),
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})
