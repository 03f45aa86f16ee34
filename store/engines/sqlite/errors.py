"""What SQLite's errors mean, by the codes that it gives them."""

from __future__ import annotations

import sqlite3


def code(error: BaseException | None) -> int | None:
    """Return SQLite's own code, without what it adds for particular cases; None: it has none."""
    found: int | None = getattr(error, "sqlite_errorcode", None)
    return None if found is None else found & 0xFF


def is_busy(error: BaseException | None) -> bool:
    """Tell whether it is an error because somebody else has a lock."""
    return code(error) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
