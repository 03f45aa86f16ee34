"""What more documents cost: every query on stores of all sizes, with the cache off."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, TypeAlias

from tests.bench import compare, subjects
from tests.bench.measure import Extent, alternate, median, say
from tests.bench.queries import growing
from tests.bench.rows import Rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from tests.bench.load import Request
    from tests.bench.processes import Service
    from tests.bench.queries import Query
    from tests.bench.subjects import Subject

    Turns: TypeAlias = "dict[str, tuple[Service, Request]]"

CONNECTIONS = 1
"""One after another: what one answer takes, not what a queue does."""

_THREADS = 2
_NO_SQL = {"year-uncounted", "search-common", "deep-first"}
"""Questions that only we are asked here: they have no hand-written statement of their own."""


def growth(stores: Mapping[int, Path], extent: Extent, names: Sequence[str] = ()) -> dict[str, Any]:
    """Measure every query on every store, in turns.

    Returns:
        ``runs`` by query, size and subject; ``memory`` in MB by size at the start and the end;
        ``missing`` and ``wrong`` rows, as `Rows` has them.
    """
    rows = Rows()
    told: dict[str, Any] = {"runs": {}, "memory": {}}
    told |= {"missing": rows.missing, "wrong": rows.wrong}
    with ExitStack() as stack:
        ours: dict[int, Subject] = {}
        asked: dict[str, Turns] = {}
        for size, store in stores.items():
            with rows.row(f"{size:,} documents"):
                subject = subjects.newsgraph(store, label=f"{size}")
                limit = subjects.limit(store, _THREADS, label=f"{size}")
                for one in (subject, limit):
                    stack.enter_context(one.service)
                ours[size] = subject
                told["memory"][str(size)] = {"start": subject.service.memory}
                for query in growing(store):
                    if not names or query.name in names:
                        below = rows.below(query.name)
                        turns = _turns(query, size, subject, limit, below)
                        asked.setdefault(query.name, {}).update(turns)
        for name, turns in asked.items():
            say(f"  {name}")
            told["runs"][name] = _runs(turns, extent, rows.below(name))
        for size, subject in ours.items():
            told["memory"][str(size)]["end"] = subject.service.memory
    return told


def _turns(query: Query, size: int, ours: Subject, limit: Subject, rows: Rows) -> Turns:
    """Return who is asked a query, of those whose answers are right."""
    turns: Turns = {}
    with rows.row(f"{size} {subjects.OFF}"):
        plain = ours.request(query)
        assert plain is not None
        wanted = compare.fetch(plain)
        turns[f"{size} {subjects.OFF}"] = (ours.service, plain)
        if query.name not in _NO_SQL:
            with rows.row(f"{size} {subjects.LIMIT}"):
                bare = limit.request(query)
                assert bare is not None
                compare.check(f"the limit at {size}", wanted, bare)
                turns[f"{size} {subjects.LIMIT}"] = (limit.service, bare)
    return turns


def _runs(turns: Turns, extent: Extent, rows: Rows) -> dict[str, dict[str, Any]]:
    """Return the runs of a query by size and subject."""
    by_size: dict[str, dict[str, Any]] = {}
    for key, some in alternate(turns, CONNECTIONS, extent, rows).items():
        with rows.row(key):
            if not median(some):  # it takes longer than a run
                some[:] = [{**some[0], "p50": compare.milliseconds(turns[key][1])}]
            size, _, who = key.partition(" ")
            by_size.setdefault(size, {})[who] = some
            say(f"    {size:>7} {who:10} {median(some, 'p50'):8.2f} ms")
    return by_size
