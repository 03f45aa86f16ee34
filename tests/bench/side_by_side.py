"""Measures the seven queries on newsgraph, the limit and the peers, with the same rows."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from tests.bench import compare, systems
from tests.bench.errors import MeasurementError
from tests.bench.load import Request
from tests.bench.measure import Schedule, median, print_line, run_alternately
from tests.bench.peers.postgres import Postgres
from tests.bench.queries import TIME_PLACEHOLDER, build_queries
from tests.bench.rows import FailedRows

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from tests.bench.processes import Service
    from tests.bench.queries import Query

COLD, WARM, BYTES = "cold cache", "warm cache", "static response"
_THREAD_COUNTS = (2, 4)
_EXAMPLE_TIME = "2031-05-06T07:08:09Z"


def measure_side_by_side(
    store: Path, schedule: Schedule, names: Sequence[str] = (), *, with_peers: bool = True
) -> dict[str, Any]:
    """Measure the queries on services whose responses are correct.

    Args:
        store: the database file.
        schedule: duration and number of the runs.
        names: names of the queries; all if empty.
        with_peers: whether to measure the peers.

    Returns:
        ``runs`` by query, connections and system; ``missing`` and ``wrong`` rows, see
        `FailedRows`; ``bytes`` of the responses; ``threads`` of the limit; ``skipped``: by
        query, the peers without a form of it.
    """
    selected_queries = [query for query in build_queries(store) if not names or query.name in names]
    failed_rows = FailedRows()
    results: dict[str, Any] = {
        "runs": {},
        "missing": failed_rows.missing,
        "wrong": failed_rows.wrong,
    }
    results |= {"skipped": {}, "bytes": {}}
    with ExitStack() as stack:
        threads = _best_threads(store, selected_queries[0], schedule, failed_rows)
        results["threads"] = threads
        newsgraph_systems = systems.newsgraph(store), systems.newsgraph(store, systems.CACHE_ON)
        other_systems = _start_others(store, threads, stack, failed_rows, with_peers=with_peers)
        for system in newsgraph_systems:
            stack.enter_context(system.service)
        for query in selected_queries:
            results["runs"][query.name] = {}
            with failed_rows.catch(query.name):
                contenders = _check_contenders(
                    query,
                    newsgraph_systems,
                    other_systems,
                    results,
                    failed_rows.with_prefix(query.name),
                )
                results["runs"][query.name] = _run_query(
                    query, contenders, schedule, failed_rows.with_prefix(query.name)
                )
    return results


def _run_query(
    query: Query,
    contenders: Mapping[str, tuple[Service, Request]],
    schedule: Schedule,
    failed_rows: FailedRows,
) -> dict[str, Any]:
    """Run a query; return its runs by connections and system."""
    by_connections = {}
    min_connections = min(schedule.connections)
    for connections in schedule.connections:
        print_line(f"  {query.name}, {connections} connections")
        connection_rows = failed_rows.with_prefix(f"{connections} connections")
        runs = run_alternately(
            contenders,
            connections,
            schedule,
            connection_rows,
            warm_up=connections == min_connections,
        )
        by_connections[str(connections)] = runs
        for name, subject_runs in runs.items():
            print_line(
                f"    {name:26} {median(subject_runs):9,.0f}/s  "
                f"{median(subject_runs, 'p50'):8.2f} ms"
            )
    return by_connections


def _check_contenders(
    query: Query,
    newsgraph_systems: tuple[systems.System, systems.System],
    other_systems: Sequence[systems.System],
    results: dict[str, Any],
    failed_rows: FailedRows,
) -> dict[str, tuple[Service, Request]]:
    """Compare the responses with newsgraph's; return the services with correct ones."""
    uncached, cached = newsgraph_systems
    request, cached_request = uncached.request(query), cached.request(query)
    assert request is not None
    assert cached_request is not None
    expected = compare.fetch_data(request)
    results["bytes"][query.name] = compare.body_length(request)
    contenders = {uncached.name: (uncached.service, request)}
    with failed_rows.catch(WARM):
        compare.check_response(WARM, expected, cached_request)
        compare.check_response(WARM, expected, cached_request)
        contenders[WARM] = (cached.service, cached_request)
    if query.cold_body is not None:
        with failed_rows.catch(COLD):
            example = Request(
                cached_request.url, query.cold_body.replace(TIME_PLACEHOLDER, _EXAMPLE_TIME)
            )
            compare.check_response(COLD, expected, example)
            contenders[COLD] = (cached.service, Request(cached_request.url, query.cold_body))
    for system in other_systems:
        with failed_rows.catch(system.name):
            request = system.request(query)
            if request is None:
                results["skipped"].setdefault(query.name, []).append(system.name)
                continue
            compare.check_response(
                system.name, expected, request, system.normalize, is_ranked=query.is_ranked
            )
            contenders[system.name] = (system.service, request)
    with failed_rows.catch(BYTES):
        limit = next(
            (system.service for system in other_systems if system.name == systems.LIMIT), None
        )
        if limit is None:
            raise MeasurementError("the limit, which sends it, did not start")
        contenders[BYTES] = (limit, Request(f"{limit.url}/bytes/{query.name}", query.body))
    return contenders


def _best_threads(store: Path, query: Query, schedule: Schedule, failed_rows: FailedRows) -> int:
    """Return the number of threads with which the limit is fastest."""
    rates = {}
    short_schedule = Schedule(1, min(2.0, schedule.seconds), schedule.connections)
    for threads in _THREAD_COUNTS:
        rates[threads] = 0.0
        with failed_rows.catch(f"the limit with {threads} threads"):
            system = systems.limit(store, threads)
            request = system.request(query)
            assert request is not None
            with system.service:
                contenders = {f"{threads} threads": (system.service, request)}
                runs = run_alternately(
                    contenders, 8, short_schedule, failed_rows.with_prefix(system.name)
                )
            rates[threads] = max(
                (median(subject_runs) for subject_runs in runs.values()), default=0.0
            )
    print_line(f"  the limit with threads: {rates}")
    return max(rates, key=lambda threads: rates[threads])


def _start_others(
    store: Path, threads: int, stack: ExitStack, failed_rows: FailedRows, *, with_peers: bool
) -> list[systems.System]:
    """Start the limit, and all peers that can run on this machine."""
    factories: dict[str, Callable[[], systems.System]] = {
        systems.LIMIT: lambda: systems.limit(store, threads),
    }
    peer_factories: dict[str, Callable[[], systems.System]] = {
        systems.STRAWBERRY: lambda: systems.strawberry(store),
        systems.MERCURIUS: lambda: systems.mercurius(store, jit=False),
        systems.MERCURIUS_JIT: lambda: systems.mercurius(store, jit=True),
        systems.DATASETTE: lambda: systems.datasette(store),
        systems.POSTGRAPHILE: lambda: systems.postgraphile(stack.enter_context(Postgres(store))),
    }
    started = []
    for name, create_system in (factories | (peer_factories if with_peers else {})).items():
        with failed_rows.catch(name):
            system = create_system()
            stack.enter_context(system.service)
            started.append(system)
    return started
