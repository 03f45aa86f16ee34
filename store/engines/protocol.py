"""The protocol that every database engine implements."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeAlias, TypeVar

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager

    from sqlalchemy import Connection
    from sqlalchemy.engine import Dialect

    from newsgraph.store.query.dialect_limits import DialectLimits

T = TypeVar("T")

FetchRow: TypeAlias = Callable[[str, Sequence[Any]], Awaitable[Sequence[Any]]]
"""Runs a statement with its parameters and returns the one row."""


class ListedRoot(NamedTuple):
    """A folder that was imported.

    Attributes:
        name: the collection's id, or else the folder's real path.
        folder: the folder of the last import.
        collection: its collection as JSON.
        imported_at: time of the last import into the database.
    """

    name: str
    folder: str
    collection: str
    imported_at: str


class Database(Protocol):
    """An open database.

    Methods raise `StoreError`s only, never a driver's errors. Cancelling a read ends its statement
    in the database: when `CancelledError` propagates, the statement no longer runs. Closing the
    database ends running statements as well.

    Attributes:
        dialect: SQLAlchemy's dialect, which statements are compiled for.
        limits: what the dialect limits in the text of a statement.
    """

    dialect: Dialect
    limits: DialectLimits

    async def fetch_row(
        self, sql: str, parameters: Sequence[Any], max_bytes: int | None = None
    ) -> Sequence[Any]:
        """Run a statement that returns one row, read from one snapshot; texts are UTF-8 bytes.

        Args:
            sql: the statement.
            parameters: the values of its parameters, by position: numbers, texts, nulls and
                `SearchTerms`.
            max_bytes: the statement fails once it builds a longer text. An engine may not be able
                to enforce small limits (SQLite: less than one MiB), so check the result as well.

        Raises:
            ResultTooLarge: a text has more than `max_bytes`.
            DatabaseUnusable: the database could not be read.
        """

    def peek(self, sql: str) -> Sequence[Any] | None:
        """Read one row by its key without waiting.

        Args:
            sql: a statement without parameters that selects one row by its key.

        Returns:
            The row, or None if it cannot be read without waiting: call `fetch_row` then.
        """

    def try_inline(
        self, sql: str, parameters: Sequence[Any], max_bytes: int | None = None
    ) -> Sequence[Any] | None:
        """Run a statement on the event loop's thread if earlier runs of it were fast.

        Args:
            sql: the statement.
            parameters: the values of its parameters, by position.
            max_bytes: as with `fetch_row`.

        Returns:
            The row, or None if the statement is not known to be fast, or took too long this time:
            call `fetch_row` then.
        """

    def snapshot(self, max_bytes: int | None = None) -> AbstractAsyncContextManager[FetchRow]:
        """Return a context manager for statements that all read the same snapshot.

        Args:
            max_bytes: the limit of each statement, as with `fetch_row`.

        Raises:
            ResultTooLarge: a text has more than `max_bytes`.
            DatabaseUnusable: the database could not be read.
        """

    async def run_in_transaction(self, work: Callable[[Connection], T]) -> T:
        """Call `work` in a transaction of the only writer; an exception rolls it back.

        Args:
            work: is called with the connection, possibly in another thread. When the caller is
                cancelled, the transaction has ended before `CancelledError` propagates: rolled
                back, unless its COMMIT was already running.

        Raises:
            DatabaseBusy: another process holds the write lock for too long.
            DatabaseUnusable: the database could not be written.
        """

    async def close(self) -> None:
        """Close every connection."""
