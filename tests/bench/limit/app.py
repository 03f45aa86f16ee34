"""Answers a POST to /NAME with the JSON that the hand-written statement NAME.sql builds.

It reads the request's body, runs one statement on a thread and sends its text: what no service
in Python on the same tables can be faster than without remembering answers. A POST to
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

from tests.bench.queries import SITE, queries

STORE = Path(os.environ["BENCH_STORE"])
_ASKED = {query.name: (query.sql, {**query.values, "site": SITE}) for query in queries(STORE)}
_threads = ThreadPoolExecutor(int(os.environ.get("BENCH_THREADS", "2")))
_local = threading.local()
_bytes: dict[str, bytes] = {}
_feed = Path(os.environ["BENCH_FEED"]).read_bytes() if "BENCH_FEED" in os.environ else b""


def answer(name: str) -> bytes:
    """Run a query's statement on this thread's connection."""
    connection = getattr(_local, "connection", None)
    if connection is None:
        connection = _local.connection = sqlite3.connect(
            f"file:{STORE}?mode=ro", uri=True, isolation_level=None
        )
    sql, values = _ASKED[name]
    return f'{{"data":{connection.execute(sql, values).fetchone()[0]}}}'.encode()


async def app(scope, receive, send):
    """Answer as ASGI has it."""
    if scope["type"] != "http":
        return
    more = True
    while more:
        more = (await receive()).get("more_body", False)
    name = scope["path"].rpartition("/")[2]
    kind = b"application/json"
    if name == "":
        body = b"{}"
    elif name == "feed":
        body, kind = _feed, b"application/atom+xml"
    elif scope["path"].startswith("/bytes/"):
        if name not in _bytes:
            _bytes[name] = answer(name)
        body = _bytes[name]
    else:
        body = await asyncio.get_running_loop().run_in_executor(_threads, answer, name)
    headers = [
        (b"content-type", kind),
        (b"content-length", str(len(body)).encode()),
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})
