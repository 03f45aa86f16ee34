"""Renders docs/performance.md from the results."""

from __future__ import annotations

from string import Template
from typing import TYPE_CHECKING, Any

from tests.bench import results as saved_results
from tests.bench import tables
from tests.bench.paths import BENCH_FOLDER
from tests.bench.targets import evaluate_targets

if TYPE_CHECKING:
    from collections.abc import Mapping

MANUAL_PART_MARKER = "<!-- by hand -->"
"""The page below this line is written by hand, and is not changed."""

_NOT_MEASURED = "(not measured in this run)"
_EMPTY_MANUAL_PART = f"{MANUAL_PART_MARKER}\n\n## Where the time goes\n\nNot written yet.\n"


def render_report(results: Mapping[str, Any], previous_page: str = "") -> str:
    """Render the page.

    Args:
        results: the results; parts may be missing.
        previous_page: the previous page, with the part that is written by hand.
    """
    values = {
        "date": results["date"],
        "machine": tables.machine_table(results["machine"]),
        "cores": results["machine"]["cores"],
        "rounds": str(results["rounds"]),
        "seconds": f"{results['seconds']:g}",
        "goals": tables.target_table(evaluate_targets(results)),
        **_side_by_side(results.get("side_by_side")),
        **_feeds(results.get("feeds")),
        **_feed_updates(results.get("feed_updates")),
        **_polling(results.get("polling")),
        **_growth(results.get("growth")),
        **_soak(results.get("soak")),
        "core_table": tables.core_table(results["cores"]) if "cores" in results else _NOT_MEASURED,
        "missing": _missing(results),
    }
    text = Template((BENCH_FOLDER / "report.md").read_text("utf-8")).substitute(values)
    _, marker, manual_part = previous_page.partition(MANUAL_PART_MARKER)
    return text + (marker + manual_part if marker else _EMPTY_MANUAL_PART)


def _missing(results: Mapping[str, Any]) -> str:
    """List the rows without results and the reasons, wrong responses first."""
    lines = [f"- **{line}**" for line in saved_results.wrong_row_lines(results)]
    lines += (f"- {line}" for line in saved_results.missing_row_lines(results))
    return "\n".join(lines) or "Nothing was missing."


def _side_by_side(part: Mapping[str, Any] | None) -> dict[str, str]:
    if part is None:
        return dict.fromkeys(("documents", "connections", "ratios", "queries"), _NOT_MEASURED)
    connections: Mapping[str, Any] = max(part["runs"].values(), key=len, default={})
    return {
        "documents": f"{part['documents']:,}",
        "connections": " · ".join(connections),
        "ratios": tables.ratio_table(part),
        "queries": tables.query_tables(part),
    }


def _feeds(part: Mapping[str, Any] | None) -> dict[str, str]:
    if part is None:
        return dict.fromkeys(("path", "feed_bytes", "feeds"), _NOT_MEASURED)
    return {
        "path": f"`{part['path']}`",
        "feed_bytes": f"{part['bytes']:,}",
        "feeds": tables.feed_table(part),
    }


def _feed_updates(part: Mapping[str, Any] | None) -> dict[str, str]:
    if part is None:
        return dict.fromkeys(("feed_updates", "feed_updates_measured"), _NOT_MEASURED)
    counts = (
        f"Values are medians of {part['pairs']} pairs, measured on {part['date']} "
        f"with commit {part['commit']}\n"
        f"and {part['documents']:,} documents (processor: {part['processor']})."
    )
    return {"feed_updates": tables.feed_update_table(part), "feed_updates_measured": counts}


def _polling(part: Mapping[str, Any] | None) -> dict[str, str]:
    if part is None:
        return dict.fromkeys(("polling", "polled"), _NOT_MEASURED)
    counts = (
        f"{part['readers']:,} readers have {part['subscriptions']:,} subscriptions to "
        f"{part['feeds']:,} feeds of {part['documents']:,} documents.\n"
        f"{part['imports']} imports add {part['new']} documents each."
    )
    return {"polling": tables.polling_table(part), "polled": counts}


def _growth(part: Mapping[str, Any] | None) -> dict[str, str]:
    if part is None:
        return dict.fromkeys(("growth", "memory"), _NOT_MEASURED)
    return {"growth": tables.growth_table(part), "memory": tables.memory_table(part)}


def _soak(part: Mapping[str, Any] | None) -> dict[str, str]:
    if part is None:
        return dict.fromkeys(("soak", "soak_seconds", "soak_documents"), _NOT_MEASURED)
    return {
        "soak": tables.soak_text(part),
        "soak_seconds": f"{part['memory'][-1][0]:.0f}",
        "soak_documents": f"{part['documents']:,}",
    }
