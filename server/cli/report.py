"""Prints the reports of imports and checks."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

from newsgraph.server.cli.diagnostic_formats import (
    github_format,
    json_format,
    sarif_format,
    text_format,
)
from newsgraph.server.cli.output import (
    create_console,
    escape_unprintable,
    print_database,
    remove_password,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from rich.console import Console

    from newsgraph.store.documents.collection_settings import ImportRoot
    from newsgraph.store.importing.importer import ImportReport
    from newsgraph.store.stored_roots import StoredRoot

ImportPrinter: TypeAlias = (
    "Callable[[ImportReport, Sequence[ImportRoot], Sequence[StoredRoot], str], None]"
)
"""Prints the report of an import of these folders, into a store with these roots and this URL."""

CheckPrinter: TypeAlias = "Callable[[ImportReport, Sequence[ImportRoot]], None]"
"""Prints the report of a check of these folders."""

CHECK_PRINTERS: Final[Mapping[str, CheckPrinter]] = {
    "text": text_format.print_check,
    "json": json_format.print_check,
    "github": github_format.print_check,
    "sarif": sarif_format.print_check,
}
"""What prints a check, by the name of the format."""


def choose_printer(*, as_json: bool, is_quiet: bool) -> ImportPrinter:
    """Return the function that prints the report of an import.

    Args:
        as_json: whether it prints a JSON object.
        is_quiet: whether it prints nothing but errors.
    """
    if as_json:
        return _print_json
    return _print_errors if is_quiet else _print_text


def print_report(
    console: Console,
    diagnostics_console: Console,
    report: ImportReport,
    roots: Sequence[ImportRoot],
) -> None:
    """Print the result of an import.

    Args:
        console: where to print the result.
        diagnostics_console: where to print diagnostics.
        report: result of the import.
        roots: the imported folders.
    """
    text_format.print_kinds(console, roots)
    text_format.print_diagnostics(diagnostics_console, report.diagnostics)
    names = ("created", "updated", "unchanged", "removed", "failed", "hidden")
    for renamed in report.renamed:
        if renamed.has_new_feed_ids:
            console.print(
                "Feed readers show entries of "
                f"{escape_unprintable(str(renamed.folder))} again, as the ids that newsgraph "
                "gives them have changed. "
                f"With the id {renamed.former_namespace!r} they stay as they were."
            )
    counts = ", ".join(f"{getattr(report, name)} {name}" for name in names)
    scheduled = f" ({report.scheduled} scheduled)" if report.scheduled else ""
    console.print(f"{counts}{scheduled}; revision {report.revision}")


def print_other_roots(
    console: Console,
    report: ImportReport,
    roots: Sequence[ImportRoot],
    stored_roots: Sequence[StoredRoot],
) -> None:
    """Print which other folders a store contains, if there are any.

    Args:
        console: where to print.
        report: result of the import.
        roots: the imported folders.
        stored_roots: the roots of the store.
    """
    # After a dry run, folders still have their former names in the store.
    names = {root.name for root in roots} | {item.former_name for item in report.renamed}
    others = [root for root in stored_roots if root.name not in names]
    if others:
        imported = [Path(os.path.realpath(root.folder)) for root in roots]
        shown = ", ".join(_describe_other(root, stored_roots, imported) for root in others)
        console.print(
            f"The store also contains the documents of {shown}. `newsgraph forget` removes them."
        )


def _describe_other(
    root: StoredRoot, stored_roots: Sequence[StoredRoot], imported: Sequence[Path]
) -> str:
    """Return a root's folder, with the id if others were imported from the same folder."""
    others = (item for item in stored_roots if item is not root)
    is_shared = root.folder in (*imported, *(item.folder for item in others))
    has_id = root.name != str(root.folder)
    name = f" with the id {root.name}" if is_shared and has_id else ""
    return escape_unprintable(f"{root.folder}{name}")


def _print_text(
    report: ImportReport,
    roots: Sequence[ImportRoot],
    stored_roots: Sequence[StoredRoot],
    database: str,
) -> None:
    console = create_console()
    print_database(console, database)
    print_report(console, create_console(sys.stderr), report, roots)
    print_other_roots(console, report, roots, stored_roots)


def _print_errors(
    report: ImportReport,
    _roots: Sequence[ImportRoot],
    _stored_roots: Sequence[StoredRoot],
    _database: str,
) -> None:
    errors = [pair for pair in report.diagnostics if pair[1].severity == "error"]
    text_format.print_diagnostics(create_console(sys.stderr), errors, max_shown_per_code=None)


def _print_json(
    report: ImportReport,
    roots: Sequence[ImportRoot],
    _stored_roots: Sequence[StoredRoot],
    database: str,
) -> None:
    json_format.print_import_json(report, roots, remove_password(database))
