"""Leaves out the files that Hugo and Zola read, but do not show as documents."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from newsgraph.store.documents.archive_kinds import KINDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsgraph.store.documents.collection_settings import Collection


def without_non_pages(paths: Sequence[str], collection: Collection) -> list[str]:
    """Return paths without ``_index.md``, resources of leaf bundles and disabled languages.

    A file that describes a section or a leaf bundle may have a language: ``index.de.md``.

    Args:
        paths: paths of candidate files, relative to the root.
        collection: the settings of the root.
    """
    kind, languages = KINDS[collection.kind], collection.site_languages
    disabled = {language.tag for language in languages.languages or () if language.is_disabled}
    locations = {path: languages.locate(path, kind) for path in paths}
    stems = {path: PurePosixPath(location.path) for path, location in locations.items()}
    roots = {*kind.content_folders, *filter(None, (collection.content_folder,))}
    roots |= {language.folder for language in languages.languages or () if language.folder}
    bundles = {
        str(file.parent)
        for file in stems.values()
        if kind.has_bundles and len(file.parts) > 1 and file.stem == "index"
    } - roots

    def is_document(path: str) -> bool:
        file = stems[path]
        is_section = kind.has_sections and file.name.partition(".")[0] == "_index"
        if is_section or (disabled and locations[path].language in disabled):
            return False
        folders = {str(folder) for folder in file.parents} & bundles
        return not folders or (file.stem == "index" and str(file.parent) in folders)

    return [path for path in paths if is_document(path)]
