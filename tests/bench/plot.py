"""Draws docs/performance.svg; run by a Python with matplotlib: plot.py RESULTS CHART."""

from __future__ import annotations

import json
import statistics
import sys
from pathlib import Path

import matplotlib as mpl

mpl.use("svg")
from matplotlib import pyplot as plt

CONNECTIONS = "8"
SERIES = {
    "limit": ("the limit (bare SQL)", "#9e9e9e"),
    "cache off": ("newsgraph, cache off", "#1565c0"),
    "PostGraphile 5": ("PostGraphile 5", "#6a4c93"),
    "mercurius with JIT": ("mercurius with JIT", "#2e7d32"),
    "mercurius": ("mercurius", "#81c784"),
    "Strawberry, data loaders": ("Strawberry, data loaders", "#d81b60"),
    "datasette-graphql": ("datasette-graphql", "#ef6c00"),
}


def draw_charts(results: dict, path: Path) -> None:
    """Draw the rates by query, and p50 by archive size."""
    mpl.rcParams.update({"svg.hashsalt": "newsgraph", "font.size": 9, "svg.fonttype": "none"})
    figure, (left, right) = plt.subplots(
        1, 2, figsize=(11, 4.6), gridspec_kw={"width_ratios": [1.9, 1]}, layout="constrained"
    )
    if "side_by_side" in results:
        _draw_bars(left, results["side_by_side"])
    if "growth" in results:
        _draw_lines(right, results["growth"])
    figure.savefig(path, metadata={"Date": None})


def _draw_bars(axes, part: dict) -> None:
    by_query = {
        query: by_connections.get(CONNECTIONS) or next(iter(by_connections.values()))
        for query, by_connections in part["runs"].items()
        if by_connections
    }
    queries = list(by_query)
    names = [name for name in SERIES if any(name in runs for runs in by_query.values())]
    width = 0.85 / max(1, len(names))
    for index, name in enumerate(names):
        label, color = SERIES[name]
        rates = [_median(by_query[query].get(name), "rate") for query in queries]
        positions = [n + (index - (len(names) - 1) / 2) * width for n in range(len(queries))]
        axes.bar(positions, rates, width, label=label, color=color)
    axes.set_yscale("log")
    axes.set_xticks(range(len(queries)), queries)
    axes.set_ylabel("responses per second (logarithmic)")
    axes.set_title(f"{part['documents']:,} documents, {CONNECTIONS} connections")
    axes.grid(axis="y", alpha=0.3)
    axes.set_axisbelow(True)
    axes.legend(fontsize=7.5, ncols=2, loc="upper left")
    axes.set_ylim(top=axes.get_ylim()[1] * 8)


def _draw_lines(axes, part: dict) -> None:
    for query, by_size in part["runs"].items():
        sizes = sorted(by_size, key=int)
        times = [_median(by_size[size].get("cache off"), "p50") for size in sizes]
        counts_matches = query in ("facet", "year", "search-common")
        axes.plot(
            [int(size) for size in sizes],
            times,
            marker="o",
            markersize=4,
            linestyle=":" if counts_matches else "-",
            label=f"{query} (counts)" if counts_matches else query,
        )
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel("documents")
    axes.set_ylabel("p50, ms")
    axes.set_title("newsgraph as the archive grows")
    axes.grid(alpha=0.3)
    axes.legend(fontsize=7, ncols=2, loc="upper left")
    axes.set_ylim(top=axes.get_ylim()[1] * 6)


def _median(runs: list | None, measure: str) -> float:
    values = [run[measure] for run in runs or () if run[measure]]
    return statistics.median(values) if values else float("nan")


if __name__ == "__main__":
    draw_charts(json.loads(Path(sys.argv[1]).read_text("utf-8")), Path(sys.argv[2]))
