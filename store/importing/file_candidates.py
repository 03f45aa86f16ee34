"""The paths at which a file can be that a relative URL in a document means. Pure.

A URL is relative to the page that the generator makes of the document, whose address newsgraph does
not always know; and generators copy files from several folders. So a URL has several candidates.
"""

from __future__ import annotations

import posixpath
import re
import unicodedata
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

from newsgraph.store.documents.archive_kinds import PELICAN
from newsgraph.store.documents.folder_mounts import FolderMount
from newsgraph.store.documents.urls import has_scheme
from newsgraph.store.importing.media_types import has_served_suffix

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from newsgraph.store.documents.archive_kinds import ArchiveKind
    from newsgraph.store.documents.collection_settings import Collection

MAX_PATH_LENGTH: Final = 1000
"""Length of the longest URL that can mean a file."""

_NOT_IN_PATH: Final = re.compile(r"[\x00-\x1f\x7f\\\ud800-\udfff]")
_PELICAN_PREFIX: Final = re.compile(r"[{|](?:static|attach|filename)[}|]")
_PARENT: Final = re.compile(r"(?:\.{1,2}/)+")
_INDEX_STEMS: Final = ("index", "_index")


class FileCandidates:
    """The candidates of an archive.

    Args:
        collection: its settings.
        mounts: the folders with files that the generator's configuration names; None if there are
            those of the kind.
    """

    def __init__(self, collection: Collection, mounts: Sequence[FolderMount] | None = None) -> None:
        self._kind: ArchiveKind = collection.archive_kind
        self._base_path = urlsplit(collection.url or "").path.strip("/")
        configured = collection.content_folder
        content = (configured,) if configured else self._kind.content_folders
        if mounts is None:
            mounts = tuple(map(FolderMount, self._kind.static_folders))
        others = map(FolderMount, (*content, ""))
        self._mounts = tuple(dict.fromkeys((*mounts, *others)))
        self._content = content

    def paths(self, url: str, document_path: str) -> list[str]:
        """Return the paths of the candidates, relative to the archive, the best one first.

        Args:
            url: a URL, as a document has it.
            document_path: path of the document.

        Returns:
            No paths if the URL is absolute, leads to another site, or has a suffix that no served
            file has. None of the paths leads out of the archive; each is in the form of Unicode
            that the URL has, and in the composed and the decomposed form.
        """
        path = _path_of_url(url)
        if path is None:
            return []
        candidates = []
        for candidate in self._candidates(path, document_path):
            normalized = posixpath.normpath(candidate)
            if normalized != "." and not normalized.startswith(("../", "/")):
                candidates.append(normalized)
                if not normalized.isascii():
                    candidates += (unicodedata.normalize(form, normalized) for form in _FORMS)
        return list(dict.fromkeys(candidates))

    def _candidates(self, path: str, document_path: str) -> Iterator[str]:
        if self._kind is PELICAN:
            path, count = _PELICAN_PREFIX.subn("", path, count=1)
            if count and path.startswith("/"):
                for folder in self._content:
                    yield posixpath.join(folder, path.lstrip("/"))
                return
        for prefix, folder in self._kind.site_prefixes:
            if path.startswith(prefix):
                yield posixpath.join(folder, path.removeprefix(prefix).lstrip("/"))
                return
        if not path.startswith("/"):
            folder, _, name = document_path.rpartition("/")
            yield posixpath.join(folder, path)
            stem = name.rpartition(".")[0]
            if self._kind.has_asset_folders and stem not in _INDEX_STEMS:
                yield posixpath.join(folder, stem, path)
            match = _PARENT.match(path)
            path = path[match.end() :] if match else path
        path = path.lstrip("/")
        base = f"{self._base_path}/"
        below_base = path.removeprefix(base) if self._base_path else path
        for site_path in dict.fromkeys((below_base, path)):
            for mount in self._mounts:
                candidate = mount.find(site_path.lstrip("/"))
                if candidate is not None:
                    yield candidate


_FORMS: Final = ("NFC", "NFD")


def _path_of_url(url: str) -> str | None:
    """Return the decoded path of a relative URL without query, if it can mean a file."""
    url = url.strip()
    if len(url) > MAX_PATH_LENGTH or url.startswith("//") or has_scheme(url):
        return None
    path = re.split("[?#]", url, maxsplit=1)[0]
    try:
        path = unquote(path, errors="strict")
    except UnicodeDecodeError:
        return None
    if _NOT_IN_PATH.search(path) or path.endswith("/") or not has_served_suffix(path):
        return None
    return path
