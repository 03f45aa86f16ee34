"""Measures newsgraph and other services; ``python -m tests.bench --help`` lists the options."""

from __future__ import annotations

import argparse
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.bench import cores, feed_updates, feeds, growth, polling, results, side_by_side, soak
from tests.bench.load import require_wrk
from tests.bench.measure import Schedule, print_line
from tests.bench.paths import BENCH_FOLDER, ROOT
from tests.bench.peers import install
from tests.bench.report import render_report
from tests.bench.results import PARTS, RESULTS_PATH
from tests.bench.rows import FailedRows
from tests.bench.stores import ensure_store
from tests.bench.targets import evaluate_targets

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
    "pairs": 2,
}

PARTS_WITHOUT_WRK = ("feed_updates", "polling")


def main() -> int:
    """Measure the requested parts, add them to the results, and write the page.

    Returns:
        1 if a response was wrong, or a complete part or archive is missing; else 0, even if a
        row could not be measured, which the page and the last lines report.
    """
    arguments = _parse_arguments(sys.argv[1:])
    schedule = Schedule(
        arguments.rounds,
        arguments.seconds,
        tuple(int(count) for count in arguments.connections.split(",")),
    )
    parts = () if arguments.again else arguments.only.split(",") if arguments.only else PARTS
    # With the bench end all services that it started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    failed_rows = FailedRows()
    if not arguments.again:
        if not (stores := _create_stores(arguments.documents, failed_rows)):
            return 1
        measure(parts, stores, schedule, arguments, failed_rows)
    measured = results.read()
    _write_page(measured, arguments.report)
    has_wrong_rows = any(measured.get(part, {}).get("wrong") for part in parts)
    return int(bool(has_wrong_rows or failed_rows.missing or failed_rows.wrong))


def _create_stores(documents: str, failed_rows: FailedRows) -> dict[int, Path]:
    """Return the stores by size, without those that cannot be created."""
    stores = {}
    for size in sorted(int(size) for size in documents.split(",")):
        with failed_rows.catch(f"{size:,} documents"):
            stores[size] = ensure_store(size)
    return stores


def measure(
    parts: Sequence[str],
    stores: Mapping[int, Path],
    schedule: Schedule,
    arguments: argparse.Namespace,
    failed_rows: FailedRows,
    path: Path = RESULTS_PATH,
) -> None:
    """Measure parts, and save the results after each; if one fails, the others go on."""
    path.parent.mkdir(exist_ok=True)
    for part in parts:
        print_line(f"{part}:")
        measured = None
        with failed_rows.catch(part):
            measured = _measure_part(part, stores, schedule, arguments)
        results.save(part, measured, schedule, failed_rows, path)


def _measure_part(
    part: str, stores: Mapping[int, Path], schedule: Schedule, arguments: argparse.Namespace
) -> dict[str, Any]:
    """Measure a part, and return its results."""
    names = tuple(arguments.queries.split(",")) if arguments.queries else ()
    largest = max(stores)
    comparison_size = (
        arguments.beside if arguments.beside in stores else sorted(stores)[len(stores) // 2]
    )
    if part not in PARTS_WITHOUT_WRK:
        require_wrk()
    measured: dict[str, Any]
    if part == "side_by_side":
        measured = side_by_side.measure_side_by_side(
            stores[comparison_size], schedule, names, with_peers=not arguments.without_peers
        )
        measured["documents"] = comparison_size
    elif part == "feeds":
        measured = feeds.measure_feeds(stores[comparison_size], schedule)
    elif part == "feed_updates":
        measured = feed_updates.measure_feed_updates(stores[comparison_size], arguments.pairs)
        measured["documents"] = comparison_size
    elif part == "polling":
        measured = polling.measure_polling(
            stores[comparison_size], arguments.readers, arguments.imports
        )
        measured["documents"] = comparison_size
    elif part == "cores":
        measured = cores.measure_cores(stores[comparison_size], schedule)
    elif part == "growth":
        measured = growth.measure_growth(stores, schedule, names)
    else:
        measured = soak.measure_soak(stores[largest], arguments.soak)
        measured["documents"] = largest
    return measured


def _write_page(measured: Mapping[str, Any], page: Path) -> None:
    """Write the page and its chart; print the targets, and the rows without results."""
    previous_page = page.read_text("utf-8") if page.exists() else ""
    page.write_text(render_report(measured, previous_page), "utf-8")
    try:
        python = install.install_python_packages("tools")
        chart = page.with_suffix(".svg")
        subprocess.run(
            [str(python), str(BENCH_FOLDER / "plot.py"), str(RESULTS_PATH), str(chart)],
            check=True,
        )
    except (install.PeerUnavailable, subprocess.CalledProcessError) as reason:
        print_line(f"the chart was not drawn again: {reason}")
    print_line("")
    for target in evaluate_targets(measured):
        print_line(
            f"{'  yes' if target.is_met else '   NO'}  {target.requirement}: {target.measured}"
        )
    for line in (*results.missing_row_lines(measured), *results.wrong_row_lines(measured)):
        print_line(line)
    print_line(f"Written: {page}")


def _parse_arguments(command_line: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    add = parser.add_argument
    add("--quick", action="store_true", help="1,000 documents and short runs")
    add("--documents", default="1000,20000,200000", help="sizes of the archives (%(default)s)")
    add("--beside", type=int, default=20_000, help="archive size of all parts but growth and soak")
    add("--only", help=f"parts to measure, of {','.join(PARTS)}")
    add(
        "--queries",
        help="queries to measure, of nested,topic,article,search,facet,deep,year; the others keep "
        "their results",
    )
    add("--rounds", type=int, default=5, help="runs of each system (%(default)s)")
    add("--seconds", type=float, default=3.0, help="duration of a run (%(default)s)")
    add("--connections", default="1,8,64", help="numbers of concurrent connections (%(default)s)")
    add(
        "--soak",
        type=float,
        default=600.0,
        help="duration of the soak test, in seconds (%(default)s)",
    )
    add(
        "--readers",
        type=int,
        default=polling.READER_COUNT,
        help="feed readers of the polling part (%(default)s)",
    )
    add(
        "--imports",
        type=int,
        default=polling.IMPORT_COUNT,
        help="imports during their day (%(default)s)",
    )
    add(
        "--pairs",
        type=int,
        default=feed_updates.PAIR_COUNT,
        help="pairs of requests of each row of the feed_updates part (%(default)s)",
    )
    add("--without-peers", action="store_true", help="compare with the limit only")
    add("--again", action="store_true", help="only write the page, from the saved results")
    add("--report", type=Path, default=ROOT / "docs" / "performance.md", help="the page")
    parser.set_defaults(**(QUICK if "--quick" in command_line else {}))
    return parser.parse_args(command_line)


if __name__ == "__main__":
    sys.exit(main())
