"""Reads the lines that diagnostics are about, when they are printed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from newsgraph.store.importing.safe_open import open_below

if TYPE_CHECKING:
    from pathlib import Path

MAX_BYTES: Final = 1_000_000
"""How much of a file is read; positions are in front matter, which is at the top of it."""

_LINE_END: Final = re.compile("\r\n|\n|\r")
_BOM: Final = "\ufeff"


class SourceLines:
    """Reads lines of files; the file that was read last stays in memory.

    The diagnostics of a file follow each other.
    """

    def __init__(self) -> None:
        self._file: tuple[Path, str] | None = None
        self._lines: list[str] = []

    def read(self, folder: Path, path: str, line: int) -> str | None:
        """Return a line without its end.

        Args:
            folder: the root of the file.
            path: the file, relative to the root and with ``/``.
            line: counted from 1.

        Returns:
            None if there is no such line within the first `MAX_BYTES`, or if the file cannot be
            read. It can have been changed or removed since the import; and one outside of the
            root, or behind a link, is not read.
        """
        if self._file != (folder, path):
            self._file, self._lines = (folder, path), _read_lines(folder, path)
        return self._lines[line - 1] if line <= len(self._lines) else None


def _read_lines(folder: Path, path: str) -> list[str]:
    try:
        with open_below(str(folder), path) as file:
            data = file.read(MAX_BYTES + 1)
    except (OSError, ValueError):
        return []
    lines = _LINE_END.split(data.decode(errors="replace").removeprefix(_BOM))
    # The last line may be incomplete.
    return lines if len(data) <= MAX_BYTES else lines[:-1]
