"""What the store needs of a database, whichever it is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, TypeVar

from newsgraph.store.errors import DatabaseUnusable

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager

    from sqlalchemy import Connection
    from sqlalchemy.engine import Dialect

T = TypeVar("T")

Fetch: TypeAlias = Callable[[str, Sequence[Any]], Awaitable[Sequence[Any]]]
"""Runs a statement, and gives its one row."""


class Database(Protocol):
    """One database. Every method raises `StoreError`s only, never a driver's errors.

    Who gives up a read, by cancelling it, ends its statement in the database too: when the
    cancellation comes out, nothing of it runs any more. So does closing the database.
    """

    dialect: Dialect

    async def fetch(
        self, sql: str, values: Sequence[Any], most_bytes: int | None = None
    ) -> Sequence[Any]:
        """Return the one row of a statement, read at one moment; texts are bytes, in UTF-8.

        Args:
            sql: the statement.
            values: of its parameters.
            most_bytes: a longer text is refused while it is built. A database may have a
                smallest limit that it can keep (SQLite: a megabyte), so look at what comes.

        Raises:
            AnswerTooLarge: a text has more than `most_bytes`.
            DatabaseUnusable: the database could not be read.
        """

    def glance(self, sql: str) -> Sequence[Any] | None:
        """Return the one row of a statement that takes no time, read at this moment.

        Args:
            sql: a statement without parameters, for one row by its key.

        Returns:
            The row, or None where it cannot be had without waiting: then `fetch` it.
        """

    def at_once(
        self, sql: str, values: Sequence[Any], most_bytes: int | None = None
    ) -> Sequence[Any] | None:
        """Return the one row of a statement that is known to take hardly any time.

        Args:
            sql: the statement.
            values: of its parameters.
            most_bytes: as with `fetch`.

        Returns:
            The row, or None where it is not known, or turned out to take longer: `fetch` it.
        """

    def snapshot(self, most_bytes: int | None = None) -> AbstractAsyncContextManager[Fetch]:
        """Give a `fetch` whose statements all read at the same moment.

        Args:
            most_bytes: for each of its statements, as with `fetch`.

        Raises:
            AnswerTooLarge: a text has more than `most_bytes`.
            DatabaseUnusable: the database could not be read.
        """

    async def transact(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in one transaction of the one writer; an exception undoes all of it.

        Args:
            work: is given the connection, and may run in another thread. Who gives it up (by
                cancelling) finds it ended when the cancellation comes out: undone, unless it
                was being committed already.

        Raises:
            DatabaseBusy: another process writes for too long.
            DatabaseUnusable: the database could not be written.
        """

    async def close(self) -> None:
        """Close every connection."""


async def open_database(url: str, processes: int = 1) -> Database:
    """Open the database that a URL names: ``sqlite:///relative.db``, ``sqlite:////absolute``.

    Args:
        url: the database's.
        processes: how many of them share the machine's cores, this one included.

    Raises:
        DatabaseUnusable: the URL names no database that this version knows, or it
            cannot be opened.
        DatabaseTooNew: a newer newsgraph made it.
        DatabaseBusy: another process keeps it locked.
    """
    from newsgraph.store.engines.sqlite.engine import SqliteDatabase

    scheme, _, path = url.partition(":///")
    if scheme != "sqlite" or not path:
        raise DatabaseUnusable(f"{url!r} is no database address; use sqlite:///newsgraph.db")
    return await SqliteDatabase.open(Path(path), processes=processes)
