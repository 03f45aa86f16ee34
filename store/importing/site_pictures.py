"""Finds the pictures of a site, which its feeds show: files of the archive, or URLs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from newsgraph.store.documents.diagnostics import create_diagnostic
from newsgraph.store.importing.author_mentions import resolve_image
from newsgraph.store.importing.local_urls import local_url

if TYPE_CHECKING:
    from newsgraph.store.documents.collection_settings import Collection, ImportRoot
    from newsgraph.store.documents.document import Diagnostic
    from newsgraph.store.importing.local_files import LocalFiles

_SETTINGS: Final = "newsgraph.toml"
"""Paths of pictures are relative to the folder of this file, or to one with files of the site."""


def find_site_pictures(root: ImportRoot, files: LocalFiles) -> tuple[ImportRoot, list[Diagnostic]]:
    """Return a root whose collection has the URLs of its pictures, and warnings.

    A picture whose URL is relative and not known is left out.

    Args:
        root: the root, with pictures as its settings have them.
        files: finds the files of the root.
    """
    collection = root.collection
    icon, logo = (_find(url, collection, files) for url in (collection.icon, collection.logo))
    resolved = replace(root, collection=replace(collection, icon=icon, logo=logo))
    pictures = ((collection.icon, icon), (collection.logo, logo))
    unknown = [path for path, url in pictures if path is not None and url is None]
    if not unknown:
        return resolved, []
    message = f"There is no file for these pictures of the site: {', '.join(unknown)}."
    return resolved, [create_diagnostic("", "relative-url", message)]


def _find(url: str | None, collection: Collection, files: LocalFiles) -> str | None:
    file = files.find_file(url, _SETTINGS) if url else None
    if file is not None and file.media_type.startswith("image/"):
        return local_url(file)
    return resolve_image(url, collection)
