"""The performance targets, and whether the results meet them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.bench import cores, feeds, polling, side_by_side, systems
from tests.bench.measure import best_rate, median, rate_ratio

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

NESTED_PEER_RATIOS = {
    systems.STRAWBERRY: 25.0,
    systems.MERCURIUS_JIT: 3.0,
    systems.POSTGRAPHILE: 4.0,
}
"""By peer, the minimum ratio of newsgraph's rate to the peer's for the nested page."""

NESTED_SHARE_OF_LIMIT, SHARE_OF_LIMIT = 0.75, 0.6
MIN_WARM_RATE, WARM_SHARE_OF_BYTES = 10_000, 0.5
FEED_SHARE_OF_NGINX, PROXY_SHARE_OF_NGINX = 0.3, 0.9
UNRENDERED_SHARE = 0.95
MIN_CORE_RATIO, SEVERAL_CORES = 1.6, (cores.UNPINNED, cores.TWO_WORKERS)
MAX_GROWTH, MAX_MEMORY_MB = 1.5, 300
GROWTH_EXCEPTIONS = ("facet", "year", "search-common")
"""Queries that count their matches, or match most of the archive."""


@dataclass(frozen=True, slots=True)
class Target:
    """A target, what was measured, and whether the target is met."""

    requirement: str
    measured: str
    is_met: bool


def evaluate_targets(results: Mapping[str, Any]) -> list[Target]:
    """Return the targets that the results contain measurements for."""
    targets: list[Target] = []
    parts = (part for part in results.values() if isinstance(part, dict))
    if wrong := sum(len(part.get("wrong", ())) for part in parts):
        targets.append(Target("no response is wrong", f"{wrong} not measured", is_met=False))
    if part := results.get("side_by_side"):
        for name, runs in part["runs"].items():
            targets += _query_targets(name, runs)
        if nested := part["runs"].get("nested"):
            targets += _warm_targets(nested)
    if part := results.get("feeds"):
        targets += _feed_targets(part["runs"])
    if run := results.get("polling", {}).get("runs", {}).get(polling.CONDITIONAL):
        unrendered = polling.unrendered_share(run)
        targets.append(
            Target(
                f"day of feed readers: ≥ {UNRENDERED_SHARE:.0%} of requests not rendered",
                f"{unrendered:.2%}",
                unrendered >= UNRENDERED_SHARE,
            )
        )
    if part := results.get("cores"):
        targets += _core_targets(part["runs"])
    if part := results.get("growth"):
        targets += _growth_targets(part)
    if part := results.get("soak"):
        max_memory = max(memory for _, memory in part["memory"])
        targets.append(
            Target(
                f"soak test: memory < {MAX_MEMORY_MB} MB",
                f"{max_memory:.0f} MB",
                max_memory < MAX_MEMORY_MB,
            )
        )
    return targets


def _query_targets(name: str, by_connections: Mapping[str, Any]) -> Iterator[Target]:
    nested = name == "nested"
    share = NESTED_SHARE_OF_LIMIT if nested else SHARE_OF_LIMIT
    of_limit = [
        median(runs[systems.CACHE_OFF]) / best_rate(runs[systems.LIMIT])
        if nested
        else rate_ratio(runs[systems.CACHE_OFF], runs[systems.LIMIT])
        for runs in by_connections.values()
        if systems.CACHE_OFF in runs and best_rate(runs.get(systems.LIMIT, ()))
    ]
    if of_limit:
        limit = "the limit's best run" if nested else "the limit"
        yield _ratio_target(f"{name}: ≥ {share} × {limit}", of_limit, share)
    for peer in dict.fromkeys(
        peer for runs in by_connections.values() for peer in _peer_names(runs)
    ):
        times = NESTED_PEER_RATIOS.get(peer, 1.0) if nested else 1.0
        rates = [
            rate_ratio(runs[systems.CACHE_OFF], runs[peer])
            for runs in by_connections.values()
            if peer in runs and systems.CACHE_OFF in runs
        ]
        if rates:
            yield _ratio_target(f"{name}: ≥ {times:g} × {peer}", rates, times)


def _ratio_target(requirement: str, ratios: Sequence[float | None], minimum: float) -> Target:
    """Return a target that every load must meet; None is a peer without a response."""
    texts = (
        "none" if ratio is None else f"{ratio:.2f}" if ratio < 10 else f"{ratio:.0f}"
        for ratio in ratios
    )
    return Target(
        requirement, " · ".join(texts), all(ratio is None or ratio >= minimum for ratio in ratios)
    )


def _peer_names(runs: Mapping[str, Any]) -> list[str]:
    newsgraph_names = {
        *(systems.CACHE_OFF, systems.LIMIT),
        *(side_by_side.WARM, side_by_side.COLD, side_by_side.BYTES),
    }
    return [name for name in runs if name not in newsgraph_names]


def _warm_targets(by_connections: Mapping[str, Any]) -> Iterator[Target]:
    comparable = [
        runs
        for runs in by_connections.values()
        if side_by_side.WARM in runs and side_by_side.BYTES in runs
    ]
    if not comparable:
        return
    runs = max(comparable, key=lambda runs: median(runs[side_by_side.WARM]))
    warm, same_bytes = median(runs[side_by_side.WARM]), median(runs[side_by_side.BYTES])
    required_rate = min(MIN_WARM_RATE, WARM_SHARE_OF_BYTES * same_bytes)
    yield Target(
        f"nested, warm cache: ≥ {required_rate:,.0f}/s "
        "(10,000, or half the static response's rate)",
        f"{warm:,.0f}/s",
        warm >= required_rate,
    )


def _feed_targets(by_connections: Mapping[str, Any]) -> Iterator[Target]:
    runs = by_connections.get("8") or next(iter(by_connections.values()), {})
    file = median(runs.get(feeds.FILE, ()))
    for name, share in ((feeds.WARM, FEED_SHARE_OF_NGINX), (feeds.PROXY, PROXY_SHARE_OF_NGINX)):
        if name in runs and file:
            part = median(runs[name]) / file
            yield Target(f"feed, {name}: ≥ {share} × {feeds.FILE}", f"{part:.2f}", part >= share)
    for name, full_row in ((feeds.GRAPH_304, feeds.GRAPH_GET), (feeds.FEED_304, feeds.WARM)):
        if name in runs and (full_rate := median(runs.get(full_row, ()))):
            part = median(runs[name]) / full_rate
            yield Target(f"{name}: ≥ 1 × full response", f"{part:.2f}", part >= 1)


def _core_targets(by_connections: Mapping[str, Any]) -> Iterator[Target]:
    """Yield the target of one process or two, whichever is faster."""
    ratios = [
        max(rate_ratio(runs.get(name, ()), runs[cores.PINNED]) or 0 for name in SEVERAL_CORES)
        for runs in by_connections.values()
        if best_rate(runs.get(cores.PINNED, ()))
    ]
    if ratios:
        yield _ratio_target(
            f"one or two workers: ≥ {MIN_CORE_RATIO} × {cores.PINNED}", ratios, MIN_CORE_RATIO
        )


def _growth_targets(part: Mapping[str, Any]) -> Iterator[Target]:
    for name, by_size in part["runs"].items():
        sizes = sorted((size for size in by_size if systems.CACHE_OFF in by_size[size]), key=int)
        if name in GROWTH_EXCEPTIONS or len(sizes) < 2:
            continue
        small, large = (
            median(by_size[size][systems.CACHE_OFF], "p50") for size in (sizes[0], sizes[-1])
        )
        times = large / small
        yield Target(
            f"{name}: p50 at {int(sizes[-1]):,} documents ≤ {MAX_GROWTH} × at {int(sizes[0]):,}",
            f"{times:.2f}",
            times <= MAX_GROWTH,
        )
    if part["memory"]:
        largest = max(part["memory"], key=int)
        memory = part["memory"][largest]["end"]
        yield Target(
            f"memory at {int(largest):,} documents < {MAX_MEMORY_MB} MB",
            f"{memory:.0f} MB",
            memory < MAX_MEMORY_MB,
        )
