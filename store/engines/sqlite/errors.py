"""Classifies SQLite's errors by their result codes (https://www.sqlite.org/rescode.html)."""

from __future__ import annotations

import sqlite3


def primary_code(error: BaseException | None) -> int | None:
    """Return the error's primary result code, or None if it is not an error of SQLite."""
    extended_code: int | None = getattr(error, "sqlite_errorcode", None)
    return None if extended_code is None else extended_code & 0xFF


def is_lock_error(error: BaseException | None) -> bool:
    """Return whether the statement failed because another connection holds a lock."""
    return primary_code(error) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def is_parser_overflow(error: BaseException) -> bool:
    """Return whether the statement is nested too deep for SQLite's parser.

    SQLite has no result code of its own for this, only a message.
    """
    return "parser stack overflow" in str(error)
