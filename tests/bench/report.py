"""Writes docs/performance.md from what was measured."""

from __future__ import annotations

from string import Template
from typing import TYPE_CHECKING, Any

from tests.bench import results as kept
from tests.bench import tables
from tests.bench.places import BENCH
from tests.bench.targets import targets

if TYPE_CHECKING:
    from collections.abc import Mapping

BY_HAND = "<!-- by hand -->"
"""What stands below this line stays as it is."""

_NOT_MEASURED = "(not measured in this run)"
_PROFILE = f"{BY_HAND}\n\n## Where the time goes\n\nNot told yet.\n"


def report(results: Mapping[str, Any], before: str = "") -> str:
    """Return the page.

    Args:
        results: what was measured; parts may be missing.
        before: the page as it was, for what is written by hand.
    """
    values = {
        "date": results["date"],
        "machine": tables.facts(results["machine"]),
        "cores": results["machine"]["cores"],
        "rounds": str(results["rounds"]),
        "seconds": f"{results['seconds']:g}",
        "goals": tables.goals(targets(results)),
        **_side_by_side(results.get("side_by_side")),
        **_feeds(results.get("feeds")),
        **_polling(results.get("polling")),
        **_growth(results.get("growth")),
        **_soak(results.get("soak")),
        "core_table": tables.core_table(results["cores"]) if "cores" in results else _NOT_MEASURED,
        "missing": _missing(results),
    }
    text = Template((BENCH / "report.md").read_text("utf-8")).substitute(values)
    _, mark, by_hand = before.partition(BY_HAND)
    return text + (mark + by_hand if mark else _PROFILE)


def _missing(results: Mapping[str, Any]) -> str:
    """List what could not be measured, and why; wrong answers first."""
    lines = [f"- **{line}**" for line in kept.wrong(results)]
    lines += (f"- {line}" for line in kept.missing(results))
    return "\n".join(lines) or "Nothing was missing."


def _side_by_side(part: Mapping[str, Any] | None) -> dict[str, str]:
    if part is None:
        return dict.fromkeys(("documents", "connections", "ratios", "queries"), _NOT_MEASURED)
    connections: Mapping[str, Any] = max(part["runs"].values(), key=len, default={})
    return {
        "documents": f"{part['documents']:,}",
        "connections": " · ".join(connections),
        "ratios": tables.ratios(part),
        "queries": tables.by_query(part),
    }


def _feeds(part: Mapping[str, Any] | None) -> dict[str, str]:
    if part is None:
        return dict.fromkeys(("path", "feed_bytes", "feeds"), _NOT_MEASURED)
    return {
        "path": f"`{part['path']}`",
        "feed_bytes": f"{part['bytes']:,}",
        "feeds": tables.feed_table(part),
    }


def _polling(part: Mapping[str, Any] | None) -> dict[str, str]:
    if part is None:
        return dict.fromkeys(("polling", "polled"), _NOT_MEASURED)
    polled = (
        f"{part['readers']:,} readers have {part['subscriptions']:,} subscriptions to "
        f"{part['feeds']:,} feeds of {part['documents']:,} documents,\n"
        f"and {part['imports']} imports bring {part['new']} documents each."
    )
    return {"polling": tables.polling_table(part), "polled": polled}


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
