"""Whether both cores are used: one worker on one core, one on all, and two workers."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from tests.bench import compare, subjects
from tests.bench.measure import Extent, alternate, median, say
from tests.bench.processes import CannotStart
from tests.bench.queries import queries

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
        wrk took; ``missing``: what could not be started, and why.
    """
    makers = {
        PINNED: lambda: subjects.newsgraph(store, label="pinned", pinned="0"),
        FREE: lambda: subjects.newsgraph(store, label="free"),
        TWO: lambda: subjects.newsgraph(store, label="two", options=("--workers", "2")),
        LIMIT_PINNED: lambda: subjects.limit(store, _THREADS, label="pinned", pinned="0"),
        LIMIT_FREE: lambda: subjects.limit(store, _THREADS, label="free"),
    }
    query = next(query for query in queries(store) if query.name == _QUERY)
    told: dict[str, Any] = {"runs": {}, "missing": {}}
    with ExitStack() as stack:
        asked, wanted = {}, None
        for name, make in makers.items():
            subject = make()
            try:
                stack.enter_context(subject.service)
            except CannotStart as reason:
                told["missing"][name] = str(reason).splitlines()[-1]
                say(f"  without {name}: {reason}")
                continue
            request = subject.request(query)
            assert request is not None
            wanted = wanted or compare.fetch(request)
            compare.check(name, wanted, request)
            asked[name] = (subject.service, request)
        for connections in extent.connections:
            if connections == 1:
                continue  # one after another keeps one core busy at most
            say(f"  cores, {connections} connections")
            runs = alternate(asked, connections, extent)
            told["runs"][str(connections)] = runs
            for name, some in runs.items():
                say(
                    f"    {name:26} {median(some):8,.0f}/s, {median(some, 'share'):.2f} cores, "
                    f"wrk {median(some, 'load_share'):.2f}"
                )
    return told
