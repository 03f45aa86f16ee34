"""What the service should reach, and whether it does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.bench import cores, feeds, polling, side_by_side, subjects
from tests.bench.measure import best, median, ratio

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

PEERS = {
    subjects.STRAWBERRY: 25.0,
    subjects.MERCURIUS_JIT: 3.0,
    subjects.POSTGRAPHILE: 4.0,
}
"""How many times faster the nested page should be."""

OF_LIMIT_NESTED, OF_LIMIT = 0.75, 0.6
WARM_RATE, WARM_OF_BYTES = 10_000, 0.5
FEED_OF_NGINX, PROXY_OF_NGINX = 0.3, 0.9
SPARED = 0.95
CORES, MANY_CORES = 1.6, (cores.FREE, cores.TWO)
GROWTH, MEMORY_MB = 1.5, 300
EXCEPTED = ("facet", "year", "search-common")
"""They count, or match most of the archive."""


@dataclass(frozen=True, slots=True)
class Target:
    """A target: what should be, what is, and whether that is enough."""

    wanted: str
    measured: str
    met: bool


def targets(results: Mapping[str, Any]) -> list[Target]:
    """Return those targets that were measured."""
    found: list[Target] = []
    parts = (part for part in results.values() if isinstance(part, dict))
    if wrong := sum(len(part.get("wrong", ())) for part in parts):
        found.append(Target("no answer is wrong", f"{wrong} not measured", met=False))
    if part := results.get("side_by_side"):
        for name, runs in part["runs"].items():
            found += _query(name, runs)
        if nested := part["runs"].get("nested"):
            found += _warm(nested)
    if part := results.get("feeds"):
        found += _feeds(part["runs"])
    if run := results.get("polling", {}).get("runs", {}).get(polling.CONDITIONAL):
        spared = polling.spared(run)
        found.append(
            Target(
                f"a day of polling: {SPARED:.0%} answered without rendering",
                f"{spared:.2%}",
                spared >= SPARED,
            )
        )
    if part := results.get("cores"):
        found += _cores(part["runs"])
    if part := results.get("growth"):
        found += _growth(part)
    if part := results.get("soak"):
        most = max(memory for _, memory in part["memory"])
        found.append(
            Target(f"memory under {MEMORY_MB} MB", f"{most:.0f} MB at most", most < MEMORY_MB)
        )
    return found


def _query(name: str, by_connections: Mapping[str, Any]) -> Iterator[Target]:
    nested = name == "nested"
    share = OF_LIMIT_NESTED if nested else OF_LIMIT
    of_limit = [
        median(runs[subjects.OFF]) / best(runs[subjects.LIMIT])
        if nested
        else ratio(runs[subjects.OFF], runs[subjects.LIMIT])
        for runs in by_connections.values()
        if subjects.OFF in runs and best(runs.get(subjects.LIMIT, ()))
    ]
    if of_limit:
        limit = "the limit's best run" if nested else "the limit"
        yield _all(f"{name}: {share} of {limit}", of_limit, share)
    for peer in dict.fromkeys(peer for runs in by_connections.values() for peer in _peers(runs)):
        times = PEERS.get(peer, 1.0) if nested else 1.0
        rates = [
            ratio(runs[subjects.OFF], runs[peer])
            for runs in by_connections.values()
            if peer in runs and subjects.OFF in runs
        ]
        if rates:
            yield _all(f"{name}: {times:g} times {peer}", rates, times)


def _all(wanted: str, found: Sequence[float | None], least: float) -> Target:
    """Return a target that is met where every load meets it; None is one who answered nothing."""
    told = ("none" if one is None else f"{one:.2f}" if one < 10 else f"{one:.0f}" for one in found)
    return Target(wanted, " · ".join(told), all(one is None or one >= least for one in found))


def _peers(runs: Mapping[str, Any]) -> list[str]:
    ours = {
        *(subjects.OFF, subjects.LIMIT),
        *(side_by_side.WARM, side_by_side.COLD, side_by_side.BYTES),
    }
    return [name for name in runs if name not in ours]


def _warm(by_connections: Mapping[str, Any]) -> Iterator[Target]:
    whole = [
        runs
        for runs in by_connections.values()
        if side_by_side.WARM in runs and side_by_side.BYTES in runs
    ]
    if not whole:
        return
    runs = max(whole, key=lambda runs: median(runs[side_by_side.WARM]))
    warm, same = median(runs[side_by_side.WARM]), median(runs[side_by_side.BYTES])
    wanted = min(WARM_RATE, WARM_OF_BYTES * same)
    yield Target(
        f"nested, warm cache: {wanted:,.0f}/s (10,000, or half of the same bytes)",
        f"{warm:,.0f}/s",
        warm >= wanted,
    )


def _feeds(by_connections: Mapping[str, Any]) -> Iterator[Target]:
    runs = by_connections.get("8") or next(iter(by_connections.values()), {})
    file = median(runs.get(feeds.FILE, ()))
    for name, share in ((feeds.WARM, FEED_OF_NGINX), (feeds.PROXY, PROXY_OF_NGINX)):
        if name in runs and file:
            part = median(runs[name]) / file
            yield Target(f"feed, {name}: {share} of nginx's file", f"{part:.2f}", part >= share)
    for name, beside in ((feeds.GRAPH_304, feeds.GRAPH_GET), (feeds.FEED_304, feeds.WARM)):
        if name in runs and (whole := median(runs.get(beside, ()))):
            part = median(runs[name]) / whole
            yield Target(f"{name}: as fast as the whole answer", f"{part:.2f}", part >= 1)


def _cores(by_connections: Mapping[str, Any]) -> Iterator[Target]:
    """One process or two, whichever makes more of the cores."""
    found = [
        max(ratio(runs.get(name, ()), runs[cores.PINNED]) or 0 for name in MANY_CORES)
        for runs in by_connections.values()
        if best(runs.get(cores.PINNED, ()))
    ]
    if found:
        yield _all(f"{CORES} times one worker on one core", found, CORES)


def _growth(part: Mapping[str, Any]) -> Iterator[Target]:
    for name, by_size in part["runs"].items():
        sizes = sorted((size for size in by_size if subjects.OFF in by_size[size]), key=int)
        if name in EXCEPTED or len(sizes) < 2:
            continue
        small, large = (
            median(by_size[size][subjects.OFF], "p50") for size in (sizes[0], sizes[-1])
        )
        times = large / small
        yield Target(
            f"{name}: {GROWTH} times at {int(sizes[-1]):,} documents",
            f"{times:.2f}",
            times <= GROWTH,
        )
    if part["memory"]:
        largest = max(part["memory"], key=int)
        memory = part["memory"][largest]["end"]
        yield Target(
            f"memory at {int(largest):,} documents under {MEMORY_MB} MB",
            f"{memory:.0f} MB",
            memory < MEMORY_MB,
        )
