"""What more documents cost: every query on stores of all sizes, with the cache off."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from tests.bench import compare, subjects
from tests.bench.measure import Extent, alternate, median, say
from tests.bench.queries import growing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from tests.bench.subjects import Subject

CONNECTIONS = 1
"""One after another: what one answer takes, not what a queue does."""

_THREADS = 2
_NO_SQL = {"year-uncounted", "search-common", "deep-first"}
"""Questions that only we are asked here: they have no hand-written statement of their own."""


def growth(stores: Mapping[int, Path], extent: Extent, names: Sequence[str] = ()) -> dict[str, Any]:
    """Measure every query on every store, in turns.

    Returns:
        ``runs`` by query, size and subject; ``memory`` in MB by size at the start and the end.
    """
    told: dict[str, Any] = {"runs": {}, "memory": {}}
    with ExitStack() as stack:
        ours: dict[int, Subject] = {}
        limits: dict[int, Subject] = {}
        asked: dict[str, dict[str, Any]] = {}
        for size, store in stores.items():
            ours[size] = subjects.newsgraph(store, label=f"{size}")
            limits[size] = subjects.limit(store, _THREADS, label=f"{size}")
            for subject in (ours[size], limits[size]):
                stack.enter_context(subject.service)
            told["memory"][str(size)] = {"start": ours[size].service.memory}
            for query in growing(store):
                if names and query.name not in names:
                    continue
                plain = ours[size].request(query)
                assert plain is not None
                wanted = compare.fetch(plain)
                turns = asked.setdefault(query.name, {})
                turns[f"{size} {subjects.OFF}"] = (ours[size].service, plain)
                if query.name not in _NO_SQL:
                    bare = limits[size].request(query)
                    assert bare is not None
                    compare.check(f"the limit at {size}", wanted, bare)
                    turns[f"{size} {subjects.LIMIT}"] = (limits[size].service, bare)
        for name, turns in asked.items():
            say(f"  {name}")
            runs = alternate(turns, CONNECTIONS, extent)
            told["runs"][name] = {}
            for key, some in runs.items():
                if not median(some):  # it takes longer than a run
                    some[:] = [{**some[0], "p50": compare.milliseconds(turns[key][1])}]
                size, _, who = key.partition(" ")
                told["runs"][name].setdefault(size, {})[who] = some
                say(f"    {size:>7} {who:10} {median(some, 'p50'):8.2f} ms")
        for size, subject in ours.items():
            told["memory"][str(size)]["end"] = subject.service.memory
    return told
