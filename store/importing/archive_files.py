"""Reads the small files of an archive that say something of its documents."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

MAX_BYTES: Final = 1_000_000
"""Size of the largest file that is read."""

MAX_PARENTS: Final = 3
"""How many folders above the imported one are searched: people import ``src/content/blog``."""


class ArchiveFiles:
    """The files of an archive, read once each; one that cannot be read counts as missing.

    Args:
        folder: the folder of the generator's configuration; paths are relative to it, with ``/``.
        root: the imported folder, to which paths in diagnostics are relative.
    """

    def __init__(self, folder: Path, root: Path) -> None:
        self._folder, self._root = folder, root
        self._names: dict[str, frozenset[str]] = {}

    def names(self, folder: str) -> frozenset[str]:
        """Return the names of the files in a folder."""
        names = self._names.get(folder)
        if names is None:
            try:
                with os.scandir(self._folder / folder) as entries:
                    names = frozenset(entry.name for entry in entries if entry.is_file())
            except OSError:
                names = frozenset()
            self._names[folder] = names
        return names

    def read_text(self, path: str) -> str | None:
        """Return the text of a file; None if it is missing, or has more than a million bytes."""
        return read_small_file(self._folder / path)

    def diagnostic_path(self, path: str) -> str:
        """Return a file's path relative to the imported folder, with ``..`` if it is outside."""
        return relative_path(self._folder / path, self._root)


def relative_path(file: Path, folder: Path) -> str:
    """Return a file's path relative to a folder, with ``..`` if it is outside."""
    return Path(os.path.relpath(file, folder)).as_posix()


def read_small_file(path: Path) -> str | None:
    """Return the text of a file; None if it cannot be read, or has more than a million bytes."""
    try:
        if not path.is_file() or path.stat().st_size > MAX_BYTES:
            return None
        return path.read_text("utf-8", errors="replace")
    except (OSError, ValueError):
        return None
