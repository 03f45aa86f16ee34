"""Opens files below a folder, so that no link leads to a file outside of it."""

from __future__ import annotations

import os
from pathlib import Path
from stat import S_ISREG
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from io import BufferedReader

_NO_LINKS: Final = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
# A pipe would block, and a terminal would become that of the process.
_FILE_FLAGS: Final = (
    _NO_LINKS
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_BINARY", 0)
)
_FOLDER_FLAGS: Final = _NO_LINKS | getattr(os, "O_DIRECTORY", 0)
_CAN_OPEN_BELOW: Final = os.open in os.supports_dir_fd and os.stat in os.supports_dir_fd


def open_below(folder: str, path: str) -> BufferedReader:
    """Open a regular file below a folder, without following any link on the way.

    Each part of the path is opened in the folder that was opened before, so that the file is inside
    even if another process moves folders or replaces them by links meanwhile.

    Args:
        folder: the folder; links in its own path are followed.
        path: path of the file below it, with ``/``.

    Raises:
        OSError: the file does not exist, cannot be read, is no regular file or is outside of the
            folder; or its path has a link.
        ValueError: the path has a character that no path can have.
    """
    parts = path.split("/")
    if any(part in ("", ".", "..") or "\0" in part or os.sep in part for part in parts):
        raise OSError(0, "it is not a path below the folder")
    if not _CAN_OPEN_BELOW:
        return _open_real_path(folder, path)
    descriptor = os.open(folder, os.O_RDONLY | getattr(os, "O_DIRECTORY", 0))
    try:
        for part in parts[:-1]:
            inner = os.open(part, _FOLDER_FLAGS, dir_fd=descriptor)
            os.close(descriptor)
            descriptor = inner
        # To open a device can have effects.
        _check_regular(os.stat(parts[-1], dir_fd=descriptor, follow_symlinks=False))
        return _open_regular(os.open(parts[-1], _FILE_FLAGS, dir_fd=descriptor))
    finally:
        os.close(descriptor)


def _open_real_path(folder: str, path: str) -> BufferedReader:
    """Open a file on a system that cannot open paths relative to an open folder."""
    real = os.path.join(os.path.realpath(folder), *path.split("/"))  # noqa: PTH118 - as `realpath`
    if os.path.realpath(real) != real:
        raise OSError(0, "its path has a link")
    _check_regular(os.lstat(real))
    return _open_regular(os.open(real, _FILE_FLAGS))


def _open_regular(descriptor: int) -> BufferedReader:
    try:
        _check_regular(os.fstat(descriptor))
        return os.fdopen(descriptor, "rb")
    except OSError:
        os.close(descriptor)
        raise


def _check_regular(status: os.stat_result) -> None:
    if not S_ISREG(status.st_mode):
        raise OSError(0, "it is not a regular file")


def path_to_open_again(file: BufferedReader, folder: str, path: str) -> Path:
    """Return a path by which the same file can be opened again while it is open.

    Args:
        file: a file that `open_below` opened.
        folder: the folder, for systems without ``/dev/fd``.
        path: path of the file below the folder.
    """
    by_descriptor = Path("/dev/fd") / str(file.fileno())
    return by_descriptor if by_descriptor.exists() else Path(folder, path)
