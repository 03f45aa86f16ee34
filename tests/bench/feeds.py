"""A topic's feed beside nginx, and what is answered with 304."""

from __future__ import annotations

import shutil
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import httpx

from tests import nginx
from tests.bench import compare, subjects
from tests.bench.load import Request
from tests.bench.measure import Extent, alternate, median, say
from tests.bench.places import BENCH, MADE
from tests.bench.processes import Service, free_port
from tests.bench.queries import queries

if TYPE_CHECKING:
    from pathlib import Path

    from tests.bench.queries import Query

OFF, WARM = "cache off", "warm cache"
FILE, PROXY, PROXY_304 = "nginx, a file", "nginx before us", "nginx before us, 304"
BYTES = "the same bytes"
FEED_304, GRAPH_GET, GRAPH_304 = "304 of the feed", "GET of the graph", "304 of the graph"
NOT_MODIFIED = (FEED_304, PROXY_304, GRAPH_304)

FEED = "/feed.atom"
"""Where nginx has the file."""

MOST_HEAD = 1_000
"""How many bytes a 304 may have."""


class NoNginx(Exception):
    """nginx is missing."""


def feeds(store: Path, extent: Extent) -> dict[str, Any]:
    """Measure a feed and conditional requests.

    Returns:
        ``runs`` by connections and subject; ``bytes`` of the feed; ``missing``: what could not
        be asked, and why.

    Raises:
        NoNginx: nginx is missing.
        Differs: somebody sends other bytes than we do.
    """
    if (program := shutil.which("nginx") or shutil.which("/usr/sbin/nginx")) is None:
        raise NoNginx("nginx is missing; on Debian or Ubuntu: apt-get install nginx")
    found = {query.name: query for query in queries(store)}
    path = f"/feeds/topics/{found['topic'].variables['slug']}.atom"
    told: dict[str, Any] = {"runs": {}, "missing": {}, "path": path}
    with ExitStack() as stack:
        off, warm = subjects.newsgraph(store), subjects.newsgraph(store, subjects.ON)
        behind = subjects.newsgraph(store, subjects.ON, label="behind", max_age_seconds=1)
        for subject in (off, warm, behind):
            stack.enter_context(subject.service)
        feed = httpx.get(off.service.url + path).content
        told["bytes"] = len(feed)
        folder = MADE / "nginx" / "file"
        shutil.rmtree(folder.parent, ignore_errors=True)
        folder.mkdir(parents=True)
        (folder / "feed.atom").write_bytes(feed)
        bare = subjects.limit(store, 2, feed=folder / "feed.atom")
        stack.enter_context(bare.service)
        file = stack.enter_context(_file(program, folder))
        proxy = stack.enter_context(_proxy(program, behind.service.port, folder.parent / "proxy"))
        asked = {
            OFF: (off.service, Request(off.service.url + path)),
            WARM: (warm.service, Request(warm.service.url + path)),
            FILE: (file, Request(file.url + FEED)),
            PROXY: (proxy, Request(proxy.url + path)),
            BYTES: (bare.service, Request(f"{bare.service.url}/feed")),
        }
        for name, (_, request) in asked.items():
            _same(name, feed, request)
        _conditional(asked, FEED_304, warm.service, Request(warm.service.url + path), told)
        _conditional(asked, PROXY_304, proxy, Request(proxy.url + path), told)
        graph = Request(f"{warm.service.url}/graphql?{_as_get(found['nested'])}")
        asked[GRAPH_GET] = (warm.service, graph)
        _conditional(asked, GRAPH_304, warm.service, graph, told)
        for connections in extent.connections:
            say(f"  feeds, {connections} connections")
            told["runs"][str(connections)] = runs = alternate(asked, connections, extent)
            for name, some in runs.items():
                if name in NOT_MODIFIED and any(run["bytes"] > MOST_HEAD for run in some):
                    raise compare.Differs(f"{name}: answered with more than a head")
                say(f"    {name:26} {median(some):9,.0f}/s {median(some, 'p50'):8.2f} ms")
    return told


def _conditional(
    asked: dict[str, tuple[Service, Request]],
    name: str,
    service: Service,
    request: Request,
    told: dict[str, Any],
) -> None:
    """Ask with the tag of the answer, if that is answered with 304."""
    # Each coding has a tag of its own, and wrk takes none.
    plain = {"Accept-Encoding": "identity"}
    tag = httpx.get(request.url, headers=plain).headers.get("etag")
    if tag is None:
        told["missing"][name] = "the answer has no ETag"
        return
    conditional = Request(request.url, headers={"If-None-Match": tag})
    status = httpx.get(request.url, headers=plain | dict(conditional.headers)).status_code
    if status != httpx.codes.NOT_MODIFIED:
        told["missing"][name] = f"the answer is {status}, not 304"
        return
    asked[name] = (service, conditional)


def _same(name: str, feed: bytes, request: Request) -> None:
    got = httpx.get(request.url)
    if got.content != feed:
        raise compare.Differs(
            f"{name}: {request.url} answered {got.status_code} with {len(got.content)} bytes, "
            f"and not the feed's {len(feed)}"
        )


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
