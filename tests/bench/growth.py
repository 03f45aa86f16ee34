"""How times grow with the number of documents: every query on every store, cache off."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, TypeAlias

from tests.bench import compare, systems
from tests.bench.measure import Schedule, median, print_line, run_alternately
from tests.bench.queries import build_growth_queries
from tests.bench.rows import FailedRows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from tests.bench.load import Request
    from tests.bench.processes import Service
    from tests.bench.queries import Query
    from tests.bench.systems import System

    Contenders: TypeAlias = "dict[str, tuple[Service, Request]]"

CONNECTIONS = 1
"""Requests are sequential, to measure the time of a response without time in a queue."""

_THREADS = 2
_NO_SQL = {"year-uncounted", "search-common", "deep-first"}
"""Queries that only newsgraph is measured with, because they have no hand-written statement."""


def measure_growth(
    stores: Mapping[int, Path], schedule: Schedule, names: Sequence[str] = ()
) -> dict[str, Any]:
    """Measure every query on every store, alternating between the stores.

    Returns:
        ``runs`` by query, size and system; ``memory`` in MB by size at the start and the end;
        ``missing`` and ``wrong`` rows, see `FailedRows`.
    """
    failed_rows = FailedRows()
    results: dict[str, Any] = {"runs": {}, "memory": {}}
    results |= {"missing": failed_rows.missing, "wrong": failed_rows.wrong}
    with ExitStack() as stack:
        newsgraph_systems: dict[int, System] = {}
        contenders: dict[str, Contenders] = {}
        for size, store in stores.items():
            with failed_rows.catch(f"{size:,} documents"):
                system = systems.newsgraph(store, label=f"{size}")
                limit = systems.limit(store, _THREADS, label=f"{size}")
                for started in (system, limit):
                    stack.enter_context(started.service)
                newsgraph_systems[size] = system
                results["memory"][str(size)] = {"start": system.service.memory_mb}
                for query in build_growth_queries(store):
                    if not names or query.name in names:
                        query_rows = failed_rows.with_prefix(query.name)
                        query_contenders = _check_contenders(query, size, system, limit, query_rows)
                        contenders.setdefault(query.name, {}).update(query_contenders)
        for name, query_contenders in contenders.items():
            print_line(f"  {name}")
            results["runs"][name] = _run_query(
                query_contenders, schedule, failed_rows.with_prefix(name)
            )
        for size, system in newsgraph_systems.items():
            results["memory"][str(size)]["end"] = system.service.memory_mb
    return results


def _check_contenders(
    query: Query, size: int, newsgraph_system: System, limit: System, failed_rows: FailedRows
) -> Contenders:
    """Return the services with correct responses to a query, and their requests."""
    contenders: Contenders = {}
    with failed_rows.catch(f"{size} {systems.CACHE_OFF}"):
        request = newsgraph_system.request(query)
        assert request is not None
        expected = compare.fetch_data(request)
        contenders[f"{size} {systems.CACHE_OFF}"] = (newsgraph_system.service, request)
        if query.name not in _NO_SQL:
            with failed_rows.catch(f"{size} {systems.LIMIT}"):
                limit_request = limit.request(query)
                assert limit_request is not None
                compare.check_response(
                    f"the limit at {size}", expected, limit_request, is_ranked=query.is_ranked
                )
                contenders[f"{size} {systems.LIMIT}"] = (limit.service, limit_request)
    return contenders


def _run_query(
    query_contenders: Contenders, schedule: Schedule, failed_rows: FailedRows
) -> dict[str, dict[str, Any]]:
    """Run a query; return its runs by size and system."""
    by_size: dict[str, dict[str, Any]] = {}
    for key, subject_runs in run_alternately(
        query_contenders, CONNECTIONS, schedule, failed_rows
    ).items():
        with failed_rows.catch(key):
            if not median(subject_runs):  # one response takes longer than a run
                subject_runs[:] = [
                    {
                        **subject_runs[0],
                        "p50": compare.measure_milliseconds(query_contenders[key][1]),
                    }
                ]
            size, _, system = key.partition(" ")
            by_size.setdefault(size, {})[system] = subject_runs
            print_line(f"    {size:>7} {system:10} {median(subject_runs, 'p50'):8.2f} ms")
    return by_size
