"""Prints diagnostics as workflow commands, which GitHub Actions shows beside the lines of files.

Source: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands, and
for the escaping ``toolkit/packages/core/src/command.ts`` of GitHub.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsgraph.server.cli.diagnostic_formats.locations import path_from_here
from newsgraph.server.cli.output import escape_unprintable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from newsgraph.store.documents.collection_settings import ImportRoot
    from newsgraph.store.documents.document import Diagnostic
    from newsgraph.store.importing.importer import ImportReport


def print_check(report: ImportReport, _roots: Sequence[ImportRoot]) -> None:
    """Print the diagnostics of a check, each in one line."""
    for folder, diagnostic in report.diagnostics:
        print(format_command(folder, diagnostic))  # noqa: T201 - the result of the command


def format_command(folder: Path, diagnostic: Diagnostic) -> str:
    """Return a diagnostic as a workflow command.

    Args:
        folder: the root of the file.
        diagnostic: the problem. Its severity is the name of the command.
    """
    properties: dict[str, str | int | None] = {
        "file": path_from_here(folder, diagnostic.path).as_posix(),
        "line": diagnostic.line,
        "col": diagnostic.column,
        "title": diagnostic.code,
    }
    parameters = ",".join(
        f"{name}={_escape_property(str(value))}"
        for name, value in properties.items()
        if value is not None
    )
    message = _escape_data(f"{diagnostic.message} {diagnostic.advice}")
    return f"::{diagnostic.severity} {parameters}::{message}"


def _escape_data(text: str) -> str:
    """Escape what would end a command; and control characters, as what it prints is a log."""
    escaped = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return escape_unprintable(escaped)


def _escape_property(text: str) -> str:
    """Escape what would end a property, too."""
    return _escape_data(text).replace(":", "%3A").replace(",", "%2C")
