"""Finds and examines the files of an archive that documents refer to."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from stat import S_ISREG
from typing import TYPE_CHECKING, Final

from newsgraph.store.bodies.context import LocalFile
from newsgraph.store.documents.archive_kinds import HUGO, JEKYLL, MKDOCS, ZOLA
from newsgraph.store.documents.diagnostics import create_diagnostic, join_names
from newsgraph.store.importing.file_candidates import FileCandidates
from newsgraph.store.importing.included_text import (
    digest_of_include,
    digest_of_text,
    include_reference,
    is_include_reference,
)
from newsgraph.store.importing.media_types import HEAD_BYTES, has_served_suffix, media_type
from newsgraph.store.importing.picture_size import picture_size
from newsgraph.store.importing.safe_open import open_below
from newsgraph.store.importing.site_values import is_site_reference

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from newsgraph.store.bodies.context import SiteValue
    from newsgraph.store.documents.collection_settings import ImportRoot
    from newsgraph.store.documents.document import Diagnostic
    from newsgraph.store.importing.site_rules import SiteRules

MAX_FILE_BYTES: Final = 1_000_000_000
"""Size of the largest file that is served; an import reads each new file to its end."""

_UNPUBLISHED_FOLDERS: Final = frozenset(
    {
        *("_data", "_i18n", "_includes", "_layouts", "_plugins", "_sass", "_site"),
        *("node_modules", "__pycache__"),
    }
)
"""Names of folders, in lower case, whose files no generator publishes as they are. The same holds
for files and folders whose names begin with a dot."""

_KINDS_WITH_SKIPPED_FILES: Final = frozenset(kind.name for kind in (JEKYLL, HUGO, ZOLA, MKDOCS))
"""Kinds whose rules (`SiteRules.skips`) leave out files of all types; those of Hexo and Eleventy
are for documents, and have files copied as they are."""


@dataclass(frozen=True, slots=True)
class FileReference:
    """A relative URL in a document, and the file that it meant when the document was rendered.

    Attributes:
        url: the URL, as the document has it.
        href: digest and name of the file, as in its URL on this server, or the digest of an
            included text or a value of the site; None if there was none.
    """

    url: str
    href: str | None


@dataclass(frozen=True, slots=True)
class ExaminedFile:
    """A file, and when it was modified: it is not read again before that changes."""

    file: LocalFile
    modified_ns: int


@dataclass(frozen=True, slots=True)
class StoredFiles:
    """What the store has of a root's files.

    Attributes:
        files: the files by path.
        references: the references of each document, by its path.
    """

    files: Mapping[str, ExaminedFile] = field(default_factory=dict)
    references: Mapping[str, tuple[FileReference, ...]] = field(default_factory=dict)


NO_FILES: Final = StoredFiles()


class LocalFiles:
    """The files of a root that its documents refer to.

    Only files that a generator would publish are found: of the types in `media_types.MEDIA_TYPES`,
    not excluded, in the root, and not reached by a link that leads out of it.

    Attributes:
        examined: the files that were found, by their paths.
        site_values: what templates know as `site`.

    Args:
        root: the root.
        rules: the rules of its generator.
        stored: what the store has of its files; a file of the same size and time is not read again.
    """

    def __init__(self, root: ImportRoot, rules: SiteRules, stored: StoredFiles = NO_FILES) -> None:
        self.examined: dict[str, ExaminedFile] = {}
        self._root, self._rules, self._stored = root, rules, stored
        self._folder = os.path.realpath(root.folder)
        self._candidates = FileCandidates(root.collection, rules.file_mounts())
        self._patterns = (*root.collection.archive_kind.skipped, *root.collection.exclude)
        self._has_skipped_files = root.collection.kind in _KINDS_WITH_SKIPPED_FILES
        self.site_values = rules.site_values(root.folder)
        self._results: dict[str, LocalFile | None] = {}
        self._problems: dict[str, str] = {}

    def find_file(self, url: str, document_path: str) -> LocalFile | None:
        """Return the file that a URL in a document means, or None.

        Args:
            url: the URL, as the document has it.
            document_path: path of the document.
        """
        for path in self.candidates(url, document_path):
            if path not in self._results:
                self._results[path] = self._find(path)
            file = self._results[path]
            if file is not None:
                return file
        return None

    def candidates(self, url: str, document_path: str) -> list[str]:
        """Return the paths at which the file can be; none if the URL cannot mean a file."""
        return self._candidates.paths(url, document_path) if self._root.collection.files else []

    def has_changed(self, document_path: str) -> bool:
        """Return whether a file that a document needs has appeared, changed or gone.

        Args:
            document_path: path of a document whose references are in the store.
        """
        return any(
            self._current_href(reference.url, document_path) != reference.href
            for reference in self._stored.references.get(document_path, ())
        )

    def _current_href(self, url: str, document_path: str) -> str | None:
        if is_include_reference(url):
            return digest_of_include(self._root.folder, document_path, url)
        if is_site_reference(url):
            return self.site_values.digest(url)
        return href_of(self.find_file(url, document_path))

    def diagnostics(self) -> list[Diagnostic]:
        """Return one warning about all files that exist and are not served."""
        if not self._problems:
            return []
        names = [f"{path} ({reason})" for path, reason in sorted(self._problems.items())]
        message = f"Files that documents refer to are not served: {join_names(names)}."
        return [create_diagnostic("", "unserved-file", message)]

    def _find(self, path: str) -> LocalFile | None:
        """Return the file at a path, or None; also if the path leads to it by links."""
        name = os.path.join(self._folder, *path.split("/"))  # noqa: PTH118 - as `realpath`
        try:
            status = os.stat(name)  # noqa: PTH116 - much faster
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            if not isinstance(error, (NotADirectoryError, ValueError)):
                self._problems[path] = error.strerror or type(error).__name__
            return None
        if not self._is_published(path):
            self._problems[path] = "its path is excluded"
            return None
        real = Path(os.path.realpath(name))
        if not real.is_relative_to(self._folder):
            self._problems[path] = "it is a link to a file outside of the folder"
            return None
        real_path = real.relative_to(self._folder).as_posix()
        if not (self._is_published(real_path) and has_served_suffix(real_path)):
            self._problems[path] = "it is a link to a file that is not published"
            return None
        if not S_ISREG(status.st_mode):
            self._problems[path] = "it is not a regular file"
            return None
        stored = self._stored.files.get(real_path)
        if stored is not None and (stored.file.size, stored.modified_ns) == (
            status.st_size,
            status.st_mtime_ns,
        ):
            self.examined[real_path] = stored
            return stored.file
        try:
            examined = _examine(self._folder, real_path)
        except OSError as error:
            self._problems[path] = error.strerror or type(error).__name__
            return None
        self.examined[real_path] = examined
        return examined.file

    def _is_published(self, path: str) -> bool:
        """Return whether no file or folder of a path is left out by the generator or the owner."""
        for part in path.split("/"):
            if part.startswith(".") or part.lower() in _UNPUBLISHED_FOLDERS:
                return False
        return not any(self._is_skipped(parent) for parent in _with_parents(path))

    def _is_skipped(self, path: str) -> bool:
        if any(fnmatchcase(path, pattern) for pattern in self._patterns):
            return True
        return self._has_skipped_files and self._rules.skips(path)


class DocumentFiles:
    """The files of one document. It records what the document refers to, also in vain.

    Args:
        files: the files of the root.
        path: path of the document.
    """

    def __init__(self, files: LocalFiles, path: str) -> None:
        self._files, self._path = files, path
        self._hrefs: dict[str, str | None] = {}

    def find_file(self, url: str) -> LocalFile | None:
        """Return the file that a relative URL in the document means, or None."""
        if not self._files.candidates(url, self._path):
            return None
        file = self._files.find_file(url, self._path)
        self._hrefs[url] = href_of(file)
        return file

    def record_include(self, name: str, text: str | None, *, relative: bool) -> None:
        """Record that the document includes a text, or None if there is none."""
        self._hrefs[include_reference(name, relative=relative)] = digest_of_text(text)

    def find_site_value(self, names: Sequence[str]) -> SiteValue | None:
        """Return what the first names mean in the variable `site`, or None; record that."""
        value, reference = self._files.site_values.find(names)
        if reference is not None:
            self._hrefs[reference] = self._files.site_values.digest(reference)
        return value

    def references(self) -> tuple[FileReference, ...]:
        """Return what the document refers to, in this order."""
        return tuple(FileReference(url, href) for url, href in self._hrefs.items())


def href_of(file: LocalFile | None) -> str | None:
    """Return digest and name of a file, as in its URL on this server."""
    return None if file is None else file.url_path.removeprefix("/files/")


def _with_parents(path: str) -> Iterator[str]:
    """Yield the folders above a file, the highest first, and the file."""
    end = path.find("/")
    while end != -1:
        yield path[:end]
        end = path.find("/", end + 1)
    yield path


def _examine(folder: str, path: str) -> ExaminedFile:
    """Read a file.

    Raises:
        OSError: it cannot be read, is too large, or is not what its name says.
    """
    with open_below(folder, path) as file:
        status = os.fstat(file.fileno())
        if status.st_size > MAX_FILE_BYTES:
            raise OSError(0, f"it has more than {MAX_FILE_BYTES:,} bytes")
        type_ = media_type(path, file.read(HEAD_BYTES))
        if type_ is None:
            raise OSError(0, "its contents are not what its name says")
        width, height = picture_size(file, type_) or (None, None)
        file.seek(0)
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    local = LocalFile(path, sha256, type_, status.st_size, width, height)
    return ExaminedFile(local, status.st_mtime_ns)
