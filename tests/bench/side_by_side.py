"""The seven queries: our service beside the limit and the peers, on the same rows."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from tests.bench import compare, subjects
from tests.bench.errors import CannotMeasure
from tests.bench.load import Request
from tests.bench.measure import Extent, alternate, median, say
from tests.bench.peers.postgres import Postgres
from tests.bench.queries import MOMENT, queries
from tests.bench.rows import Rows

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from tests.bench.load import Request as Asked
    from tests.bench.processes import Service
    from tests.bench.queries import Query

COLD, WARM, BYTES = "cold cache", "warm cache", "the same bytes"
_THREADS = (2, 4)
_SOME_MOMENT = "2031-05-06T07:08:09Z"


def side_by_side(
    store: Path, extent: Extent, names: Sequence[str] = (), *, with_peers: bool = True
) -> dict[str, Any]:
    """Measure the queries, each answer compared before it is timed.

    Args:
        store: the database file.
        extent: how long and how often.
        names: which queries; all if none.
        with_peers: whether peers are asked too.

    Returns:
        ``runs`` by query, connections and subject; ``missing`` and ``wrong`` rows, as `Rows` has
        them; ``bytes`` of the answers; ``threads`` of the limit; ``skipped``: peers that have no
        form of a query.
    """
    wanted = [query for query in queries(store) if not names or query.name in names]
    rows = Rows()
    told: dict[str, Any] = {"runs": {}, "missing": rows.missing, "wrong": rows.wrong}
    told |= {"skipped": {}, "bytes": {}}
    with ExitStack() as stack:
        threads = _best_threads(store, wanted[0], extent, rows)
        told["threads"] = threads
        ours = subjects.newsgraph(store), subjects.newsgraph(store, subjects.ON)
        others = _others(store, threads, stack, rows, with_peers=with_peers)
        for subject in ours:
            stack.enter_context(subject.service)
        for query in wanted:
            told["runs"][query.name] = {}
            with rows.row(query.name):
                asked = _checked(query, ours, others, told, rows.below(query.name))
                told["runs"][query.name] = _runs(query, asked, extent, rows.below(query.name))
    return told


def _runs(
    query: Query, asked: Mapping[str, tuple[Service, Asked]], extent: Extent, rows: Rows
) -> dict[str, Any]:
    """Return the runs of a query by connections and subject."""
    by_connections = {}
    least = min(extent.connections)
    for connections in extent.connections:
        say(f"  {query.name}, {connections} connections")
        below = rows.below(f"{connections} connections")
        runs = alternate(asked, connections, extent, below, warm_up=connections == least)
        by_connections[str(connections)] = runs
        for name, some in runs.items():
            say(f"    {name:26} {median(some):9,.0f}/s  {median(some, 'p50'):8.2f} ms")
    return by_connections


def _checked(
    query: Query,
    ours: tuple[subjects.Subject, subjects.Subject],
    others: Sequence[subjects.Subject],
    told: dict[str, Any],
    rows: Rows,
) -> dict[str, tuple[Service, Asked]]:
    """Compare everybody's answer with ours, and return who is asked what: whose is right."""
    off, cached = ours
    plain, warm = off.request(query), cached.request(query)
    assert plain is not None
    assert warm is not None
    wanted = compare.fetch(plain)
    told["bytes"][query.name] = compare.length(plain)
    asked = {off.name: (off.service, plain)}
    with rows.row(WARM):
        compare.check(WARM, wanted, warm)
        compare.check(WARM, wanted, warm)
        asked[WARM] = (cached.service, warm)
    if query.cold_body is not None:
        with rows.row(COLD):
            some = Request(warm.url, query.cold_body.replace(MOMENT, _SOME_MOMENT))
            compare.check(COLD, wanted, some)
            asked[COLD] = (cached.service, Request(warm.url, query.cold_body))
    for other in others:
        with rows.row(other.name):
            request = other.request(query)
            if request is None:
                told["skipped"].setdefault(query.name, []).append(other.name)
                continue
            compare.check(other.name, wanted, request, other.shape)
            asked[other.name] = (other.service, request)
    with rows.row(BYTES):
        limit = next((one.service for one in others if one.name == subjects.LIMIT), None)
        if limit is None:
            raise CannotMeasure("the limit, which sends them, did not start")
        asked[BYTES] = (limit, Request(f"{limit.url}/bytes/{query.name}", query.body))
    return asked


def _best_threads(store: Path, query: Query, extent: Extent, rows: Rows) -> int:
    """Return with how many threads the limit answers most."""
    rates = {}
    short = Extent(1, min(2.0, extent.seconds), extent.connections)
    for threads in _THREADS:
        rates[threads] = 0.0
        with rows.row(f"the limit with {threads} threads"):
            subject = subjects.limit(store, threads)
            request = subject.request(query)
            assert request is not None
            with subject.service:
                turns = {f"{threads} threads": (subject.service, request)}
                runs = alternate(turns, 8, short, rows.below(subject.name))
            rates[threads] = max((median(some) for some in runs.values()), default=0.0)
    say(f"  the limit with threads: {rates}")
    return max(rates, key=lambda threads: rates[threads])


def _others(
    store: Path, threads: int, stack: ExitStack, rows: Rows, *, with_peers: bool
) -> list[subjects.Subject]:
    """Start the limit and all peers that can run here."""
    makers: dict[str, Callable[[], subjects.Subject]] = {
        subjects.LIMIT: lambda: subjects.limit(store, threads),
    }
    peers: dict[str, Callable[[], subjects.Subject]] = {
        subjects.STRAWBERRY: lambda: subjects.strawberry(store),
        subjects.MERCURIUS: lambda: subjects.mercurius(store, jit=False),
        subjects.MERCURIUS_JIT: lambda: subjects.mercurius(store, jit=True),
        subjects.DATASETTE: lambda: subjects.datasette(store),
        subjects.POSTGRAPHILE: lambda: subjects.postgraphile(stack.enter_context(Postgres(store))),
    }
    started = []
    for name, make in (makers | (peers if with_peers else {})).items():
        with rows.row(name):
            subject = make()
            stack.enter_context(subject.service)
            started.append(subject)
    return started
