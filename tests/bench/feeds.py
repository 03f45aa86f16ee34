"""A topic's feed beside nginx, and what is answered with 304."""

from __future__ import annotations

import shutil
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import httpx

from tests import nginx
from tests.bench import compare, subjects
from tests.bench.conditional import if_none_match, without_bodies
from tests.bench.errors import CannotMeasure
from tests.bench.load import Request
from tests.bench.measure import Extent, alternate, median, say
from tests.bench.places import BENCH, MADE
from tests.bench.processes import Service, free_port
from tests.bench.queries import queries
from tests.bench.rows import Rows

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.bench.conditional import Sizes
    from tests.bench.queries import Query

OFF, WARM = "cache off", "warm cache"
FILE, PROXY, PROXY_304 = "nginx, a file", "nginx before us", "nginx before us, 304"
BYTES = "the same bytes"
FEED_304, GRAPH_GET, GRAPH_304 = "304 of the feed", "GET of the graph", "304 of the graph"
NOT_MODIFIED = {FEED_304: WARM, PROXY_304: PROXY, GRAPH_304: GRAPH_GET}
"""Conditional requests, and the whole answers that they are made of."""

FEED = "/feed.atom"
"""Where nginx has the file."""


class NoNginx(CannotMeasure):
    """nginx is missing."""


def feeds(store: Path, extent: Extent) -> dict[str, Any]:
    """Measure a feed and conditional requests.

    Returns:
        ``runs`` by connections and subject; ``bytes`` of the feed; ``missing`` and ``wrong``
        rows, as `Rows` has them.
    """
    by_name = {query.name: query for query in queries(store)}
    path = f"/feeds/topics/{by_name['topic'].variables['slug']}.atom"
    rows = Rows()
    results: dict[str, Any] = {"runs": {}, "path": path}
    results |= {"missing": rows.missing, "wrong": rows.wrong}
    with ExitStack() as stack:
        off, warm = (
            stack.enter_context(subjects.newsgraph(store, name).service)
            for name in (subjects.OFF, subjects.ON)
        )
        feed = httpx.get(off.url + path).content
        results["bytes"] = len(feed)
        folder = MADE / "nginx" / "file"
        shutil.rmtree(folder.parent, ignore_errors=True)
        folder.mkdir(parents=True)
        (folder / "feed.atom").write_bytes(feed)

        def proxy() -> Service:
            program = _nginx()
            subject = subjects.newsgraph(store, subjects.ON, label="behind", max_age_seconds=1)
            upstream = stack.enter_context(subject.service).port
            return stack.enter_context(_proxy(program, upstream, folder.parent / "proxy"))

        def bare() -> Service:
            subject = subjects.limit(store, 2, feed=folder / "feed.atom")
            return stack.enter_context(subject.service)

        services: dict[str, tuple[Callable[[], Service], str]] = {
            OFF: (lambda: off, path),
            WARM: (lambda: warm, path),
            FILE: (lambda: stack.enter_context(_file(_nginx(), folder)), FEED),
            PROXY: (proxy, path),
            BYTES: (bare, "/feed"),
        }
        turns: dict[str, tuple[Service, Request]] = {}
        for name, (start, address) in services.items():
            with rows.row(name):
                service = start()
                request = Request(service.url + address)
                _same(feed, request)
                turns[name] = (service, request)
        graph = Request(f"{warm.url}/graphql?{_as_get(by_name['nested'])}")
        sizes: dict[str, Sizes] = {}
        for name, whole in NOT_MODIFIED.items():
            if whole == GRAPH_GET:
                turns[GRAPH_GET] = (warm, graph)
            with rows.row(name):
                if whole not in turns:
                    raise CannotMeasure(f"{whole} could not be measured")
                service, request = turns[whole]
                conditional, sizes[name] = if_none_match(request)
                turns[name] = (service, conditional)
        for connections in extent.connections:
            say(f"  feeds, {connections} connections")
            below = rows.below(f"{connections} connections")
            runs = without_bodies(alternate(turns, connections, extent, below), sizes, below)
            results["runs"][str(connections)] = runs
            for name, some in runs.items():
                say(f"    {name:26} {median(some):9,.0f}/s {median(some, 'p50'):8.2f} ms")
    return results


def _same(feed: bytes, request: Request) -> None:
    answer = httpx.get(request.url)
    if answer.content != feed:
        raise compare.Differs(
            f"{request.url} answered {answer.status_code} with {len(answer.content)} bytes, "
            f"and not the feed's {len(feed)}"
        )


def _nginx() -> str:
    if (program := shutil.which("nginx") or shutil.which("/usr/sbin/nginx")) is None:
        raise NoNginx("nginx is missing; on Debian or Ubuntu: apt-get install nginx")
    return program


def _as_get(query: Query) -> str:
    return urlencode({"query": query.document})


def _file(program: str, folder: Path) -> Service:
    """Return nginx with the files of a folder."""
    port, prefix = free_port(), folder.parent / "file-run"
    text = (BENCH / "nginx.conf").read_text("utf-8")
    prefix.mkdir()
    text = nginx.put(text, {"@PORT@": str(port), "@FOLDER@": str(folder)})
    return Service("nginx-file", nginx.command(program, prefix, text), ready=FEED, port=port)


def _proxy(program: str, upstream: int, folder: Path) -> Service:
    """Return nginx before us, as the docs say."""
    port = free_port()
    command = nginx.before(upstream, port, program, folder)
    return Service("nginx-proxy", command, ready="/healthz", port=port)
