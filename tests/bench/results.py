"""The results of all parts, in a file: what a run measures takes the place of what there was."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from tests.bench.machine import machine
from tests.bench.places import MADE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from tests.bench.measure import Extent
    from tests.bench.rows import Rows

RESULTS = MADE / "results.json"
PARTS = ("side_by_side", "feeds", "polling", "cores", "growth", "soak")
FAILED = "parts"
"""Where the results name parts that could not be measured at all."""


def read(path: Path = RESULTS) -> dict[str, Any]:
    """Return what was measured so far; nothing where there is no file."""
    results: dict[str, Any] = json.loads(path.read_text("utf-8")) if path.exists() else {}
    return results


def keep(
    part: str,
    measured: Mapping[str, Any] | None,
    extent: Extent,
    failed: Rows,
    path: Path = RESULTS,
) -> None:
    """Write the results of a part beside those of others.

    Args:
        part: its name.
        measured: None where it could not be measured: older figures would pass for new ones.
        extent: how long and how often was measured.
        failed: parts and archives that could not be measured or made.
        path: the file.
    """
    results = read(path)
    before = results.pop(part, {})
    if part == "side_by_side" and measured is not None:
        measured = joined(before, measured)
    results |= {
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "machine": machine(),
        "rounds": extent.rounds,
        "seconds": extent.seconds,
    }
    if measured is not None:
        results[part] = {**measured}
    older = results.get(FAILED, {})
    results[FAILED] = {
        kind: {
            name: reason
            for name, reason in older.get(kind, {}).items()
            if name in PARTS and name != part
        }
        | now
        for kind, now in (("missing", failed.missing), ("wrong", failed.wrong))
    }
    path.write_text(json.dumps(results, indent=1), "utf-8")


def joined(before: Mapping[str, Any], found: Mapping[str, Any]) -> dict[str, Any]:
    """Return new results, and of queries that were not asked this time those that there are."""
    if before.get("documents") != found["documents"]:
        return {**found}
    return {**found, **{told: before[told] | found[told] for told in ("runs", "skipped", "bytes")}}


def missing(results: Mapping[str, Any]) -> list[str]:
    """Return a line for each row that could not be measured, with the reason."""
    return [f"could not be measured: {line}" for line in _lines(results, "missing")]


def wrong(results: Mapping[str, Any]) -> list[str]:
    """Return a line for each row that was not measured because an answer was wrong."""
    return [f"wrong answer, not measured: {line}" for line in _lines(results, "wrong")]


def _lines(results: Mapping[str, Any], kind: str) -> Iterator[str]:
    for part, measured in results.items():
        if isinstance(measured, dict):
            of = "" if part == FAILED else f"{part.replace('_', ' ')}, "
            for name, reason in measured.get(kind, {}).items():
                first = next(iter(reason.strip().splitlines()), "")
                yield f"{of}{name.replace('_', ' ')}: {first}"
