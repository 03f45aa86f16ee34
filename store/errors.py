"""Exceptions that the store raises.

    StoreError
    ├── DatabaseUnusable        it cannot be opened, or it is not a newsgraph database
    │   └── StatementTooDeep    a statement is nested deeper than the parser allows
    ├── SchemaVersionMismatch   another version of newsgraph, with another schema, created it
    ├── DatabaseBusy            another process holds the write lock for too long
    ├── QueryTimeout            a read took longer than its limit and was interrupted
    ├── ResultTooLarge          a result exceeds its size limit and was not built
    ├── BadSelection            a field, edge or argument that the graph does not have
    │   └── SelectionTooLarge   a selection that exceeds the limits on depth or size
    ├── BadCursor               a cursor that was not issued for this page
    ├── DuplicateCollectionId   two folders of one import have the same collection id
    ├── TooManyRemovals         an import would remove most documents of a folder
    ├── OverwriteRefused        a backup or a restored store would replace a file
    └── UnknownRoot             no folder with this name was imported into the store

Exceptions of database drivers never leave this package.
"""

from __future__ import annotations


class StoreError(Exception):
    """Base class of the store's exceptions; the message is for people."""


class DatabaseUnusable(StoreError):
    """The database cannot be opened, read or written."""


class SchemaVersionMismatch(StoreError):
    """Another version of newsgraph, with another schema, created this database."""


class StatementTooDeep(DatabaseUnusable):
    """A statement's text is nested deeper than the database's parser allows.

    The same query may succeed in a flatter form: `QueryRunner` catches this and tries that.
    """


class DatabaseBusy(StoreError):
    """Another process held the write lock for too long; trying again may help."""


class QueryTimeout(StoreError):
    """A read took longer than its limit; its statements were interrupted."""


class ResultTooLarge(StoreError):
    """A result exceeds its size limit of `max_bytes`."""

    def __init__(self, max_bytes: int) -> None:
        super().__init__(
            f"The result has more than {max_bytes:,} bytes; ask for fewer rows, "
            "or for fewer of the long fields."
        )
        self.max_bytes = max_bytes


class BadSelection(StoreError):
    """A selection names a field, an edge or an argument that the graph does not have."""


class SelectionTooLarge(BadSelection):
    """A selection exceeds the limits on depth or size; the message states the limit."""


class DuplicateCollectionId(StoreError):
    """Two folders of one import have the same collection id."""


class TooManyRemovals(StoreError):
    """An import would remove most documents of a folder; nothing was changed."""


class OverwriteRefused(StoreError):
    """A file exists where a backup or a restored store would go; nothing was changed."""


class BadCursor(StoreError):
    """A cursor was not issued for a page of this kind and order; `cursor` is its text."""

    def __init__(self, cursor: str) -> None:
        super().__init__(f"{cursor!r} is no cursor of this page")
        self.cursor = cursor


class UnknownRoot(StoreError):
    """No folder with this name was imported into the store."""
