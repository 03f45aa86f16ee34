"""Reads text that bodies include from other files of their archive."""

from __future__ import annotations

import hashlib
import os
import posixpath
import re
from typing import TYPE_CHECKING, Final

from newsgraph.store.importing.archive_files import UnreadableFile, read_small_file

if TYPE_CHECKING:
    from pathlib import Path

_FRONT_MATTER: Final = re.compile(r"\A(---|\+\+\+)[ \t]*\n(?:.*\n)*?\1[ \t]*(?:\n|\Z)")
_FOLDERS: Final = ("_includes", "includes")
_PREFIX: Final = "include:"
_RELATIVE_PREFIX: Final = "include-relative:"


def read_included_text(root: Path, document_path: str, name: str, *, relative: bool) -> str | None:
    """Return the text of an included file of at most 1 MB, without front matter, or None.

    Files outside of the folder are not read, nor those whose names begin with a dot.

    Args:
        root: the folder of the archive.
        document_path: path of the document that includes the file.
        name: the path below ``_includes``.
        relative: whether the path is relative to the document instead.
    """
    real_root = os.path.realpath(root)
    for folder in (posixpath.dirname(document_path),) if relative else _FOLDERS:
        path = posixpath.normpath(posixpath.join(folder, name))
        if path.startswith(("..", "/")) or any(part.startswith(".") for part in path.split("/")):
            continue
        try:
            if os.path.realpath(root / path).startswith(f"{real_root}{os.sep}"):
                text = read_small_file(root / path)
                if text is not None:
                    # A file with several documents of YAML has the same lines.
                    is_yaml = path.endswith((".yaml", ".yml"))
                    return text if is_yaml else _FRONT_MATTER.sub("", text, count=1)
        except (UnreadableFile, OSError, ValueError):
            continue
    return None


def include_reference(name: str, *, relative: bool) -> str:
    """Return how the store names a reference to an included file; no URL of a file is like this."""
    return (_RELATIVE_PREFIX if relative else _PREFIX) + name


def is_include_reference(reference: str) -> bool:
    """Return whether a reference is to an included file."""
    return reference.startswith((_PREFIX, _RELATIVE_PREFIX))


def digest_of_include(root: Path, document_path: str, reference: str) -> str | None:
    """Return the digest of the text that a stored reference includes now, or None."""
    prefix, _, name = reference.partition(":")
    relative = f"{prefix}:" == _RELATIVE_PREFIX
    return digest_of_text(read_included_text(root, document_path, name, relative=relative))


def digest_of_text(text: str | None) -> str | None:
    """Return a digest of a text, or None."""
    return None if text is None else hashlib.sha256(text.encode()).hexdigest()
