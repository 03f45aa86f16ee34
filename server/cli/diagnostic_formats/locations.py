"""Paths of files in diagnostics, as other programs need them."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import quote


def path_from_here(folder: Path, path: str) -> Path:
    """Return the path of a file in the working directory relative to it, of another the full path.

    Args:
        folder: the root of the file.
        path: the file, relative to the root and with ``/``; ``""`` is the root itself.
    """
    full = Path(os.path.abspath(folder / path))  # noqa: PTH100 - `resolve` would follow links
    here = Path.cwd()
    if full.is_relative_to(here):
        return full.relative_to(here)
    # The working directory has its real path also where the folder was named through a link.
    real = folder.resolve() / path
    return real.relative_to(here) if real.is_relative_to(here) else full


def relative_uri(folder: Path, path: str) -> str:
    """Return the same path as a percent-encoded URI reference (RFC 3986).

    A path below the working directory is relative, others are file URIs. The URI of a folder ends
    with a slash.
    """
    shown = path_from_here(folder, path)
    # `quote` encodes colons, too: the first segment of a relative reference must not have one.
    relative = quote(os.fsencode(shown.as_posix()), safe="/")
    uri = shown.as_uri() if shown.is_absolute() else relative
    return uri if path else f"{uri}/"
