"""Prints the report of an import: as text, as JSON, or nothing but errors."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from newsgraph.server.cli.output import (
    create_console,
    print_diagnostic,
    print_other_roots,
    print_report,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from newsgraph.store.documents.collection_settings import ImportRoot
    from newsgraph.store.importing.importer import ImportReport
    from newsgraph.store.stored_roots import StoredRoot

COUNTS = ("created", "updated", "unchanged", "removed", "failed", "hidden", "scheduled")


def choose_printer(
    *, as_json: bool, is_quiet: bool
) -> Callable[[ImportReport, Sequence[ImportRoot], Sequence[StoredRoot]], None]:
    """Return the function that prints a report.

    Args:
        as_json: whether it prints a JSON object.
        is_quiet: whether it prints nothing but errors.
    """
    if as_json:
        return _print_json
    return _print_errors if is_quiet else _print_text


def _print_text(
    report: ImportReport, roots: Sequence[ImportRoot], stored_roots: Sequence[StoredRoot]
) -> None:
    console = create_console()
    print_report(console, create_console(sys.stderr), report, roots)
    print_other_roots(console, roots, stored_roots)


def _print_errors(
    report: ImportReport, _roots: Sequence[ImportRoot], _stored_roots: Sequence[StoredRoot]
) -> None:
    console = create_console(sys.stderr)
    for folder, diagnostic in report.diagnostics:
        if diagnostic.severity == "error":
            print_diagnostic(console, folder, diagnostic)


def _print_json(
    report: ImportReport, roots: Sequence[ImportRoot], _stored_roots: Sequence[StoredRoot]
) -> None:
    value: dict[str, Any] = {name: getattr(report, name) for name in COUNTS}
    value["revision"] = report.revision
    value["roots"] = [
        {"name": root.name, "folder": str(root.folder), "kind": root.collection.kind}
        for root in roots
    ]
    value["diagnostics"] = [
        {"folder": str(folder)} | asdict(diagnostic) for folder, diagnostic in report.diagnostics
    ]
    # In ASCII, because the name of a file may be no UTF-8.
    print(json.dumps(value, indent=2))  # noqa: T201 - the result of the command
