"""Prints the report of an import or a check as a JSON object."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from newsgraph.server.cli.diagnostic_formats.check_summary import count_fine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsgraph.store.documents.collection_settings import ImportRoot
    from newsgraph.store.importing.importer import ImportReport

IMPORT_COUNTS: Final = (
    *("created", "updated", "unchanged", "removed", "failed", "hidden", "scheduled"),
    "revision",
)
"""Numbers in the report of an import, in their order."""


def print_import_json(report: ImportReport, roots: Sequence[ImportRoot], database: str) -> None:
    """Print the report of an import.

    Args:
        report: the report.
        roots: the imported folders.
        database: URL of the store, without a password.
    """
    counts = {name: getattr(report, name) for name in IMPORT_COUNTS}
    print_json(counts | {"database": database} | _roots_and_diagnostics(report, roots))


def print_check(report: ImportReport, roots: Sequence[ImportRoot]) -> None:
    """Print the report of a check."""
    print_json(check_values(report, roots))


def check_values(report: ImportReport, roots: Sequence[ImportRoot]) -> dict[str, Any]:
    """Return the report of a check. What it shares with that of an import has the same form."""
    counts = {
        "documents": report.created + report.failed,
        "fine": count_fine(report),
        "withWarnings": report.problems.with_warnings,
        "withErrors": report.problems.with_errors,
        "failed": report.failed,
        "hidden": report.hidden,
        "scheduled": report.scheduled,
    }
    return counts | _roots_and_diagnostics(report, roots)


def print_json(value: dict[str, Any]) -> None:
    """Print an object in ASCII, because the name of a folder may be no UTF-8."""
    print(json.dumps(value, indent=2))  # noqa: T201 - the result of the command


def _roots_and_diagnostics(report: ImportReport, roots: Sequence[ImportRoot]) -> dict[str, Any]:
    return {
        "roots": [
            {"name": root.name, "folder": str(root.folder), "kind": root.collection.kind}
            for root in roots
        ],
        "diagnostics": [
            {"folder": str(folder)} | asdict(diagnostic)
            for folder, diagnostic in report.diagnostics
        ],
    }
