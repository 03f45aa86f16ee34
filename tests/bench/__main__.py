"""Measures the service beside others; ``python -m tests.bench --help`` tells what can be chosen."""

from __future__ import annotations

import argparse
import json
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.bench import cores, feeds, growth, polling, side_by_side, soak
from tests.bench.compare import Differs
from tests.bench.load import CannotLoad
from tests.bench.machine import machine
from tests.bench.measure import Extent, say
from tests.bench.peers import install
from tests.bench.places import BENCH, MADE, ROOT
from tests.bench.processes import CannotStart
from tests.bench.report import report
from tests.bench.stores import CannotImport, store
from tests.bench.targets import targets

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PARTS = ("side_by_side", "feeds", "polling", "cores", "growth", "soak")
RESULTS = MADE / "results.json"
QUICK = {
    "documents": "1000",
    "rounds": 2,
    "seconds": 2.0,
    "connections": "8",
    "soak": 10.0,
    "readers": 300,
    "imports": 8,
}


def main() -> int:
    """Measure what is asked for, add it to the results, and write the page."""
    asked = _arguments(sys.argv[1:])
    sizes = sorted(int(size) for size in asked.documents.split(","))
    extent = Extent(
        asked.rounds, asked.seconds, tuple(int(one) for one in asked.connections.split(","))
    )
    parts = asked.only.split(",") if asked.only else PARTS
    # Whoever ends the bench ends what it started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    try:
        if not asked.again:
            _measure(parts, {size: store(size) for size in sizes}, extent, asked)
    except (CannotImport, CannotLoad, CannotStart, Differs, feeds.NoNginx) as error:
        say(f"The bench ends: {error}")
        return 1
    _write(json.loads(RESULTS.read_text("utf-8")), asked.report)
    return 0


def _measure(
    parts: Sequence[str], stores: Mapping[int, Path], extent: Extent, asked: argparse.Namespace
) -> None:
    """Measure parts, and keep the results after each."""
    MADE.mkdir(exist_ok=True)
    names = tuple(asked.queries.split(",")) if asked.queries else ()
    largest = max(stores)
    beside = asked.beside if asked.beside in stores else sorted(stores)[len(stores) // 2]
    for part in parts:
        say(f"{part}:")
        found: dict[str, Any]
        if part == "side_by_side":
            found = side_by_side.side_by_side(
                stores[beside], extent, names, with_peers=not asked.without_peers
            )
            found["documents"] = beside
        elif part == "feeds":
            found = feeds.feeds(stores[beside], extent)
        elif part == "polling":
            found = polling.polling(stores[beside], asked.readers, asked.imports)
            found["documents"] = beside
        elif part == "cores":
            found = cores.cores(stores[beside], extent)
        elif part == "growth":
            found = growth.growth(stores, extent, names)
        else:
            found = soak.soak(stores[largest], asked.soak)
            found["documents"] = largest
        _keep(part, found, extent)


def joined(before: Mapping[str, Any], found: Mapping[str, Any]) -> dict[str, Any]:
    """Return new results, and of queries that were not asked this time those that there are."""
    if before.get("documents") != found["documents"]:
        return {**found}
    return {**found, **{told: before[told] | found[told] for told in ("runs", "skipped", "bytes")}}


def _keep(part: str, found: Mapping[str, Any], extent: Extent) -> None:
    results = json.loads(RESULTS.read_text("utf-8")) if RESULTS.exists() else {}
    if part == "side_by_side":
        found = joined(results.get(part, {}), found)
    results |= {
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "machine": machine(),
        "rounds": extent.rounds,
        "seconds": extent.seconds,
        part: found,
    }
    RESULTS.write_text(json.dumps(results, indent=1), "utf-8")


def _write(results: Mapping[str, Any], page: Path) -> None:
    """Write the page and the picture beside it."""
    before = page.read_text("utf-8") if page.exists() else ""
    page.write_text(report(results, before), "utf-8")
    try:
        python = install.python("tools")
    except install.Missing as reason:
        say(f"without a new picture: {reason}")
    else:
        picture = page.with_suffix(".svg")
        subprocess.run(
            [str(python), str(BENCH / "plot.py"), str(RESULTS), str(picture)], check=True
        )
    say("")
    for target in targets(results):
        say(f"{'  yes' if target.met else '   NO'}  {target.wanted}: {target.measured}")
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
