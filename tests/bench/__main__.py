"""Measures the service beside others; ``python -m tests.bench --help`` tells what can be chosen."""

from __future__ import annotations

import argparse
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.bench import cores, feeds, growth, polling, results, side_by_side, soak
from tests.bench.load import need_wrk
from tests.bench.measure import Extent, say
from tests.bench.peers import install
from tests.bench.places import BENCH, ROOT
from tests.bench.report import report
from tests.bench.results import PARTS, RESULTS
from tests.bench.rows import Rows
from tests.bench.stores import store
from tests.bench.targets import targets

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

QUICK = {
    "documents": "1000",
    "rounds": 2,
    "seconds": 1.0,
    "connections": "8",
    "soak": 10.0,
    "readers": 300,
    "imports": 8,
}


def main() -> int:
    """Measure what is asked for, add it to the results, and write the page.

    Returns:
        1 if an answer was wrong, or a part or an archive is missing as a whole; 0 also where a
        row could not be measured, which the page and the last lines report.
    """
    asked = _arguments(sys.argv[1:])
    extent = Extent(
        asked.rounds, asked.seconds, tuple(int(one) for one in asked.connections.split(","))
    )
    parts = () if asked.again else asked.only.split(",") if asked.only else PARTS
    # Whoever ends the bench ends what it started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    failed = Rows()
    if not asked.again:
        if not (stores := _stores(asked.documents, failed)):
            return 1
        measure(parts, stores, extent, asked, failed)
    measured = results.read()
    _write(measured, asked.report)
    has_wrong = any(measured.get(part, {}).get("wrong") for part in parts)
    return int(bool(has_wrong or failed.missing or failed.wrong))


def _stores(documents: str, failed: Rows) -> dict[int, Path]:
    """Return the stores by size, without those that cannot be made."""
    stores = {}
    for size in sorted(int(size) for size in documents.split(",")):
        with failed.row(f"{size:,} documents"):
            stores[size] = store(size)
    return stores


def measure(
    parts: Sequence[str],
    stores: Mapping[int, Path],
    extent: Extent,
    asked: argparse.Namespace,
    failed: Rows,
    path: Path = RESULTS,
) -> None:
    """Measure parts, and keep the results after each; one that fails does not end the others."""
    path.parent.mkdir(exist_ok=True)
    for part in parts:
        say(f"{part}:")
        measured = None
        with failed.row(part):
            measured = _part(part, stores, extent, asked)
        results.keep(part, measured, extent, failed, path)


def _part(
    part: str, stores: Mapping[int, Path], extent: Extent, asked: argparse.Namespace
) -> dict[str, Any]:
    """Return what a part measures."""
    names = tuple(asked.queries.split(",")) if asked.queries else ()
    largest = max(stores)
    beside = asked.beside if asked.beside in stores else sorted(stores)[len(stores) // 2]
    if part != "polling":
        need_wrk()
    measured: dict[str, Any]
    if part == "side_by_side":
        measured = side_by_side.side_by_side(
            stores[beside], extent, names, with_peers=not asked.without_peers
        )
        measured["documents"] = beside
    elif part == "feeds":
        measured = feeds.feeds(stores[beside], extent)
    elif part == "polling":
        measured = polling.polling(stores[beside], asked.readers, asked.imports)
        measured["documents"] = beside
    elif part == "cores":
        measured = cores.cores(stores[beside], extent)
    elif part == "growth":
        measured = growth.growth(stores, extent, names)
    else:
        measured = soak.soak(stores[largest], asked.soak)
        measured["documents"] = largest
    return measured


def _write(measured: Mapping[str, Any], page: Path) -> None:
    """Write the page and the picture beside it, and print targets and what is missing."""
    before = page.read_text("utf-8") if page.exists() else ""
    page.write_text(report(measured, before), "utf-8")
    try:
        python = install.python("tools")
        picture = page.with_suffix(".svg")
        subprocess.run(
            [str(python), str(BENCH / "plot.py"), str(RESULTS), str(picture)], check=True
        )
    except (install.Missing, subprocess.CalledProcessError) as reason:
        say(f"without a new picture: {reason}")
    say("")
    for target in targets(measured):
        say(f"{'  yes' if target.met else '   NO'}  {target.wanted}: {target.measured}")
    for line in (*results.missing(measured), *results.wrong(measured)):
        say(line)
    say(f"Written: {page}")


def _arguments(given: Sequence[str]) -> argparse.Namespace:
    told = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    add = told.add_argument
    add("--quick", action="store_true", help="1,000 documents and short runs")
    add("--documents", default="1000,20000,200000", help="sizes of the archives (%(default)s)")
    add("--beside", type=int, default=20_000, help="the size that all are compared at")
    add("--only", help=f"some parts of {','.join(PARTS)}")
    add(
        "--queries",
        help="some queries, others stay as they were: nested,topic,article,search,facet,deep,year",
    )
    add("--rounds", type=int, default=5, help="runs of each (%(default)s)")
    add("--seconds", type=float, default=3.0, help="of a run (%(default)s)")
    add("--connections", default="1,8,64", help="side by side (%(default)s)")
    add("--soak", type=float, default=600.0, help="seconds of the long run (%(default)s)")
    add("--readers", type=int, default=polling.READERS, help="of a day of polling (%(default)s)")
    add("--imports", type=int, default=polling.IMPORTS, help="during that day (%(default)s)")
    add("--without-peers", action="store_true", help="only the limit beside us")
    add("--again", action="store_true", help="write the page anew from the kept results")
    add("--report", type=Path, default=ROOT / "docs" / "performance.md", help="the page")
    told.set_defaults(**(QUICK if "--quick" in given else {}))
    return told.parse_args(given)


if __name__ == "__main__":
    sys.exit(main())
