"""The folders that Eleventy's configuration names, as far as they are written out. Pure.

https://www.11ty.dev/docs/config/#input-directory and the sections after it describe them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from newsgraph.store.documents.folder_mounts import FolderMount

_COMMENT_LINE: Final = re.compile(r"^[ \t]*//.*$", re.MULTILINE)
_FOLDERS: Final = re.compile(r"\bdir[\"']?\s*:\s*\{([^{}]*)\}")
_FOLDER: Final = re.compile(r"\b(input|includes|layouts|data)[\"']?\s*:\s*([\"'`])(.*?)\2")
_SETTER: Final = re.compile(r"\bset(Input|Includes|Layouts|Data)Directory\(\s*([\"'`])(.*?)\2\s*\)")
_COPIED: Final = re.compile(r"\baddPassthroughCopy\(\s*\{([^{}]*)\}")
_COPY: Final = re.compile(r"([\"'`])([^\"'`*]*)\1\s*:\s*([\"'`])([^\"'`*]*)\3")


@dataclass(frozen=True, slots=True)
class EleventyFolders:
    """Folders below the one of the configuration.

    Attributes:
        input: the folder with templates; None for all folders.
        skipped: folders with layouts, parts of pages and data, which are no documents.
        data: the folder with data.
    """

    input: str | None = None
    skipped: tuple[str, ...] = ()
    data: str = "_data"


def parse_eleventy_folders(text: str) -> EleventyFolders:
    """Read the folders that a configuration returns as ``dir``, or sets.

    Args:
        text: the configuration, a program in JavaScript.
    """
    text = _COMMENT_LINE.sub("", text)
    entries = [match for block in _FOLDERS.finditer(text) for match in _FOLDER.finditer(block[1])]
    names = {match[1].lower(): match[3] for match in (*_SETTER.finditer(text), *entries)}
    root = _normalize(names.pop("input", ""))
    if root is None:
        return EleventyFolders()
    # These are relative to the folder with templates, and may be outside of it.
    folders = (_normalize(f"{root}/{name}") for name in names.values() if name)
    skipped = tuple(folder for folder in folders if folder and folder != root)
    data = _normalize(f"{root}/{names.get('data') or '_data'}") or "_data"
    return EleventyFolders(root or None, tuple(dict.fromkeys(skipped)), data)


def find_copied_folders(text: str) -> tuple[FolderMount, ...]:
    """Find the folders and files that a configuration has copied to other paths of the site.

    They are the mappings of ``addPassthroughCopy({"assets/img": "img"})``, without those that are
    patterns or lead out of the archive.

    Args:
        text: the configuration, a program in JavaScript.
    """
    text = _COMMENT_LINE.sub("", text)
    pairs = [match for block in _COPIED.finditer(text) for match in _COPY.finditer(block[1])]
    paths = ((_normalize(match[2]), _normalize(match[4])) for match in pairs)
    mounts = (
        FolderMount(source, target) for source, target in paths if source and target is not None
    )
    return tuple(dict.fromkeys(mounts))


def _normalize(path: str) -> str | None:
    """Return a path without ``.`` and ``..``; None if it leads outside."""
    parts: list[str] = []
    for part in PurePosixPath(path.strip("/")).parts:
        if part != "..":
            parts.append(part)
        elif parts:
            parts.pop()
        else:
            return None
    return "/".join(parts)
