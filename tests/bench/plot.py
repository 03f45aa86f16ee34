"""Draws docs/performance.svg; run by the Python that has matplotlib: plot.py RESULTS PICTURE."""

from __future__ import annotations

import json
import statistics
import sys
from pathlib import Path

import matplotlib as mpl

mpl.use("svg")
from matplotlib import pyplot as plt

CONNECTIONS = "8"
SIDES = {
    "limit": ("the limit (bare SQL)", "#9e9e9e"),
    "cache off": ("newsgraph, cache off", "#1565c0"),
    "PostGraphile 5": ("PostGraphile 5", "#6a4c93"),
    "mercurius with JIT": ("mercurius with JIT", "#2e7d32"),
    "mercurius": ("mercurius", "#81c784"),
    "Strawberry, data loaders": ("Strawberry, data loaders", "#d81b60"),
    "datasette-graphql": ("datasette-graphql", "#ef6c00"),
}


def draw(results: dict, picture: Path) -> None:
    """Draw answers a second by query, and p50 by size."""
    mpl.rcParams.update({"svg.hashsalt": "newsgraph", "font.size": 9, "svg.fonttype": "none"})
    figure, (left, right) = plt.subplots(
        1, 2, figsize=(11, 4.6), gridspec_kw={"width_ratios": [1.9, 1]}, layout="constrained"
    )
    if "side_by_side" in results:
        _bars(left, results["side_by_side"])
    if "growth" in results:
        _lines(right, results["growth"])
    figure.savefig(picture, metadata={"Date": None})


def _bars(axes, part: dict) -> None:
    by_query = {
        query: by.get(CONNECTIONS) or next(iter(by.values()))
        for query, by in part["runs"].items()
        if by
    }
    queries = list(by_query)
    names = [name for name in SIDES if any(name in runs for runs in by_query.values())]
    width = 0.85 / max(1, len(names))
    for place, name in enumerate(names):
        told, color = SIDES[name]
        rates = [_median(by_query[query].get(name), "rate") for query in queries]
        at = [n + (place - (len(names) - 1) / 2) * width for n in range(len(queries))]
        axes.bar(at, rates, width, label=told, color=color)
    axes.set_yscale("log")
    axes.set_xticks(range(len(queries)), queries)
    axes.set_ylabel("answers a second (logarithmic)")
    axes.set_title(f"{part['documents']:,} documents, {CONNECTIONS} connections")
    axes.grid(axis="y", alpha=0.3)
    axes.set_axisbelow(True)
    axes.legend(fontsize=7.5, ncols=2, loc="upper left")
    axes.set_ylim(top=axes.get_ylim()[1] * 8)


def _lines(axes, part: dict) -> None:
    for query, by_size in part["runs"].items():
        sizes = sorted(by_size, key=int)
        times = [_median(by_size[size].get("cache off"), "p50") for size in sizes]
        grows = query in ("facet", "year", "search-common")
        axes.plot(
            [int(size) for size in sizes],
            times,
            marker="o",
            markersize=4,
            linestyle=":" if grows else "-",
            label=f"{query} (counts)" if grows else query,
        )
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel("documents")
    axes.set_ylabel("p50, ms")
    axes.set_title("newsgraph as the archive grows")
    axes.grid(alpha=0.3)
    axes.legend(fontsize=7, ncols=2, loc="upper left")
    axes.set_ylim(top=axes.get_ylim()[1] * 6)


def _median(runs: list | None, what: str) -> float:
    found = [run[what] for run in runs or () if run[what]]
    return statistics.median(found) if found else float("nan")


if __name__ == "__main__":
    draw(json.loads(Path(sys.argv[1]).read_text("utf-8")), Path(sys.argv[2]))
