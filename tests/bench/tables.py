"""Renders the tables of the report as Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.bench import cores, feed_updates, feeds, polling, side_by_side, systems
from tests.bench.measure import median, rate_ratio

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tests.bench.targets import Target


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; its first column is text, the others are right-aligned numbers."""
    lines = [head, ["---", *("---:" for _ in head[1:])], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def format_number(value: float) -> str:
    """Format a number with about three significant digits."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def format_rate(runs: Sequence[Mapping[str, Any]]) -> str:
    """Return the rate of responses, or why there is none."""
    if not runs:
        return "not measured"
    if not median(runs):
        return "no response" if not any(run["timeouts"] for run in runs) else "timed out"
    errors = sum(run["errors"] for run in runs)
    return format_number(median(runs)) + (f" ({errors} errors)" if errors else "")


def format_latencies(runs: Sequence[Mapping[str, Any]]) -> str:
    """Return p50 and p99 in milliseconds."""
    if not runs or not median(runs):
        return "–"
    return f"{format_number(median(runs, 'p50'))} / {format_number(median(runs, 'p99'))}"


def machine_table(machine: Mapping[str, str]) -> str:
    """Return the facts about the machine."""
    return table(("item", "value"), machine.items()).replace("---:", "---")


def target_table(targets: Sequence[Target]) -> str:
    """Return the targets with their results."""
    rows = (
        (target.requirement, target.measured, "yes" if target.is_met else "**no**")
        for target in targets
    )
    return table(("target", "measured", "met"), rows).replace("---:", "---")


def ratio_table(part: Mapping[str, Any]) -> str:
    """Return by query the ratios of newsgraph's rate, cache off, to the others' rates."""
    names = _other_systems(part)
    rows = [
        [query, *(_ratio_cell(by_connections, name) for name in names)]
        for query, by_connections in part["runs"].items()
    ]
    return table(("query", *names), rows)


def _ratio_cell(by_connections: Mapping[str, Any], name: str) -> str:
    cells = []
    for runs in by_connections.values():
        if name not in runs or systems.CACHE_OFF not in runs:
            cells.append("–")
            continue
        ratio = rate_ratio(runs[systems.CACHE_OFF], runs[name])
        cells.append("∞" if ratio is None else f"{ratio:.2f}" if ratio < 10 else f"{ratio:.0f}")
    return " · ".join(cells) if set(cells) - {"–"} else "–"


def _other_systems(part: Mapping[str, Any]) -> list[str]:
    newsgraph_names = (systems.CACHE_OFF, side_by_side.WARM, side_by_side.COLD, side_by_side.BYTES)
    names = [
        name
        for by_connections in part["runs"].values()
        for runs in by_connections.values()
        for name in runs
    ]
    return [name for name in dict.fromkeys(names) if name not in newsgraph_names]


def query_tables(part: Mapping[str, Any]) -> str:
    """Return a table for each query, with the rates and response times of all systems."""
    texts = []
    for query, by_connections in part["runs"].items():
        size = part["bytes"].get(query, 0) / 1000
        texts.append(f"### {query}, {size:.0f} kB\n\n{_subject_table(by_connections)}")
    return "\n\n".join(texts)


def _subject_table(by_connections: Mapping[str, Any]) -> str:
    head = ["service"]
    for connections in by_connections:
        head += [f"{connections}: responses/s", "p50 / p99 ms"]
    names = dict.fromkeys(name for runs in by_connections.values() for name in runs)
    if not names:
        return "Not measured."
    rows = []
    for name in names:
        row = [f"**newsgraph, {name}**" if name in _NEWSGRAPH_NAMES else name]
        for runs in by_connections.values():
            row += [format_rate(runs.get(name, ())), format_latencies(runs.get(name, ()))]
        rows.append(row)
    return table(head, rows)


_NEWSGRAPH_NAMES = (
    *(systems.CACHE_OFF, side_by_side.WARM, side_by_side.COLD),
    *(feeds.FEED_304, feeds.GRAPH_GET, feeds.GRAPH_304),
    *(cores.PINNED, cores.UNPINNED, cores.TWO_WORKERS),
)


def feed_table(part: Mapping[str, Any]) -> str:
    """Return the results of feeds and conditional requests."""
    return _subject_table(part["runs"])


def feed_update_table(part: Mapping[str, Any]) -> str:
    """Return the times of a topic's feed by request, with the response cache and without."""
    runs = part["runs"]
    head = ["request, format"]
    for body in runs:
        sizes = sorted(size / 1000 for size in part["bytes"].get(body, {}).values())
        size_range = f", {sizes[0]:.0f} to {sizes[-1]:.0f} kB" if sizes else ""
        head += [f"{body}{size_range}: cache off, ms", "cache on, ms", "ratio"]
    keys = dict.fromkeys(
        (request, suffix)
        for requests in runs.values()
        for request, by_suffix in requests.items()
        for suffix in by_suffix
    )
    rows = [
        [
            f"{request}, {suffix}",
            *(
                cell
                for requests in runs.values()
                for cell in _pair_cells(requests.get(request, {}).get(suffix, ()))
            ),
        ]
        for request, suffix in keys
    ]
    return table(head, rows)


def _pair_cells(pairs: Sequence[Mapping[str, float]]) -> list[str]:
    if not pairs:
        return ["–"] * 3
    times = [
        format_number(feed_updates.median_milliseconds(pairs, name)) for name in feed_updates.NAMES
    ]
    return [*times, format_number(feed_updates.median_ratio(pairs))]


def polling_table(part: Mapping[str, Any]) -> str:
    """Return the results of a day of readers, conditional and unconditional."""
    runs = part["runs"]
    statuses = sorted({status for run in runs.values() for status in run["statuses"]})
    head = ["", "requests", *statuses, "cache hits", "rendered", "not rendered"]
    head += ["kB per reader", "requests/s", "cores used"]
    rows = [
        [
            *(name, f"{run['requests']:,}"),
            *(f"{run['statuses'].get(status, 0):,}" for status in statuses),
            *(f"{run['cache'].get('hit', 0):,}", f"{run['rendered']:,}"),
            *(
                f"{polling.unrendered_share(run):.2%}",
                f"{run['bytes'] / part['readers'] / 1000:,.0f}",
            ),
            *(format_number(run["rate"]), f"{run['share']:.2f}"),
        ]
        for name, run in runs.items()
    ]
    return table(head, rows)


def core_table(part: Mapping[str, Any]) -> str:
    """Return the results on one core and on several, and the CPU seconds of wrk."""
    head = (
        *("service", "connections", "responses/s"),
        *("relative to one core", "cores used", "cores used by wrk"),
    )
    rows = []
    for connections, runs in part["runs"].items():
        for name, subject_runs in runs.items():
            pinned = cores.LIMIT_PINNED if "limit" in name else cores.PINNED
            ratio = rate_ratio(subject_runs, runs[pinned]) if pinned in runs else None
            rows.append(
                [
                    *(
                        name,
                        connections,
                        format_rate(subject_runs),
                        "–" if ratio is None else f"{ratio:.2f}",
                    ),
                    *(
                        f"{median(subject_runs, 'share'):.2f}",
                        f"{median(subject_runs, 'load_share'):.2f}",
                    ),
                ]
            )
    return table(head, rows)


def growth_table(part: Mapping[str, Any]) -> str:
    """Return the p50 of newsgraph and of the limit, by archive size."""
    sizes = sorted({size for by_size in part["runs"].values() for size in by_size}, key=int)
    head = ["query", *(f"{int(size):,}" for size in sizes), "ratio"]
    head += [f"limit, {int(size):,}" for size in sizes]
    rows = []
    for query, by_size in part["runs"].items():
        newsgraph_times, limit_times = (
            [median(by_size.get(size, {}).get(name, ()), "p50") for size in sizes]
            for name in (systems.CACHE_OFF, systems.LIMIT)
        )
        growth = (
            f"{newsgraph_times[-1] / newsgraph_times[0]:.2f}"
            if newsgraph_times and newsgraph_times[0] and newsgraph_times[-1]
            else "–"
        )
        cells = [format_number(time) if time else "–" for time in (*newsgraph_times, *limit_times)]
        rows.append([query, *cells[: len(sizes)], growth, *cells[len(sizes) :]])
    return table(head, rows)


def memory_table(part: Mapping[str, Any]) -> str:
    """Return the memory of the process by archive size."""
    rows = [
        [f"{int(size):,}", f"{memory['start']:.0f}", f"{memory.get('end', 0):.0f}"]
        for size, memory in sorted(part["memory"].items(), key=lambda item: int(item[0]))
    ]
    return table(("documents", "at the start, MB", "at the end, MB"), rows)


def soak_text(part: Mapping[str, Any]) -> str:
    """Return the memory during the soak test, and its numbers of responses and errors."""
    memory, run = part["memory"], part["run"]
    samples = [memory[len(memory) * n // 4 if n < 4 else -1] for n in range(5)]
    rows = [[f"{seconds:.0f}", f"{megabytes:.0f}"] for seconds, megabytes in samples]
    response_count = run["rate"] * memory[-1][0]
    return (
        table(("seconds", "MB"), rows)
        + f"\n\n{response_count:,.0f} responses, {run['errors']} errors, 8 connections."
    )
