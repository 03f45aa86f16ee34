"""The tables of the report, as Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.bench import cores, feeds, polling, side_by_side, subjects
from tests.bench.measure import median, ratio

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tests.bench.targets import Target


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; its first column is text, the others are numbers."""
    lines = [head, ["---", *("---:" for _ in head[1:])], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def number(value: float) -> str:
    """Return a number with about three digits that count."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def speed(runs: Sequence[Mapping[str, Any]]) -> str:
    """Return answers a second, or why there are none."""
    if not runs:
        return "not measured"
    if not median(runs):
        return "no answer" if not any(run["timeouts"] for run in runs) else "timed out"
    errors = sum(run["errors"] for run in runs)
    return number(median(runs)) + (f" ({errors} errors)" if errors else "")


def times(runs: Sequence[Mapping[str, Any]]) -> str:
    """Return p50 and p99 in milliseconds."""
    if not runs or not median(runs):
        return "–"
    return f"{number(median(runs, 'p50'))} / {number(median(runs, 'p99'))}"


def facts(machine: Mapping[str, str]) -> str:
    """Return what was measured on."""
    return table(("what", "which"), machine.items()).replace("---:", "---")


def goals(targets: Sequence[Target]) -> str:
    """Return what should be and what is."""
    rows = ((one.wanted, one.measured, "yes" if one.met else "**no**") for one in targets)
    return table(("wanted", "measured", "met"), rows).replace("---:", "---")


def ratios(part: Mapping[str, Any]) -> str:
    """Return how many times as many answers as others we give, cache off, by query."""
    names = _everybody(part)
    rows = [
        [query, *(_ratio_cell(by_connections, name) for name in names)]
        for query, by_connections in part["runs"].items()
    ]
    return table(("query", *names), rows)


def _ratio_cell(by_connections: Mapping[str, Any], name: str) -> str:
    cells = []
    for runs in by_connections.values():
        if name not in runs or subjects.OFF not in runs:
            cells.append("–")
            continue
        got = ratio(runs[subjects.OFF], runs[name])
        cells.append("∞" if got is None else f"{got:.2f}" if got < 10 else f"{got:.0f}")
    return " · ".join(cells) if set(cells) - {"–"} else "–"


def _everybody(part: Mapping[str, Any]) -> list[str]:
    ours = (subjects.OFF, side_by_side.WARM, side_by_side.COLD, side_by_side.BYTES)
    names = [name for by in part["runs"].values() for runs in by.values() for name in runs]
    return [name for name in dict.fromkeys(names) if name not in ours]


def by_query(part: Mapping[str, Any]) -> str:
    """Return a table for each query: everybody's answers a second and times."""
    texts = []
    for query, by_connections in part["runs"].items():
        size = part["bytes"].get(query, 0) / 1000
        texts.append(f"### {query}, {size:.0f} kB\n\n{_everyone(by_connections)}")
    return "\n\n".join(texts)


def _everyone(by_connections: Mapping[str, Any]) -> str:
    head = ["who"]
    for connections in by_connections:
        head += [f"{connections}: answers/s", "p50 / p99 ms"]
    names = dict.fromkeys(name for runs in by_connections.values() for name in runs)
    if not names:
        return "Not measured."
    rows = []
    for name in names:
        row = [f"**newsgraph, {name}**" if name in _OURS else name]
        for runs in by_connections.values():
            row += [speed(runs.get(name, ())), times(runs.get(name, ()))]
        rows.append(row)
    return table(head, rows)


_OURS = (
    *(subjects.OFF, side_by_side.WARM, side_by_side.COLD),
    *(feeds.FEED_304, feeds.GRAPH_GET, feeds.GRAPH_304),
    *(cores.PINNED, cores.FREE, cores.TWO),
)


def feed_table(part: Mapping[str, Any]) -> str:
    """Return feeds and conditional requests."""
    return _everyone(part["runs"])


def polling_table(part: Mapping[str, Any]) -> str:
    """Return a day of readers, with conditions and without."""
    runs = part["runs"]
    statuses = sorted({status for run in runs.values() for status in run["statuses"]})
    head = ["", "requests", *statuses, "kept", "rendered", "not rendered"]
    head += ["kB per reader", "requests/s", "its cores"]
    rows = [
        [
            *(name, f"{run['requests']:,}"),
            *(f"{run['statuses'].get(status, 0):,}" for status in statuses),
            *(f"{run['cache'].get('hit', 0):,}", f"{run['rendered']:,}"),
            *(f"{polling.spared(run):.2%}", f"{run['bytes'] / part['readers'] / 1000:,.0f}"),
            *(number(run["rate"]), f"{run['share']:.2f}"),
        ]
        for name, run in runs.items()
    ]
    return table(head, rows)


def core_table(part: Mapping[str, Any]) -> str:
    """Return what one and two cores do, and what wrk took of them."""
    head = ("who", "connections", "answers/s", "times one core", "its cores", "wrk's cores")
    rows = []
    for connections, runs in part["runs"].items():
        for name, some in runs.items():
            pinned = cores.LIMIT_PINNED if "limit" in name else cores.PINNED
            got = ratio(some, runs[pinned]) if pinned in runs else None
            rows.append(
                [
                    *(name, connections, speed(some), "–" if got is None else f"{got:.2f}"),
                    *(f"{median(some, 'share'):.2f}", f"{median(some, 'load_share'):.2f}"),
                ]
            )
    return table(head, rows)


def growth_table(part: Mapping[str, Any]) -> str:
    """Return p50 by size, ours and the limit's."""
    sizes = sorted({size for by_size in part["runs"].values() for size in by_size}, key=int)
    head = ["query", *(f"{int(size):,}" for size in sizes), "times"]
    head += [f"limit, {int(size):,}" for size in sizes]
    rows = []
    for query, by_size in part["runs"].items():
        ours, limit = (
            [median(by_size.get(size, {}).get(name, ()), "p50") for size in sizes]
            for name in (subjects.OFF, subjects.LIMIT)
        )
        grown = f"{ours[-1] / ours[0]:.2f}" if ours and ours[0] and ours[-1] else "–"
        cells = [number(one) if one else "–" for one in (*ours, *limit)]
        rows.append([query, *cells[: len(sizes)], grown, *cells[len(sizes) :]])
    return table(head, rows)


def memory_table(part: Mapping[str, Any]) -> str:
    """Return what the process holds in memory, by size."""
    rows = [
        [f"{int(size):,}", f"{memory['start']:.0f}", f"{memory.get('end', 0):.0f}"]
        for size, memory in sorted(part["memory"].items(), key=lambda item: int(item[0]))
    ]
    return table(("documents", "at the start, MB", "at the end, MB"), rows)


def soak_text(part: Mapping[str, Any]) -> str:
    """Return what a long run did to the memory."""
    memory, run = part["memory"], part["run"]
    at = [memory[len(memory) * n // 4 if n < 4 else -1] for n in range(5)]
    rows = [[f"{seconds:.0f}", f"{held:.0f}"] for seconds, held in at]
    answers = run["rate"] * memory[-1][0]
    return (
        table(("seconds", "MB"), rows)
        + f"\n\nThese are {answers:,.0f} answers, {run['errors']} errors, 8 connections."
    )
