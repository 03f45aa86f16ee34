"""The limit of open files, which bounds the number of connections."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from newsgraph.server.file_routes import FILES_PER_TRANSFER, MAX_FILE_TRANSFERS

SPARE_FILES: Final = 64
"""Files that connections leave free: for the database, templates and refused connections."""

_MIN_CONNECTIONS: Final = 8
_MIN_FILE_TRANSFERS: Final = 4
_FILES_BY_TRANSFER: Final = 8
"""Of this many free files, one transfer of a file of documents may be running."""


@dataclass(frozen=True, slots=True)
class OpenFileLimits:
    """What a process can do at a time.

    Attributes:
        connections: maximum number of connections.
        file_transfers: how many files of documents are sent.
    """

    connections: int
    file_transfers: int


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


def limit_open_files(max_connections: int) -> OpenFileLimits:
    """Return what the process can do at a time, and raise its limit of open files.

    Args:
        max_connections: maximum number of connections by the settings.
    """
    file_limit = raise_open_file_limit()
    if file_limit is None:
        return OpenFileLimits(max_connections, MAX_FILE_TRANSFERS)
    free_files = file_limit - _count_open_files() - SPARE_FILES
    transfers = min(MAX_FILE_TRANSFERS, max(_MIN_FILE_TRANSFERS, free_files // _FILES_BY_TRANSFER))
    free_files -= FILES_PER_TRANSFER * transfers
    connections = max(_MIN_CONNECTIONS, min(max_connections, free_files))
    return OpenFileLimits(connections, transfers)


def _count_open_files() -> int:
    for folder in ("/proc/self/fd", "/dev/fd"):
        try:
            return sum(1 for _ in Path(folder).iterdir())
        except OSError:
            continue
    return SPARE_FILES
