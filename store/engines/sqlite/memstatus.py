"""SQLite's count of its own memory, which costs as much as many a statement.

SQLite counts every allocation of a process, all its connections' together, under one lock.
Building JSON allocates much: two threads that do so side by side take twice as long each, so
that a second core is worth nothing. Nobody here reads that count. It can only be switched off
for the whole process (SQLITE_CONFIG_MEMSTATUS), and Python's driver has no word for it.
"""

from __future__ import annotations

import _sqlite3
import ctypes

_MEMSTATUS = 9
_OK = 0


def stop_accounting() -> bool:
    """Switch the count off, before the process opens its first connection.

    Returns:
        Whether it is off. Where the driver's library cannot be asked, all works as ever, and
        slower.
    """
    try:
        # A library's handle leads to those that it was linked with: this is the driver's own.
        library = ctypes.CDLL(_sqlite3.__file__)
        shutdown, config = library.sqlite3_shutdown, library.sqlite3_config
        initialize = library.sqlite3_initialize
    except (OSError, AttributeError, TypeError):
        return False
    # What follows the first argument is variadic, which some processors pass in other places.
    config.argtypes = [ctypes.c_int]
    if shutdown() != _OK:
        return False
    is_off: bool = config(_MEMSTATUS, ctypes.c_int(0)) == _OK
    initialize()
    return is_off
