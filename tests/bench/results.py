"""The results file: a part that is measured replaces its previous results."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from tests.bench.machine import describe_machine
from tests.bench.paths import WORK_FOLDER

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from tests.bench.measure import Schedule
    from tests.bench.rows import FailedRows

RESULTS_PATH = WORK_FOLDER / "results.json"
PARTS = ("side_by_side", "feeds", "feed_updates", "polling", "cores", "growth", "soak")
FAILED_PARTS = "parts"
"""Key of the parts and archives that could not be measured at all."""


def read(path: Path = RESULTS_PATH) -> dict[str, Any]:
    """Return the saved results; an empty dict if there is no file."""
    results: dict[str, Any] = json.loads(path.read_text("utf-8")) if path.exists() else {}
    return results


def save(
    part: str,
    measured: Mapping[str, Any] | None,
    schedule: Schedule,
    failed_rows: FailedRows,
    path: Path = RESULTS_PATH,
) -> None:
    """Save the results of a part, with those of the other parts.

    Args:
        part: name of the part.
        measured: its results; None deletes its previous results, which would seem new.
        schedule: duration and number of the runs.
        failed_rows: parts and archives that could not be measured or created.
        path: the results file.
    """
    results = read(path)
    previous = results.pop(part, {})
    if part == "side_by_side" and measured is not None:
        measured = merge_queries(previous, measured)
    results |= {
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "machine": describe_machine(),
        "rounds": schedule.rounds,
        "seconds": schedule.seconds,
    }
    if measured is not None:
        results[part] = {**measured}
    previous_failures = results.get(FAILED_PARTS, {})
    results[FAILED_PARTS] = {
        kind: {
            name: reason
            for name, reason in previous_failures.get(kind, {}).items()
            if name in PARTS and name != part
        }
        | new_failures
        for kind, new_failures in (("missing", failed_rows.missing), ("wrong", failed_rows.wrong))
    }
    path.write_text(json.dumps(results, indent=1), "utf-8")


def merge_queries(previous: Mapping[str, Any], measured: Mapping[str, Any]) -> dict[str, Any]:
    """Return new results with the previous ones of queries that were not measured again."""
    if previous.get("documents") != measured["documents"]:
        return {**measured}
    return {
        **measured,
        **{key: previous[key] | measured[key] for key in ("runs", "skipped", "bytes")},
    }


def missing_row_lines(results: Mapping[str, Any]) -> list[str]:
    """Return a line with the reason for each row that could not be measured."""
    return [f"could not be measured: {line}" for line in _failed_row_lines(results, "missing")]


def wrong_row_lines(results: Mapping[str, Any]) -> list[str]:
    """Return a line for each row that was not measured because its response was wrong."""
    lines = _failed_row_lines(results, "wrong")
    return [f"wrong response, not measured: {line}" for line in lines]


def _failed_row_lines(results: Mapping[str, Any], kind: str) -> Iterator[str]:
    for part, measured in results.items():
        if isinstance(measured, dict):
            prefix = "" if part == FAILED_PARTS else f"{part.replace('_', ' ')}, "
            for name, reason in measured.get(kind, {}).items():
                first_line = next(iter(reason.strip().splitlines()), "")
                yield f"{prefix}{name.replace('_', ' ')}: {first_line}"
