"""Finds the folders of an archive that contain documents."""

from __future__ import annotations

import os
from stat import S_ISDIR
from typing import TYPE_CHECKING

from newsgraph.store.documents.archive_kinds import HUGO, KINDS
from newsgraph.store.documents.language_tags import known_tag
from newsgraph.store.documents.languages import fold_code

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from newsgraph.store.documents.collection_settings import Collection


def content_folders(folder: Path, collection: Collection, further: Iterable[str] = ()) -> list[str]:
    """Return the folders with documents, relative to that of the archive, none inside another.

    Args:
        folder: the folder of the archive's configuration.
        collection: its settings.
        further: folders besides the usual ones of the kind.

    Returns:
        The folders that exist; none if all folders of the archive may contain documents.
    """
    kind = KINDS[collection.kind]
    usual = (collection.content_folder,) if collection.content_folder else kind.content_folders
    names = [*usual, *_translation_folders(folder, collection)] if usual else []
    if kind is HUGO and collection.languages:
        # A language with a folder of its own has no documents in the usual one.
        separate = [language.folder for language in collection.languages]
        names = [name for item in separate for name in ((item,) if item else usual)]
    existing = [name for name in dict.fromkeys((*names, *further)) if is_folder(folder / name)]
    return [
        name for name in existing if not any(name.startswith(f"{other}/") for other in existing)
    ]


def _translation_folders(folder: Path, collection: Collection) -> Iterator[str]:
    """Yield the folders with translations into the languages of the site."""
    codes = {language.code for language in collection.languages or ()}
    for pattern in KINDS[collection.kind].translation_folders:
        for path in sorted(folder.glob(pattern)):
            relative = path.relative_to(folder)
            code = relative.parts[1]
            if fold_code(code) in codes if collection.languages is not None else known_tag(code):
                yield relative.as_posix()


def is_at_or_below(path: str, folders: Iterable[str]) -> bool:
    """Return whether a path is one of these files and folders, or in one of the folders.

    Args:
        path: the path, with ``/``, relative to the root.
        folders: paths relative to the root; ``""`` is the root itself.
    """
    return any(folder in ("", path) or path.startswith(f"{folder}/") for folder in folders)


def contains_half_of(folder: Path, paths: Sequence[str]) -> bool:
    """Return whether a folder contains at least half of the files that were imported from it.

    Otherwise, another collection is in its place, such as one that is mounted there in a container.

    Args:
        folder: the folder.
        paths: paths of the files in it.
    """
    return 2 * sum(os.path.lexists(folder / path) for path in paths) >= len(paths)


def is_folder(path: Path) -> bool:
    """Return whether a path is a folder; False if the system denies access to it."""
    return S_ISDIR(file_mode(path))


def file_mode(path: Path) -> int:
    """Return the type and permissions of a file; 0 if there is none, or access is denied."""
    try:
        return path.stat().st_mode
    except (OSError, ValueError):
        return 0
