"""Who is measured: our service, the limit and the peers, each as a process with its question."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx

from tests.bench.load import Request
from tests.bench.peers import forms, install
from tests.bench.places import BENCH, MADE, NEWSGRAPH, PYTHON
from tests.bench.processes import Service
from tests.bench.queries import SITE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.bench.peers.postgres import Postgres
    from tests.bench.queries import Query

OFF, ON, LIMIT = "cache off", "cache on", "limit"
STRAWBERRY = "Strawberry, data loaders"
MERCURIUS, MERCURIUS_JIT = "mercurius", "mercurius with JIT"
DATASETTE, POSTGRAPHILE = "datasette-graphql", "PostGraphile 5"
UVICORN = (
    *(PYTHON, "-m", "uvicorn", "--host", "127.0.0.1", "--port", "{port}", "--loop", "uvloop"),
    *("--http", "httptools", "--no-access-log", "--log-level", "warning"),
)


@dataclass(frozen=True)
class Subject:
    """Somebody who answers the queries.

    Attributes:
        name: in results and tables.
        service: the process.
        path: where questions go.
        document: its form of a query, None where it has none; ours if left out.
        shape: brings its data into the shape of ours; its cursors may be others then.
    """

    name: str
    service: Service
    path: Callable[[Query], str] = field(default=lambda _query: "/graphql")
    body: Callable[[Query], str | None] = field(default=lambda query: query.body)
    shape: Callable[[Any], Any] | None = None

    def request(self, query: Query) -> Request | None:
        """Return the question in its form; None where it has no such form."""
        body = self.body(query)
        return None if body is None else Request(self.service.url + self.path(query), body)


def newsgraph(
    store: Path,
    name: str = OFF,
    *,
    label: str = "",
    options: tuple[str, ...] = (),
    pinned: str | None = None,
    max_age_seconds: int = 0,
) -> Subject:
    """Our service, with its cache of answers unless the name is `OFF`."""
    command = [*NEWSGRAPH, "serve", "--database", f"sqlite:///{store}", "--port", "{port}"]
    environment = {
        "NEWSGRAPH_PUBLIC_URL": SITE,
        "NEWSGRAPH_MAX_AGE_SECONDS": str(max_age_seconds),
    }
    if name == OFF:
        environment["NEWSGRAPH_RESPONSE_CACHE_BYTES"] = "0"
    return Subject(
        name,
        Service(
            f"newsgraph-{name}-{label}".replace(" ", "-").strip("-"),
            [*command, *options],
            environment,
            ready="/readyz",
            pinned=pinned,
        ),
    )


def limit(
    store: Path,
    threads: int,
    *,
    label: str = "",
    pinned: str | None = None,
    feed: Path | None = None,
) -> Subject:
    """A bare ASGI application that runs the hand-written SQL, and sends a feed's file."""
    environment = {"BENCH_STORE": str(store), "BENCH_THREADS": str(threads)}
    if feed is not None:
        environment["BENCH_FEED"] = str(feed)
    name = f"limit-{threads}-{label}".strip("-")
    service = Service(name, [*UVICORN, "tests.bench.limit.app:app"], environment, pinned=pinned)
    return Subject(LIMIT, service, lambda query: f"/{query.name}")


def strawberry(store: Path) -> Subject:
    """Strawberry with data loaders on aiosqlite."""
    app = "tests.bench.peers.strawberry_loaders.app:app"
    service = Service("strawberry", [*UVICORN, app], {"BENCH_STORE": str(store)})
    return Subject(STRAWBERRY, service)


def mercurius(store: Path, *, jit: bool) -> Subject:
    """Mercurius with loaders on better-sqlite3.

    Raises:
        Missing: it cannot run here.
    """
    environment = {
        "BENCH_STORE": str(store),
        "NODE_PATH": str(install.mercurius()),
        "NODE_ENV": "production",
        **({"JIT": "1"} if jit else {}),
    }
    name = MERCURIUS_JIT if jit else MERCURIUS
    command = ["node", str(install.PEERS / "mercurius" / "server.cjs")]
    return Subject(name, Service(name.replace(" ", "-"), command, environment))


def datasette(store: Path) -> Subject:
    """datasette-graphql, which has a form of the nested page only.

    Raises:
        Missing: it does not install.
    """
    told = MADE / "datasette.json"
    limits = {"num_queries_limit": 1_000_000, "time_limit_ms": 60_000}
    told.write_text(json.dumps({"plugins": {"datasette-graphql": limits}}), "utf-8")
    program = install.python("datasette").with_name("datasette")
    command = [str(program), "serve", "--immutable", str(store), "--port", "{port}"]
    service = Service(DATASETTE, [*command, "--metadata", str(told)], ready="/-/versions.json")
    return Subject(DATASETTE, service, body=_form("datasette"), shape=forms.ours)


def postgraphile(database: Postgres) -> Subject:
    """PostGraphile 5 on PostgreSQL.

    Raises:
        Missing: it does not install.
    """
    node, folder = install.postgraphile()
    command = [str(node), "node_modules/postgraphile/dist/cli-run.js"]
    environment = {"BENCH_DATABASE": database.url, "NODE_ENV": "production"}
    service = Service(
        POSTGRAPHILE,
        command,
        {**environment, "GRAPHILE_ENV": "production"},
        ready="/graphql",
        folder=folder,
    )
    form = _form("postgraphile")

    def body(query: Query) -> str | None:
        if query.name == "deep":
            return _with_own_cursor(service, query, form(query))
        return form(query)

    return Subject(POSTGRAPHILE, service, body=body, shape=forms.ours)


def _form(peer: str) -> Callable[[Query], str | None]:
    def body(query: Query) -> str | None:
        path = BENCH / "queries" / peer / f"{query.name}.graphql"
        if not path.exists():
            return None
        return json.dumps({"query": path.read_text("utf-8"), "variables": dict(query.variables)})

    return body


def _with_own_cursor(service: Service, query: Query, body: str | None) -> str | None:
    """Return the deep page with the cursor that PostGraphile itself gives for its place."""
    if body is None:
        return None
    order = "orderBy: [PUBLISHED_AT_DESC, ROW_ID_ASC]"
    page = f"allArticles(first: 1, offset: {query.skipped}, {order})"
    ask = f"{{ {page} {{ pageInfo {{ endCursor }} }} }}"
    answer = httpx.post(f"{service.url}/graphql", json={"query": ask}, timeout=60).json()
    after = answer["data"]["allArticles"]["pageInfo"]["endCursor"]
    return json.dumps({**json.loads(body), "variables": {"after": after}})
