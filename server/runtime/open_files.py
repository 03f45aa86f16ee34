"""The limit of open files, which bounds the number of connections."""

from __future__ import annotations

from pathlib import Path
from typing import Final

SPARE_FILES: Final = 64
"""Files that connections leave free: for the database, templates and refused connections."""

_MIN_CONNECTIONS: Final = 8


def raise_open_file_limit() -> int | None:
    """Raise the soft limit of open files to the hard one, as far as the system permits.

    Returns:
        The limit; None where the system has none, such as on Windows.
    """
    try:
        import resource
    except ImportError:
        return None
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        except (OSError, ValueError):
            # macOS permits less than its hard limit says.
            return soft
    return None if hard == resource.RLIM_INFINITY else hard


def limit_connections(max_connections: int) -> int:
    """Return how many connections the process can have, and raise its limit of open files.

    Args:
        max_connections: maximum number of connections by the settings.
    """
    file_limit = raise_open_file_limit()
    if file_limit is None:
        return max_connections
    free_files = file_limit - _count_open_files() - SPARE_FILES
    return max(_MIN_CONNECTIONS, min(max_connections, free_files))


def _count_open_files() -> int:
    for folder in ("/proc/self/fd", "/dev/fd"):
        try:
            return sum(1 for _ in Path(folder).iterdir())
        except OSError:
            continue
    return SPARE_FILES
