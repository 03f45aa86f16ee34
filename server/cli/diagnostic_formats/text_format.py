"""Prints diagnostics as compilers do: where, what is wrong, the line of the file, what to do."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from rich.text import Text

from newsgraph.server.cli.diagnostic_formats.check_summary import summarize_check
from newsgraph.server.cli.diagnostic_formats.source_excerpt import excerpt_line
from newsgraph.server.cli.diagnostic_formats.source_lines import SourceLines
from newsgraph.server.cli.output import create_console, escape_unprintable
from newsgraph.store.documents.archive_kinds import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from rich.console import Console

    from newsgraph.store.documents.collection_settings import ImportRoot
    from newsgraph.store.documents.document import Diagnostic
    from newsgraph.store.importing.importer import ImportReport

MAX_SHOWN_PER_CODE: Final = 10
"""Maximum number of diagnostics of one code that an import prints; further ones are counted."""

FOLDED_CODES: Final = frozenset({"relative-url"})
"""Codes whose diagnostics all have the same remedy: only the first one is shown."""

MIN_WIDTH: Final = 40
"""In a narrower terminal, lines of files are wrapped."""

_SEVERITY_STYLES = {"error": "bold red", "warning": "yellow"}


def print_check(report: ImportReport, roots: Sequence[ImportRoot]) -> None:
    """Print the result of a check: every diagnostic, and how many documents are fine."""
    console = create_console()
    print_kinds(console, roots)
    print_diagnostics(console, report.diagnostics, max_shown_per_code=None)
    console.print(summarize_check(report))


def print_kinds(console: Console, roots: Sequence[ImportRoot]) -> None:
    """Print which folders are read as archives of a generator, and why."""
    for root in roots:
        if root.evidence is not None:
            generator = KINDS[root.collection.kind].generator
            message = (
                f"{root.folder}: read as an archive of {generator}, because of {root.evidence}"
            )
            console.print(escape_unprintable(message))


def print_diagnostics(
    console: Console,
    diagnostics: Iterable[tuple[Path, Diagnostic]],
    *,
    max_shown_per_code: int | None = MAX_SHOWN_PER_CODE,
) -> None:
    """Print diagnostics, of `FOLDED_CODES` only the first one.

    Args:
        console: where to print.
        diagnostics: (folder, diagnostic) pairs.
        max_shown_per_code: how many of one code are shown, while further ones are counted; None
            for all.
    """
    counts: Counter[str] = Counter()
    source = SourceLines()
    for folder, diagnostic in diagnostics:
        counts[diagnostic.code] += 1
        limit = 1 if diagnostic.code in FOLDED_CODES else max_shown_per_code
        if limit is None or counts[diagnostic.code] <= limit:
            console.print(format_diagnostic(folder, diagnostic, source, console.width))
    for code, count in counts.items():
        limit = 1 if code in FOLDED_CODES else max_shown_per_code
        if limit is not None and count > limit:
            more = f"… and {count - limit:,} more like this [{code}]"
            where = "" if code in FOLDED_CODES else "; `newsgraph check` shows all"
            console.print(more + where)


def format_diagnostic(
    folder: Path, diagnostic: Diagnostic, source: SourceLines, width: int
) -> Text:
    """Return a diagnostic with its file, line and column, the line itself, and what to do.

    Args:
        folder: the root of the file.
        diagnostic: the problem.
        source: reads the line.
        width: how many cells a line may have.
    """
    path = escape_unprintable(str(folder / diagnostic.path if diagnostic.path else folder))
    parts = (path, diagnostic.line, diagnostic.column)
    location = ":".join(str(part) for part in parts if part is not None)
    text = Text(f"{location}: ")
    style = _SEVERITY_STYLES[diagnostic.severity]
    text.append(diagnostic.severity, style)
    text.append(f": {escape_unprintable(diagnostic.message)} [{diagnostic.code}]\n")
    if diagnostic.line is not None and diagnostic.column is not None:
        line = source.read(folder, diagnostic.path, diagnostic.line)
        if line is not None:
            _append_excerpt(text, line, diagnostic.line, diagnostic.column, width, style)
    text.append(f"    {escape_unprintable(diagnostic.advice)}")
    return text


def _append_excerpt(
    text: Text, line: str, number: int, column: int, width: int, style: str
) -> None:
    margin = f"{number:>5} | "
    excerpt = excerpt_line(line, column, max(width, MIN_WIDTH) - len(margin))
    if excerpt is None:
        return
    text.append(margin, "dim")
    text.append(f"{excerpt.text}\n")
    text.append(" " * (len(margin) - 2) + "| ", "dim")
    text.append(f"{' ' * excerpt.caret_offset}^\n", style)
