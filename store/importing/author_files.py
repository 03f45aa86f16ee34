"""Finds and reads the author files of an archive, such as Jekyll's ``_data/authors.yml``.

They are few and small, so that each import reads all of them: their contents are compared with the
store's, not their digests.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from pathlib import Path
from stat import S_ISREG
from typing import TYPE_CHECKING, Final

from newsgraph.store.documents.archive_kinds import JEKYLL, KINDS
from newsgraph.store.documents.author_entries import parse_author_file
from newsgraph.store.documents.csv_values import DELIMITER_BY_SUFFIX
from newsgraph.store.documents.diagnostics import create_diagnostic
from newsgraph.store.documents.frontmatter_formats import FORMAT_BY_SUFFIX, MARKDOWN_SUFFIXES
from newsgraph.store.documents.urls import resolve_url
from newsgraph.store.importing.archive_files import MAX_BYTES, MAX_PARENTS, relative_path
from newsgraph.store.importing.author_mentions import check_relative_urls, resolve_image
from newsgraph.store.importing.content_folders import file_mode, is_at_or_below, is_folder
from newsgraph.store.importing.local_files import DocumentFiles
from newsgraph.store.importing.local_images import find_picture

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from newsgraph.store.documents.collection_settings import Collection, ImportRoot
    from newsgraph.store.documents.diagnostics import DiagnosticCode
    from newsgraph.store.documents.document import AuthorEntry, Diagnostic
    from newsgraph.store.importing.local_files import LocalFiles

_PROGRAM_SUFFIXES: Final = (".js", ".cjs", ".mjs", ".ts")
_INDEX_STEMS: Final = ("_index", "index")
_CONFIG: Final = "_config"


@dataclass(slots=True)
class AuthorFiles:
    """The authors in the author files of a root.

    Attributes:
        entries: the authors by key, with absolute URLs. Of several with one key, the first counts.
        paths: the files that were read, relative to the root.
        failed_paths: files and folders that could not be read; their authors have to stay. ``""``
            is the root itself.
        diagnostics: what is wrong with the files.
        local_files: finds pictures in the folder.
    """

    entries: dict[str, AuthorEntry] = field(default_factory=dict)
    paths: set[str] = field(default_factory=set)
    failed_paths: list[str] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    local_files: LocalFiles | None = None

    def with_stored(self, stored: Iterable[AuthorEntry]) -> list[AuthorEntry]:
        """Return the authors, sorted; of files that could not be read those of the last import.

        Args:
            stored: the root's authors in the store.
        """
        entries = {
            entry.key: entry for entry in stored if is_at_or_below(entry.path, self.failed_paths)
        }
        return sorted((entries | self.entries).values(), key=lambda entry: entry.key)

    def with_picture(self, entry: AuthorEntry) -> AuthorEntry:
        """Return an author with the URL of the picture if it is a file in the folder."""
        if self.local_files is None:
            return entry
        files = DocumentFiles(self.local_files, entry.path)
        return replace(entry, image=find_picture(entry.image, files))

    def add_failure(self, path: str, code: DiagnosticCode, message: str) -> None:
        """Record that a file or folder could not be read."""
        self.failed_paths.append(path)
        self.diagnostics.append(create_diagnostic(path, code, message))


def read_author_files(root: ImportRoot, local_files: LocalFiles | None = None) -> AuthorFiles:
    """Read the author files of a root.

    If its folder is inside of the archive, they can be in one of the folders above it, up to the
    first that is the root of a Git repository.

    Args:
        root: the root.
        local_files: finds pictures of authors in the folder; None if there are none.
    """
    sources = _sources(root.collection)
    files = AuthorFiles(local_files=local_files)
    if not sources:
        return files
    if not is_folder(root.folder):
        files.failed_paths.append("")
        return files
    folder = Path(os.path.abspath(root.folder))  # noqa: PTH100 - `resolve` follows links
    parents = () if root.collection.is_complete else tuple(folder.parents)[:MAX_PARENTS]
    for base in (folder, *parents):
        for source in sources:
            for path in _expand(base, source.rstrip("/").split("/")):
                if source.endswith("/"):
                    _read_folder(root, path, files)
                else:
                    _read_data_file(root, path, files)
        if files.paths or files.failed_paths or (base / ".git").exists():
            break
    return files


def _sources(collection: Collection) -> list[str]:
    """Return where authors are described, in the content folder that the configuration names."""
    kind, content_folder = KINDS[collection.kind], collection.content_folder
    sources = []
    for source in kind.author_sources:
        first, _, rest = source.partition("/")
        is_content = content_folder is not None and first in kind.content_folders
        sources.append(f"{content_folder}/{rest}" if is_content else source)
    return sources


def _expand(folder: Path, parts: Sequence[str]) -> Iterator[Path]:
    """Yield the paths below a folder; the part ``*`` is each of its folders, sorted."""
    if not parts:
        yield folder
    elif parts[0] == "*":
        for name in _folder_names(folder):
            yield from _expand(folder / name, parts[1:])
    else:
        yield from _expand(folder / parts[0], parts[1:])


def _folder_names(folder: Path) -> list[str]:
    try:
        with os.scandir(folder) as entries:
            names = [entry.name for entry in entries if entry.is_dir(follow_symlinks=False)]
    except OSError:
        # The import reports folders of documents that it cannot read.
        return []
    return sorted(name for name in names if not name.startswith("."))


def _read_data_file(root: ImportRoot, stem_path: Path, files: AuthorFiles) -> None:
    has_tables = KINDS[root.collection.kind] is JEKYLL and stem_path.name != _CONFIG
    for suffix in (*FORMAT_BY_SUFFIX, *(DELIMITER_BY_SUFFIX if has_tables else ())):
        _read_file(root, stem_path.with_name(stem_path.name + suffix), None, files)
    for suffix in _PROGRAM_SUFFIXES:
        program = stem_path.with_name(stem_path.name + suffix)
        if program.name.startswith(_CONFIG) or not S_ISREG(file_mode(program)):
            continue
        path = relative_path(program, root.folder)
        message = "The file is a program, which newsgraph does not run."
        files.paths.add(path)
        files.diagnostics.append(create_diagnostic(path, "unread-authors", message))


def _read_folder(root: ImportRoot, folder: Path, files: AuthorFiles) -> None:
    try:
        with os.scandir(folder) as entries:
            names = sorted(entry.name for entry in entries if not entry.name.startswith("."))
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError as error:
        message = f"The folder cannot be read: {error.strerror or type(error).__name__}."
        files.add_failure(relative_path(folder, root.folder), "unreadable-folder", message)
        return
    for name in names:
        file = folder / name
        if file.suffix.lower() in (*FORMAT_BY_SUFFIX, *MARKDOWN_SUFFIXES):
            if file.stem not in _INDEX_STEMS:
                _read_file(root, file, file.stem, files)
            continue
        # Hugo describes a term in `authors/ann/_index.md`.
        for stem in _INDEX_STEMS:
            for suffix in MARKDOWN_SUFFIXES:
                _read_file(root, file / f"{stem}{suffix}", name, files)


def _read_file(root: ImportRoot, file: Path, key: str | None, files: AuthorFiles) -> None:
    """Read a file if it exists.

    Args:
        root: the root.
        file: path of the file.
        key: key of the only author in it; None if it is a data file with several.
        files: what was read so far.
    """
    path = relative_path(file, root.folder)
    text = _read_text(root, file, files)
    if text is None:
        return
    parsed = parse_author_file(
        text,
        path,
        key,
        is_config=file.stem == _CONFIG,
        serve_unpublished=root.collection.serve_unpublished,
    )
    files.diagnostics += parsed.diagnostics
    if not parsed.is_valid:
        files.failed_paths.append(path)
        return
    if file.stem != _CONFIG or parsed.entries:
        files.paths.add(path)
    collection = root.collection
    entries = [files.with_picture(entry) for entry in parsed.entries]
    for entry in entries:
        url = resolve_url(entry.url, collection.url) if entry.url else None
        resolved = replace(entry, url=url, image=resolve_image(entry.image, collection))
        files.entries.setdefault(entry.key, resolved)
    relative = check_relative_urls(entries, path, collection.url)
    if relative is not None:
        files.diagnostics.append(relative)


def _read_text(root: ImportRoot, file: Path, files: AuthorFiles) -> str | None:
    """Return the text of a file; None if there is none, or if it cannot be read."""
    path = relative_path(file, root.folder)
    try:
        status = file.stat()
        if not S_ISREG(status.st_mode):
            return None
        if status.st_size <= MAX_BYTES:
            return file.read_text("utf-8-sig")
        message = f"The file has more than {MAX_BYTES:,} bytes."
        files.add_failure(path, "unread-authors", message)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except UnicodeDecodeError:
        files.add_failure(path, "not-utf8", "The file is not UTF-8.")
    except OSError as error:
        reason = error.strerror or type(error).__name__
        files.add_failure(path, "unreadable-file", f"The file cannot be read: {reason}.")
    return None
