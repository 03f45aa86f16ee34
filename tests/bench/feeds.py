"""A topic's feed compared with nginx, and conditional requests with 304 responses."""

from __future__ import annotations

import shutil
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import httpx

from tests import nginx_config
from tests.bench import compare, systems
from tests.bench.conditional import drop_rows_with_bodies, make_conditional
from tests.bench.errors import MeasurementError
from tests.bench.load import Request
from tests.bench.measure import Schedule, median, print_line, run_alternately
from tests.bench.paths import BENCH_FOLDER, WORK_FOLDER
from tests.bench.processes import Service, find_free_port
from tests.bench.queries import build_queries
from tests.bench.rows import FailedRows

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.bench.conditional import ResponseSizes
    from tests.bench.queries import Query

OFF, WARM = "cache off", "warm cache"
FILE, PROXY, PROXY_304 = "nginx, static file", "nginx as proxy", "nginx as proxy, 304"
BYTES = "static response"
FEED_304, GRAPH_GET = "304 for the feed", "GraphQL over GET"
GRAPH_304 = "304 for GraphQL over GET"
FULL_ROWS = {FEED_304: WARM, PROXY_304: PROXY, GRAPH_304: GRAPH_GET}
"""By row of conditional requests, the row with the full response."""

FEED_PATH = "/feed.atom"
"""Path of the feed's file on nginx."""


class NginxMissing(MeasurementError):
    """nginx is missing."""


def measure_feeds(store: Path, schedule: Schedule) -> dict[str, Any]:
    """Measure a feed and conditional requests.

    Returns:
        ``runs`` by connections and system; ``bytes`` of the feed; ``missing`` and ``wrong``
        rows, see `FailedRows`.
    """
    by_name = {query.name: query for query in build_queries(store)}
    path = f"/feeds/topics/{by_name['topic'].variables['slug']}.atom"
    failed_rows = FailedRows()
    results: dict[str, Any] = {"runs": {}, "path": path}
    results |= {"missing": failed_rows.missing, "wrong": failed_rows.wrong}
    with ExitStack() as stack:
        uncached, cached = (
            stack.enter_context(systems.newsgraph(store, name).service)
            for name in (systems.CACHE_OFF, systems.CACHE_ON)
        )
        feed = httpx.get(uncached.url + path).content
        results["bytes"] = len(feed)
        folder = WORK_FOLDER / "nginx" / "file"
        shutil.rmtree(folder.parent, ignore_errors=True)
        folder.mkdir(parents=True)
        (folder / "feed.atom").write_bytes(feed)

        def proxy() -> Service:
            program = _find_nginx()
            system = systems.newsgraph(store, systems.CACHE_ON, label="behind", max_age_seconds=1)
            upstream = stack.enter_context(system.service).port
            return stack.enter_context(_proxy(program, upstream, folder.parent / "proxy"))

        def limit() -> Service:
            system = systems.limit(store, 2, feed=folder / "feed.atom")
            return stack.enter_context(system.service)

        services: dict[str, tuple[Callable[[], Service], str]] = {
            OFF: (lambda: uncached, path),
            WARM: (lambda: cached, path),
            FILE: (lambda: stack.enter_context(_file_server(_find_nginx(), folder)), FEED_PATH),
            PROXY: (proxy, path),
            BYTES: (limit, "/feed"),
        }
        contenders: dict[str, tuple[Service, Request]] = {}
        for name, (start_service, service_path) in services.items():
            with failed_rows.catch(name):
                service = start_service()
                request = Request(service.url + service_path)
                _check_feed(feed, request)
                contenders[name] = (service, request)
        graph_request = Request(f"{cached.url}/graphql?{_query_string(by_name['nested'])}")
        sizes: dict[str, ResponseSizes] = {}
        for name, full_row in FULL_ROWS.items():
            if full_row == GRAPH_GET:
                contenders[GRAPH_GET] = (cached, graph_request)
            with failed_rows.catch(name):
                if full_row not in contenders:
                    raise MeasurementError(f"{full_row} could not be measured")
                service, request = contenders[full_row]
                conditional, sizes[name] = make_conditional(request)
                contenders[name] = (service, conditional)
        for connections in schedule.connections:
            print_line(f"  feeds, {connections} connections")
            connection_rows = failed_rows.with_prefix(f"{connections} connections")
            runs = drop_rows_with_bodies(
                run_alternately(contenders, connections, schedule, connection_rows),
                sizes,
                connection_rows,
            )
            results["runs"][str(connections)] = runs
            for name, subject_runs in runs.items():
                print_line(
                    f"    {name:26} {median(subject_runs):9,.0f}/s "
                    f"{median(subject_runs, 'p50'):8.2f} ms"
                )
    return results


def _check_feed(feed: bytes, request: Request) -> None:
    response = httpx.get(request.url)
    if response.content != feed:
        raise compare.WrongResponse(
            f"{request.url} responded with {response.status_code} and {len(response.content)} "
            f"bytes, not with the feed of {len(feed)} bytes"
        )


def _find_nginx() -> str:
    if (program := shutil.which("nginx") or shutil.which("/usr/sbin/nginx")) is None:
        raise NginxMissing("nginx is missing; on Debian or Ubuntu: apt-get install nginx")
    return program


def _query_string(query: Query) -> str:
    return urlencode({"query": query.document})


def _file_server(program: str, folder: Path) -> Service:
    """Return an nginx that serves the files of a folder."""
    port, prefix = find_free_port(), folder.parent / "file-run"
    text = (BENCH_FOLDER / "nginx.conf").read_text("utf-8")
    prefix.mkdir()
    text = nginx_config.replace_placeholders(text, {"@PORT@": str(port), "@FOLDER@": str(folder)})
    return Service(
        "nginx-file",
        nginx_config.write_config(program, prefix, text),
        ready_path=FEED_PATH,
        port=port,
    )


def _proxy(program: str, upstream: int, folder: Path) -> Service:
    """Return an nginx with its cache as a proxy, configured as in docs/nginx.conf."""
    port = find_free_port()
    command = nginx_config.proxy_command(upstream, port, program, folder)
    return Service("nginx-proxy", command, ready_path="/healthz", port=port)
