"""Console output: the progress of an import, its report, and the URLs of a server."""

from __future__ import annotations

import sys
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text

from newsgraph.server.urls import SiteUrls
from newsgraph.store.documents.archive_kinds import KINDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from newsgraph.store.documents.collection_settings import ImportRoot
    from newsgraph.store.documents.document import Diagnostic
    from newsgraph.store.importing.importer import ImportReport
    from newsgraph.store.store import StoreState
    from newsgraph.store.stored_roots import StoredRoot

MAX_SHOWN_PER_CODE = 10
"""Maximum number of diagnostics of one code in a report; further ones are only counted."""

FOLDED_CODES = frozenset({"relative-url"})
"""Codes whose diagnostics all have the same remedy: only the first one is shown."""

_SEVERITY_STYLES = {"error": "bold red", "warning": "yellow"}


def create_console(file: TextIO | None = None) -> Console:
    """Create a console for the output of a command; it has colors only on a terminal.

    Args:
        file: where to print; standard output by default.
    """
    return Console(
        file=file or sys.stdout, soft_wrap=True, highlight=False, markup=False, emoji=False
    )


class _ImportAbandoned(Exception):
    """The caller of an import no longer waits for its result."""


@contextmanager
def show_progress() -> Iterator[Callable[[int, int], None]]:
    """Show a progress bar on standard error if that is a terminal.

    Yields the function that an import calls with its progress, in its own thread. When the block
    has ended early, because the import was cancelled, the next call raises an exception, which
    ends that thread.
    """
    is_closed = False
    stderr = Console(file=sys.stderr)
    bar = Progress(
        TextColumn("Reading"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=stderr,
        transient=True,
        disable=not stderr.is_terminal,
    )
    with bar:
        task = bar.add_task("", total=None)

        def update(completed: int, total: int) -> None:
            if is_closed:
                raise _ImportAbandoned
            bar.update(task, completed=completed, total=total)

        try:
            yield update
        finally:
            is_closed = True


def print_report(
    console: Console,
    diagnostics_console: Console,
    report: ImportReport,
    roots: Sequence[ImportRoot],
    *,
    for_check: bool = False,
) -> None:
    """Print the result of an import.

    Args:
        console: where to print the result.
        diagnostics_console: where to print diagnostics.
        report: result of the import.
        roots: the imported folders.
        for_check: whether to print every diagnostic, and no store revision, as ``newsgraph check``
            does.
    """
    for root in roots:
        if root.evidence is not None:
            generator = KINDS[root.collection.kind].generator
            message = (
                f"{root.folder}: read as an archive of {generator}, because of {root.evidence}"
            )
            console.print(escape_unprintable(message))
    shown: Counter[str] = Counter()
    for folder, diagnostic in report.diagnostics:
        shown[diagnostic.code] += 1
        limit = _max_shown(diagnostic.code, for_check=for_check)
        if limit is None or shown[diagnostic.code] <= limit:
            print_diagnostic(diagnostics_console, folder, diagnostic)
    for code, count in shown.items():
        limit = _max_shown(code, for_check=for_check)
        if limit is not None and count > limit:
            more = f"… and {count - limit} more like this [{code}]"
            where = "" if code in FOLDED_CODES else "; `newsgraph check` shows all"
            diagnostics_console.print(more + where)
    names = ("created", "updated", "unchanged", "removed", "failed", "hidden")
    counts = ", ".join(f"{getattr(report, name)} {name}" for name in names)
    scheduled = f" ({report.scheduled} scheduled)" if report.scheduled else ""
    revision = "" if for_check else f"; revision {report.revision}"
    console.print(f"{counts}{scheduled}{revision}")


def _max_shown(code: str, *, for_check: bool) -> int | None:
    """Return how many diagnostics of a code are shown; None for all."""
    if code in FOLDED_CODES:
        return 1
    return None if for_check else MAX_SHOWN_PER_CODE


def print_other_roots(
    console: Console, roots: Sequence[ImportRoot], stored_roots: Sequence[StoredRoot]
) -> None:
    """Print which other folders a store contains, if there are any."""
    names = {root.name for root in roots}
    others = [root for root in stored_roots if root.name not in names]
    if others:
        shown = ", ".join(escape_unprintable(str(root.folder)) for root in others)
        console.print(
            f"The store also contains the documents of {shown}. `newsgraph forget` removes them."
        )


def print_urls(console: Console, site_url: str, database: str) -> None:
    """Print the URLs of a server, and its database.

    Args:
        console: where to print.
        site_url: base URL of the site.
        database: URL of the database; its password is not printed.
    """
    absolute = SiteUrls(site_url).absolute
    for label, value in (
        ("Home page", absolute("/")),
        ("GraphiQL", absolute("/graphql")),
        ("Schema", absolute("/schema.graphql")),
        ("Feeds", f"{absolute('/feeds/all.rss')} (.atom, .json)"),
        ("All feeds", absolute("/feeds.opml")),
        ("Database", remove_password(database)),
    ):
        console.print(f"{label + ':':<11}{value}")


def print_article_count(console: Console, state: StoreState) -> None:
    """Print how many articles a store has, as the last line; if none is visible, what to do."""
    console.print(f"{'Articles:':<11}{state.article_count}{_hidden_articles_note(state)}")
    console.print("Press Ctrl-C to stop.")


def remove_password(database: str) -> str:
    """Return a database URL without its password."""
    scheme, slashes, rest = database.partition("://")
    login, at_sign, host = rest.rpartition("@")
    return f"{scheme}{slashes}{login.partition(':')[0]}{at_sign}{host}"


def _hidden_articles_note(state: StoreState) -> str:
    if not state.hidden_count:
        return "" if state.article_count else "; import some with `newsgraph import PATH`"
    hidden = f", and {state.hidden_count} hidden: unpublished, scheduled or expired"
    if state.article_count:
        return hidden
    return (
        f'{hidden}.\n           To show them, write `unpublished = "serve"` for those that are '
        'unpublished,\n           or `future = "show"` for those that are scheduled, into the '
        "newsgraph.toml of their folder."
    )


def print_diagnostic(console: Console, folder: Path, diagnostic: Diagnostic) -> None:
    """Print a diagnostic, with its file, line and column, and what to do."""
    path = escape_unprintable(str(folder / diagnostic.path if diagnostic.path else folder))
    parts = (path, diagnostic.line, diagnostic.column)
    location = ":".join(str(part) for part in parts if part is not None)
    text = Text(f"{location}: ")
    text.append(diagnostic.severity, _SEVERITY_STYLES[diagnostic.severity])
    message = escape_unprintable(diagnostic.message)
    advice = escape_unprintable(diagnostic.advice)
    text.append(f": {message} [{diagnostic.code}]\n    {advice}")
    console.print(text)


def escape_unprintable(text: str) -> str:
    """Escape control characters and characters that no encoding has, as Python's `ascii` does."""
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)
