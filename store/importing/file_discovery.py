"""Finds the files of a folder that can be documents."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from stat import S_ISDIR
from typing import TYPE_CHECKING

from newsgraph.store.documents.diagnostics import diagnostic

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsgraph.store.documents.diagnostics import Code
    from newsgraph.store.documents.document import Diagnostic

SUFFIXES = frozenset({".md", ".markdown", ".yaml", ".yml"})
SKIPPED_FOLDERS = frozenset({"node_modules", "_site"})
"""Besides these, files and folders whose names begin with a dot are skipped."""


@dataclass(slots=True)
class Walk:
    """What a folder holds.

    Attributes:
        paths: relative, with ``/``, sorted.
        unread: paths (of files or folders) of which nothing is known, so that what was
            imported from there before must stay.
        diagnostics: why.
    """

    paths: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)

    def covers(self, path: str) -> bool:
        """Whether the walk can tell that a file is there or gone."""
        return not any(one in ("", path) or path.startswith(f"{one}/") for one in self.unread)

    def missed(self, path: str, code: Code, message: str) -> None:
        """Note that a file or folder could not be read."""
        self.unread.append(path)
        self.diagnostics.append(diagnostic(path, code, message))


def is_folder(path: Path) -> bool:
    """Whether this is a folder, as far as the system lets us look."""
    return S_ISDIR(_mode(path))


def _mode(path: Path) -> int:
    try:
        return path.stat().st_mode
    except (OSError, ValueError):
        return 0


def walk(folder: Path, exclude: Sequence[str] = ()) -> Walk:
    """Return the files below a folder that can be documents or taxonomy entries."""
    found = Walk()
    if not is_folder(folder):
        what = "is not a folder" if _mode(folder) else "does not exist"
        found.missed("", "missing-folder", f"{folder} {what}.")
        return found
    _enter(folder, "", exclude, found)
    found.paths.sort()
    return found


def _enter(folder: Path, below: str, exclude: Sequence[str], found: Walk) -> None:
    try:
        with os.scandir(folder) as entries:
            inside = sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        why = error.strerror or type(error).__name__
        found.missed(below, "unreadable-folder", f"The folder cannot be read: {why}.")
        return
    for entry in inside:
        path = f"{below}/{entry.name}" if below else entry.name
        if entry.name.startswith(".") or any(fnmatchcase(path, one) for one in exclude):
            continue
        # A link to a folder could lead round in a circle; a link to a file cannot.
        if entry.is_dir(follow_symlinks=False):
            if entry.name not in SKIPPED_FOLDERS:
                _enter(Path(entry.path), path, exclude, found)
        elif Path(entry.name).suffix.lower() in SUFFIXES and not is_folder(Path(entry.path)):
            shown = path.encode(errors="surrogateescape").decode(errors="replace")
            if shown == path:
                found.paths.append(path)
            else:
                found.missed(shown, "bad-file-name", "The file's name is not UTF-8.")
