"""What people are told: the progress of an import, its report, and where everything is."""

from __future__ import annotations

import sys
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text

from newsgraph.server.urls import Addresses

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from newsgraph.store.documents.document import Diagnostic
    from newsgraph.store.importing.importer import Report
    from newsgraph.store.store import State

FOLD_AFTER = 10
"""How many diagnostics of one code are shown before the rest is only counted."""

_STYLES = {"error": "bold red", "warning": "yellow"}


def console() -> Console:
    """Return the console for what a command is asked for; colours only for a person."""
    return Console(file=sys.stdout, soft_wrap=True, highlight=False, markup=False, emoji=False)


class _NotWanted(Exception):
    """Nobody waits for this import any more."""


@contextmanager
def progress() -> Iterator[Callable[[int, int], None]]:
    """Show a bar on standard error while a person is looking, else nothing.

    Gives what an import tells its progress to. When the block is left early, the import's
    thread is stopped the next time it tells: nobody waits for what is not wanted any more.
    """
    left = False
    err = Console(file=sys.stderr)
    bar = Progress(
        TextColumn("Reading"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=err,
        transient=True,
        disable=not err.is_terminal,
    )
    with bar:
        task = bar.add_task("", total=None)

        def tell(done: int, of: int) -> None:
            if left:
                raise _NotWanted
            bar.update(task, completed=done, total=of)

        try:
            yield tell
        finally:
            left = True


def show_report(out: Console, report: Report, *, whole: bool = False) -> None:
    """Print what an import came to.

    Args:
        out: where to.
        report: the import's.
        whole: whether every diagnostic is shown, however many are alike.
    """
    seen: Counter[str] = Counter()
    for folder, one in report.diagnostics:
        seen[one.code] += 1
        if whole or seen[one.code] <= FOLD_AFTER:
            _show_diagnostic(out, folder, one)
    if not whole:
        for code, number in seen.items():
            if number > FOLD_AFTER:
                more = number - FOLD_AFTER
                out.print(f"… and {more} more like this [{code}]; `newsgraph check` shows all")
    names = ("created", "updated", "unchanged", "removed", "failed", "hidden")
    numbers = ", ".join(f"{getattr(report, name)} {name}" for name in names)
    revision = "" if whole else f"; revision {report.revision}"
    out.print(f"{numbers}{revision}")


def show_places(out: Console, site: str, database: str, state: State) -> None:
    """Print where everything is, and why nothing is to be seen where that is so."""
    at = Addresses(site).at
    for what, where in (
        ("Home page", at("/")),
        ("GraphiQL", at("/graphql")),
        ("Schema", at("/schema.graphql")),
        ("Feeds", f"{at('/feeds/all.rss')} (.atom, .json)"),
        ("All feeds", at("/feeds.opml")),
        ("Database", without_password(database)),
    ):
        out.print(f"{what + ':':<11}{where}")
    out.print(f"{'Articles:':<11}{state.article_count}{_hidden(state)}")
    out.print("Ctrl-C stops.")


def without_password(database: str) -> str:
    """Return a database's address as it may be shown."""
    scheme, slashes, rest = database.partition("://")
    login, at, host = rest.rpartition("@")
    return f"{scheme}{slashes}{login.partition(':')[0]}{at}{host}"


def _hidden(state: State) -> str:
    if not state.hidden_count:
        return "" if state.article_count else "; `newsgraph import PATH` brings some in"
    hidden = f", and {state.hidden_count} hidden, as they are unpublished"
    if state.article_count:
        return hidden
    return (
        f'{hidden}.\n           To show them, write `unpublished = "serve"` into the '
        "newsgraph.toml beside them."
    )


def _show_diagnostic(out: Console, folder: Path, one: Diagnostic) -> None:
    path = _printable(str(folder / one.path if one.path else folder))
    place = ":".join(str(part) for part in (path, one.line, one.column) if part is not None)
    text = Text(f"{place}: ")
    text.append(one.severity, _STYLES[one.severity])
    text.append(f": {_printable(one.message)} [{one.code}]\n    {_printable(one.advice)}")
    out.print(text)


def _printable(text: str) -> str:
    """Write what a terminal would obey, and what no encoding has, as Python would."""
    return "".join(one if one.isprintable() else ascii(one)[1:-1] for one in text)
