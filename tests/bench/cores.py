"""Whether both cores are used: one worker on one core, one on all, and two workers."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from tests.bench import compare, subjects
from tests.bench.measure import Extent, alternate, median, say
from tests.bench.queries import queries
from tests.bench.rows import Rows

if TYPE_CHECKING:
    from pathlib import Path

PINNED, FREE, TWO = "one worker on one core", "one worker", "two workers"
LIMIT_PINNED, LIMIT_FREE = "the limit on one core", "the limit"
_QUERY = "nested"
_THREADS = 2


def cores(store: Path, extent: Extent) -> dict[str, Any]:
    """Measure the nested page with the cache off.

    Returns:
        ``runs`` by connections and subject, with the share of the cores that the service and
        wrk took; ``missing`` and ``wrong`` rows, as `Rows` has them.
    """
    makers = {
        PINNED: lambda: subjects.newsgraph(store, label="pinned", pinned="0"),
        FREE: lambda: subjects.newsgraph(store, label="free"),
        TWO: lambda: subjects.newsgraph(store, label="two", options=("--workers", "2")),
        LIMIT_PINNED: lambda: subjects.limit(store, _THREADS, label="pinned", pinned="0"),
        LIMIT_FREE: lambda: subjects.limit(store, _THREADS, label="free"),
    }
    query = next(query for query in queries(store) if query.name == _QUERY)
    rows = Rows()
    told: dict[str, Any] = {"runs": {}, "missing": rows.missing, "wrong": rows.wrong}
    with ExitStack() as stack:
        asked, wanted = {}, None
        for name, make in makers.items():
            with rows.row(name):
                subject = make()
                stack.enter_context(subject.service)
                request = subject.request(query)
                assert request is not None
                wanted = wanted or compare.fetch(request)
                compare.check(name, wanted, request)
                asked[name] = (subject.service, request)
        for connections in extent.connections:
            if connections == 1:
                continue  # one after another keeps one core busy at most
            say(f"  cores, {connections} connections")
            runs = alternate(asked, connections, extent, rows.below(f"{connections} connections"))
            told["runs"][str(connections)] = runs
            for name, some in runs.items():
                say(
                    f"    {name:26} {median(some):8,.0f}/s, {median(some, 'share'):.2f} cores, "
                    f"wrk {median(some, 'load_share'):.2f}"
                )
    return told
