"""The services that are measured: newsgraph, the limit and the peers, with their requests."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx

from tests.bench.load import Request
from tests.bench.paths import BENCH_FOLDER, NEWSGRAPH_COMMAND, PYTHON, WORK_FOLDER
from tests.bench.peers import forms, install
from tests.bench.processes import Service
from tests.bench.queries import SITE_URL

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.bench.peers.postgres import Postgres
    from tests.bench.queries import Query

CACHE_OFF, CACHE_ON, LIMIT = "cache off", "cache on", "limit"
STRAWBERRY = "Strawberry, data loaders"
MERCURIUS, MERCURIUS_JIT = "mercurius", "mercurius with JIT"
DATASETTE, POSTGRAPHILE = "datasette-graphql", "PostGraphile 5"
UVICORN = (
    *(PYTHON, "-m", "uvicorn", "--host", "127.0.0.1", "--port", "{port}", "--loop", "uvloop"),
    *("--http", "httptools", "--no-access-log", "--log-level", "warning"),
)


@dataclass(frozen=True)
class System:
    """A service that can execute the queries.

    Attributes:
        name: name in results and tables.
        service: the process.
        path: returns the path of a query.
        body: returns the body of a request for a query; None if the service has no form of it.
        normalize: converts its data to the shape of newsgraph's, with other cursors; None if the
            shape is the same.
    """

    name: str
    service: Service
    path: Callable[[Query], str] = field(default=lambda _query: "/graphql")
    body: Callable[[Query], str | None] = field(default=lambda query: query.body)
    normalize: Callable[[Any], Any] | None = None

    def request(self, query: Query) -> Request | None:
        """Return the request for a query; None if the service has no form of it."""
        body = self.body(query)
        return None if body is None else Request(self.service.url + self.path(query), body)


def newsgraph(
    store: Path,
    name: str = CACHE_OFF,
    *,
    label: str = "",
    options: tuple[str, ...] = (),
    cpu_list: str | None = None,
    max_age_seconds: int = 0,
) -> System:
    """Return newsgraph, with its response cache unless the name is `CACHE_OFF`."""
    command = [*NEWSGRAPH_COMMAND, "serve", "--database", f"sqlite:///{store}", "--port", "{port}"]
    environment = {
        "NEWSGRAPH_PUBLIC_URL": SITE_URL,
        "NEWSGRAPH_MAX_AGE_SECONDS": str(max_age_seconds),
    }
    if name == CACHE_OFF:
        environment["NEWSGRAPH_RESPONSE_CACHE_BYTES"] = "0"
    return System(
        name,
        Service(
            f"newsgraph-{name}-{label}".replace(" ", "-").strip("-"),
            [*command, *options],
            environment,
            ready_path="/readyz",
            cpu_list=cpu_list,
        ),
    )


def limit(
    store: Path,
    threads: int,
    *,
    label: str = "",
    cpu_list: str | None = None,
    feed: Path | None = None,
) -> System:
    """Return an ASGI application that runs the hand-written SQL, and sends a feed's file."""
    environment = {"BENCH_STORE": str(store), "BENCH_THREADS": str(threads)}
    if feed is not None:
        environment["BENCH_FEED"] = str(feed)
    name = f"limit-{threads}-{label}".strip("-")
    service = Service(name, [*UVICORN, "tests.bench.limit.app:app"], environment, cpu_list=cpu_list)
    return System(LIMIT, service, lambda query: f"/{query.name}")


def strawberry(store: Path) -> System:
    """Return Strawberry with data loaders on aiosqlite."""
    app = "tests.bench.peers.strawberry_loaders.app:app"
    service = Service("strawberry", [*UVICORN, app], {"BENCH_STORE": str(store)})
    return System(STRAWBERRY, service)


def mercurius(store: Path, *, jit: bool) -> System:
    """Return mercurius with loaders on better-sqlite3.

    Raises:
        PeerUnavailable: it cannot run on this machine.
    """
    environment = {
        "BENCH_STORE": str(store),
        "NODE_PATH": str(install.install_mercurius()),
        "NODE_ENV": "production",
        **({"JIT": "1"} if jit else {}),
    }
    name = MERCURIUS_JIT if jit else MERCURIUS
    command = ["node", str(install.PEERS / "mercurius" / "server.cjs")]
    return System(name, Service(name.replace(" ", "-"), command, environment))


def datasette(store: Path) -> System:
    """Return datasette-graphql, which only has a form of the nested page.

    Raises:
        PeerUnavailable: the installation failed.
    """
    metadata_path = WORK_FOLDER / "datasette.json"
    limits = {"num_queries_limit": 1_000_000, "time_limit_ms": 60_000}
    metadata_path.write_text(json.dumps({"plugins": {"datasette-graphql": limits}}), "utf-8")
    program = install.install_python_packages("datasette").with_name("datasette")
    command = [str(program), "serve", "--immutable", str(store), "--port", "{port}"]
    service = Service(
        DATASETTE, [*command, "--metadata", str(metadata_path)], ready_path="/-/versions.json"
    )
    return System(
        DATASETTE, service, body=_body_from_file("datasette"), normalize=forms.to_newsgraph_shape
    )


def postgraphile(database: Postgres) -> System:
    """Return PostGraphile 5 on PostgreSQL.

    Raises:
        PeerUnavailable: the installation failed.
    """
    node, folder = install.install_postgraphile()
    command = [str(node), "node_modules/postgraphile/dist/cli-run.js"]
    environment = {"BENCH_DATABASE": database.url, "NODE_ENV": "production"}
    service = Service(
        POSTGRAPHILE,
        command,
        {**environment, "GRAPHILE_ENV": "production"},
        ready_path="/graphql",
        folder=folder,
    )
    body_from_file = _body_from_file("postgraphile")

    def body(query: Query) -> str | None:
        if query.name == "deep":
            return _with_peer_cursor(service, query, body_from_file(query))
        return body_from_file(query)

    return System(POSTGRAPHILE, service, body=body, normalize=forms.to_newsgraph_shape)


def _body_from_file(peer: str) -> Callable[[Query], str | None]:
    def body(query: Query) -> str | None:
        path = BENCH_FOLDER / "queries" / peer / f"{query.name}.graphql"
        if not path.exists():
            return None
        return json.dumps({"query": path.read_text("utf-8"), "variables": dict(query.variables)})

    return body


def _with_peer_cursor(service: Service, query: Query, body: str | None) -> str | None:
    """Return the body of the deep page with PostGraphile's own cursor of its position."""
    if body is None:
        return None
    order = "orderBy: [PUBLISHED_AT_DESC, ROW_ID_ASC]"
    page = f"allArticles(first: 1, offset: {query.offset}, {order})"
    cursor_query = f"{{ {page} {{ pageInfo {{ endCursor }} }} }}"
    response = httpx.post(f"{service.url}/graphql", json={"query": cursor_query}, timeout=60).json()
    after = response["data"]["allArticles"]["pageInfo"]["endCursor"]
    return json.dumps({**json.loads(body), "variables": {"after": after}})
