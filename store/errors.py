"""What can go wrong in a store.

    StoreError
    ├── DatabaseUnusable    it cannot be opened, or is no database of ours
    │   └── NestsTooDeep    a statement is put into itself deeper than its parser takes
    ├── DatabaseTooNew      a newer newsgraph made it
    ├── DatabaseBusy        another process holds it for too long
    ├── ReadTimedOut        a read took longer than it may, and was ended
    ├── AnswerTooLarge      an answer has more bytes than it may, and was not built
    ├── BadSelection        a field, edge or argument that the graph does not have
    │   └── SelectionTooLarge  one that no database should be asked
    ├── BadCursor           a cursor that none of our pages gave
    └── RootsCollide        two folders that say they are one

No driver's exception leaves this package.
"""

from __future__ import annotations


class StoreError(Exception):
    """The root of this package's errors; the message is for people."""


class DatabaseUnusable(StoreError):
    """The database cannot be opened, read or written."""


class DatabaseTooNew(StoreError):
    """A newer newsgraph made this database."""


class NestsTooDeep(DatabaseUnusable):
    """A statement's text nests deeper than the database's parser takes; another form of it may not.

    `Store.read` meets it itself.
    """


class DatabaseBusy(StoreError):
    """Another process kept the database locked for too long; trying again may help."""


class ReadTimedOut(StoreError):
    """A read took longer than it may; its statements have been interrupted."""


class AnswerTooLarge(StoreError):
    """An answer has more bytes than it may; `most_bytes` is what it may have."""

    def __init__(self, most_bytes: int) -> None:
        super().__init__(
            f"The answer has more than {most_bytes:,} bytes; ask for fewer rows, "
            "or for fewer of the long fields."
        )
        self.most_bytes = most_bytes


class BadSelection(StoreError):
    """A selection names a field, an edge or an argument that the graph does not have."""


class SelectionTooLarge(BadSelection):
    """A selection goes too deep or asks for too much; the message says what is allowed."""


class RootsCollide(StoreError):
    """Two folders of one import have the same collection id."""


class BadCursor(StoreError):
    """A cursor was not made by a page of this kind and order; `cursor` is its text."""

    def __init__(self, cursor: str) -> None:
        super().__init__(f"{cursor!r} is no cursor of this page")
        self.cursor = cursor
