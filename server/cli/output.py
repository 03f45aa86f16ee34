"""Console output: the progress of an import, and the URLs of a server."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from newsgraph.server.urls import SiteUrls

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from newsgraph.store.store import StoreState


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
    ):
        console.print(f"{label + ':':<11}{value}")
    print_database(console, database)


def print_database(console: Console, database: str) -> None:
    """Print the URL of a database, without its password."""
    console.print(f"{'Database:':<11}{remove_password(database)}")


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


def escape_unprintable(text: str) -> str:
    """Escape control characters and characters that no encoding has, as Python's `ascii` does."""
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)


def count_noun(number: int, noun: str) -> str:
    """Return a number with a noun, such as ``1 document`` and ``4,000 documents``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
