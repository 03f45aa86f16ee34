"""Use of several cores: one worker on one core, one worker on all cores, and two workers."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from tests.bench import compare, systems
from tests.bench.measure import Schedule, median, print_line, run_alternately
from tests.bench.queries import build_queries
from tests.bench.rows import FailedRows

if TYPE_CHECKING:
    from pathlib import Path

PINNED, UNPINNED, TWO_WORKERS = "one worker on one core", "one worker", "two workers"
LIMIT_PINNED, LIMIT_UNPINNED = "the limit on one core", "the limit"
_QUERY = "nested"
_THREADS = 2


def measure_cores(store: Path, schedule: Schedule) -> dict[str, Any]:
    """Measure the nested page with the cache off.

    Returns:
        ``runs`` by connections and system, with the CPU seconds per second of the service and
        of wrk; ``missing`` and ``wrong`` rows, see `FailedRows`.
    """
    factories = {
        PINNED: lambda: systems.newsgraph(store, label="pinned", cpu_list="0"),
        UNPINNED: lambda: systems.newsgraph(store, label="free"),
        TWO_WORKERS: lambda: systems.newsgraph(store, label="two", options=("--workers", "2")),
        LIMIT_PINNED: lambda: systems.limit(store, _THREADS, label="pinned", cpu_list="0"),
        LIMIT_UNPINNED: lambda: systems.limit(store, _THREADS, label="free"),
    }
    query = next(query for query in build_queries(store) if query.name == _QUERY)
    failed_rows = FailedRows()
    results: dict[str, Any] = {
        "runs": {},
        "missing": failed_rows.missing,
        "wrong": failed_rows.wrong,
    }
    with ExitStack() as stack:
        contenders, expected = {}, None
        for name, create_system in factories.items():
            with failed_rows.catch(name):
                system = create_system()
                stack.enter_context(system.service)
                request = system.request(query)
                assert request is not None
                expected = expected or compare.fetch_data(request)
                compare.check_response(name, expected, request)
                contenders[name] = (system.service, request)
        for connections in schedule.connections:
            if connections == 1:
                continue  # one connection uses one core at most
            print_line(f"  cores, {connections} connections")
            runs = run_alternately(
                contenders,
                connections,
                schedule,
                failed_rows.with_prefix(f"{connections} connections"),
            )
            results["runs"][str(connections)] = runs
            for name, subject_runs in runs.items():
                print_line(
                    f"    {name:26} {median(subject_runs):8,.0f}/s, "
                    f"{median(subject_runs, 'share'):.2f} cores, "
                    f"wrk {median(subject_runs, 'load_share'):.2f}"
                )
    return results
