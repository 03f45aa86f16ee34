"""The seven queries: our service beside the limit and the peers, on the same rows."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from tests.bench import compare, subjects
from tests.bench.load import Request
from tests.bench.measure import Extent, alternate, median, say
from tests.bench.peers.install import Missing
from tests.bench.peers.postgres import Postgres
from tests.bench.processes import CannotStart
from tests.bench.queries import MOMENT, queries

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
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
        ``runs`` by query, connections and subject; ``missing`` peers and why; ``bytes`` of the
        answers; ``threads`` of the limit; ``skipped``: peers that have no form of a query.

    Raises:
        Differs: somebody answers otherwise than we do.
    """
    wanted = [query for query in queries(store) if not names or query.name in names]
    told: dict[str, Any] = {"runs": {}, "missing": {}, "skipped": {}, "bytes": {}}
    least = min(extent.connections)
    with ExitStack() as stack:
        threads = _best_threads(store, wanted[0], extent)
        told["threads"] = threads
        ours = subjects.newsgraph(store), subjects.newsgraph(store, subjects.ON)
        others = [subjects.limit(store, threads)]
        if with_peers:
            others += _peers(store, stack, told["missing"])
        for subject in (*ours, others[0]):
            stack.enter_context(subject.service)
        for query in wanted:
            asked = _checked(query, ours, others, told)
            told["runs"][query.name] = {}
            for connections in extent.connections:
                say(f"  {query.name}, {connections} connections")
                runs = alternate(asked, connections, extent, warm_up=connections == least)
                told["runs"][query.name][str(connections)] = runs
                for name, some in runs.items():
                    say(f"    {name:26} {median(some):9,.0f}/s  {median(some, 'p50'):8.2f} ms")
    return told


def _checked(
    query: Query,
    ours: tuple[subjects.Subject, subjects.Subject],
    others: Sequence[subjects.Subject],
    told: dict[str, Any],
) -> dict[str, tuple[Service, Asked]]:
    """Compare everybody's answer with ours, and return who is asked what."""
    off, cached = ours
    plain, warm = off.request(query), cached.request(query)
    assert plain is not None
    assert warm is not None
    wanted = compare.fetch(plain)
    compare.check(WARM, wanted, warm)
    compare.check(WARM, wanted, warm)
    asked = {off.name: (off.service, plain), WARM: (cached.service, warm)}
    if query.cold_body is not None:
        some = Request(warm.url, query.cold_body.replace(MOMENT, _SOME_MOMENT))
        compare.check(COLD, wanted, some)
        asked[COLD] = (cached.service, Request(warm.url, query.cold_body))
    for other in others:
        request = other.request(query)
        if request is None:
            told["skipped"].setdefault(query.name, []).append(other.name)
            continue
        compare.check(other.name, wanted, request, other.shape)
        asked[other.name] = (other.service, request)
    limit = others[0].service
    asked[BYTES] = (limit, Request(f"{limit.url}/bytes/{query.name}", query.body))
    told["bytes"][query.name] = compare.length(plain)
    return asked


def _best_threads(store: Path, query: Query, extent: Extent) -> int:
    """Return with how many threads the limit answers most."""
    rates = {}
    short = Extent(1, min(2.0, extent.seconds), extent.connections)
    for threads in _THREADS:
        subject = subjects.limit(store, threads)
        request = subject.request(query)
        assert request is not None
        with subject.service:
            runs = alternate({subject.name: (subject.service, request)}, 8, short)
        rates[threads] = median(runs[subject.name])
    say(f"  the limit with threads: {rates}")
    return max(rates, key=lambda threads: rates[threads])


def _peers(store: Path, stack: ExitStack, missing: dict[str, str]) -> list[subjects.Subject]:
    """Start all peers that can run here."""
    makers: dict[str, Callable[[], subjects.Subject]] = {
        subjects.STRAWBERRY: lambda: subjects.strawberry(store),
        subjects.MERCURIUS: lambda: subjects.mercurius(store, jit=False),
        subjects.MERCURIUS_JIT: lambda: subjects.mercurius(store, jit=True),
        subjects.DATASETTE: lambda: subjects.datasette(store),
        subjects.POSTGRAPHILE: lambda: subjects.postgraphile(stack.enter_context(Postgres(store))),
    }
    found = []
    for name, make in makers.items():
        try:
            subject = make()
            stack.enter_context(subject.service)
        except (Missing, CannotStart) as reason:
            missing[name] = str(reason)
            say(f"  without {name}: {reason}")
        else:
            found.append(subject)
    return found
