"""Switches off SQLite's memory statistics, which serialize threads.

SQLite counts every allocation of a process, for all its connections together, under one lock.
Building JSON allocates a lot: two threads that do so at the same time take twice as long each, so
that a second core gains nothing. newsgraph does not use the statistics. They can only be switched
off for the whole process (SQLITE_CONFIG_MEMSTATUS of sqlite3_config),
and Python's driver has no API for it.
"""

from __future__ import annotations

import _sqlite3
import ctypes

_SQLITE_CONFIG_MEMSTATUS = 9
_SQLITE_OK = 0


def disable_memory_statistics() -> bool:
    """Switch the statistics off. Call it before the process opens its first connection.

    Returns:
        Whether they are off. If the driver's library cannot be called this way, everything works
        as before, only slower.
    """
    try:
        # Symbols of linked libraries can be looked up too: this is the SQLite the driver uses.
        library = ctypes.CDLL(_sqlite3.__file__)
        shutdown, config = library.sqlite3_shutdown, library.sqlite3_config
        initialize = library.sqlite3_initialize
    except (OSError, AttributeError, TypeError):
        return False
    # The further arguments are variadic; some processors pass those in other registers.
    config.argtypes = [ctypes.c_int]
    if shutdown() != _SQLITE_OK:
        return False
    is_off: bool = config(_SQLITE_CONFIG_MEMSTATUS, ctypes.c_int(0)) == _SQLITE_OK
    initialize()
    return is_off
