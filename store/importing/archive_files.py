"""Reads the small files of an archive that say something of its documents."""

from __future__ import annotations

import os
from pathlib import Path
from stat import S_ISDIR, S_ISREG
from typing import TYPE_CHECKING, Final

from newsgraph.store.documents.diagnostics import create_diagnostic

if TYPE_CHECKING:
    from newsgraph.store.documents.document import Diagnostic

MAX_BYTES: Final = 1_000_000
"""Size of the largest file that is read."""

MAX_PARENTS: Final = 3
"""How many folders above the imported one are searched: people import ``src/content/blog``."""


class ArchiveFiles:
    """The files of an archive.

    Args:
        folder: the folder of the generator's configuration; paths are relative to it, with ``/``.
        root: the imported folder, to which paths in diagnostics are relative.

    Attributes:
        unreadable: a diagnostic of each file that exists and could not be read, by path.
    """

    def __init__(self, folder: Path, root: Path) -> None:
        self._folder, self._root = folder, root
        self._names: dict[str, frozenset[str]] = {}
        self.unreadable: dict[str, Diagnostic] = {}

    def names(self, folder: str) -> frozenset[str]:
        """Return the names of the files in a folder, also of those that cannot be read."""
        names = self._names.get(folder)
        if names is None:
            try:
                with os.scandir(self._folder / folder) as entries:
                    names = frozenset(entry.name for entry in entries if not _is_folder(entry))
            except OSError:
                names = frozenset()
            self._names[folder] = names
        return names

    def read_text(self, path: str) -> str | None:
        """Return the text of a file; None if it is missing, or is one of `unreadable` now."""
        try:
            return read_small_file(self._folder / path)
        except UnreadableFile as error:
            message = f"The configuration cannot be read: {error}."
            self.unreadable[path] = create_diagnostic(
                self.diagnostic_path(path), "broken-configuration", message
            )
            return None

    def find_text(self, path: str) -> str | None:
        """Return the text of a file; None if it is missing or cannot be read, which is no problem.

        It is for files that hide no documents.
        """
        try:
            return read_small_file(self._folder / path)
        except UnreadableFile:
            return None

    def diagnostic_path(self, path: str) -> str:
        """Return a file's path relative to the imported folder, with ``..`` if it is outside."""
        return relative_path(self._folder / path, self._root)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        # A link that leads to itself, for example.
        return False


def relative_path(file: Path, folder: Path) -> str:
    """Return a file's path relative to a folder, with ``..`` if it is outside."""
    return Path(os.path.relpath(file, folder)).as_posix()


class UnreadableFile(Exception):
    """A file exists, and cannot be read; the message says why."""


def read_small_file(path: Path, encoding: str = "utf-8", errors: str = "replace") -> str | None:
    """Return the text of a file; None if there is none, or if its folder denies access.

    Args:
        path: the file.
        encoding: its encoding.
        errors: what to do with bytes that are not in this encoding, as `str` does it.

    Raises:
        UnreadableFile: it is no regular file, such as a pipe or a device, which could block or
            never end; it has more than `MAX_BYTES`; or access to it is denied.
        UnicodeDecodeError: `errors` is ``strict``, and the file is in another encoding.
    """
    try:
        status = path.stat()
        if S_ISREG(status.st_mode) and status.st_size <= MAX_BYTES:
            return path.read_text(encoding, errors)
    except OSError as error:
        if not os.path.lexists(path):
            return None
        raise UnreadableFile(error.strerror or type(error).__name__) from error
    if S_ISREG(status.st_mode):
        raise UnreadableFile(f"it has more than {MAX_BYTES:,} bytes")
    kind = "a folder" if S_ISDIR(status.st_mode) else "a pipe or a device"
    raise UnreadableFile(f"it is {kind}, not a file")
