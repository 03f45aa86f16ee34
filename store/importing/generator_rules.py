"""What generators' configurations say of documents, for most generators."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from newsgraph.store.documents.archive_kinds import ZOLA
from newsgraph.store.documents.articles import parse_article
from newsgraph.store.documents.authors import parse_site_author
from newsgraph.store.documents.diagnostics import DocumentError
from newsgraph.store.documents.document import Author
from newsgraph.store.documents.document_rules import NO_RULES, DocumentRules
from newsgraph.store.documents.fields import FieldReader
from newsgraph.store.documents.frontmatter import read_front_matter
from newsgraph.store.documents.jekyll_config import JekyllConfig
from newsgraph.store.documents.path_patterns import IgnoreFile, matches_glob
from newsgraph.store.documents.site_config import find_assignment
from newsgraph.store.importing.site_values import SiteSettings

if TYPE_CHECKING:
    from newsgraph.store.documents.archive_kinds import ArchiveKind
    from newsgraph.store.documents.document import Diagnostic, JsonValue
    from newsgraph.store.documents.folder_mounts import FolderMount
    from newsgraph.store.documents.languages import SiteLanguages
    from newsgraph.store.documents.site_config import Configuration
    from newsgraph.store.importing.archive_files import ArchiveFiles

_MKDOCS_EXCLUDES: Final = ".*\n/templates/\n"
"""What MkDocs excludes unless ``exclude_docs`` says otherwise: its `mkdocs.structure.files`."""


@dataclass(frozen=True, slots=True)
class ArchiveContext:
    """What the rules of an archive are read from.

    Attributes:
        kind: the kind of the archive.
        content_folder: path of the folder with documents, or ``""``.
        configuration: the generator's configuration; None if there is none.
        files: the files of the archive.
        languages: what the names of files say about their languages.
    """

    kind: ArchiveKind
    content_folder: str
    configuration: Configuration | None
    files: ArchiveFiles
    languages: SiteLanguages


class GeneratorRules:
    """What an archive says of its documents outside of their files; by default nothing.

    Paths are relative to the folder of the generator's configuration.

    Args:
        archive: the archive; its files are read when a document needs them.
    """

    def __init__(self, archive: ArchiveContext) -> None:
        self.kind, self.content_folder = archive.kind, archive.content_folder
        self.files = archive.files
        self.diagnostics: list[Diagnostic] = []
        self.default_author: Author | None = None
        self._configuration = archive.configuration
        fields = self._configuration.fields if self._configuration else None
        if fields is not None:
            try:
                self._read(fields)
            except DocumentError as error:
                fields.converter.diagnostics.add(
                    "broken-configuration", error.offset, error.message
                )

    def _read(self, fields: FieldReader) -> None:
        """Read the generator's configuration."""

    def rules_of(self, path: str) -> DocumentRules:  # noqa: ARG002 - subclasses use it
        """Return what the archive says of a document."""
        return NO_RULES

    def skips(self, path: str) -> bool:  # noqa: ARG002 - subclasses use it
        """Return whether the generator does not read a file or folder."""
        return False

    def data_folders(self) -> list[str]:
        """Return the folders whose documents have no pages."""
        return []

    def content_folders(self) -> list[str]:
        """Return folders with documents besides the usual ones of the kind."""
        return []

    def file_mounts(self) -> tuple[FolderMount, ...] | None:
        """Return the folders with files of the site; None if they are the usual ones."""
        return None

    def site_settings(self) -> SiteSettings | None:
        """Return what templates know as `site`; None if the generator has no such variable."""
        return None

    def all_diagnostics(self) -> list[Diagnostic]:
        """Return the problems in the configuration and in the other files that were read."""
        own = self._configuration.diagnostics.sorted_diagnostics() if self._configuration else ()
        return [*own, *self.diagnostics, *self.files.unreadable.values()]

    def _in_content(self, path: str) -> str | None:
        """Return a path below the folder with documents; None if it is outside."""
        if not self.content_folder:
            return path
        folder = f"{self.content_folder}/"
        return path.removeprefix(folder) if path.startswith(folder) else None

    def _check_values(self, fields: FieldReader) -> None:
        """Report what is wrong with values that documents inherit, once for all of them."""
        parse_article(fields, "", "", self.kind)


class JekyllRules(GeneratorRules):
    """Defaults, collections, ``include`` and ``exclude`` of Jekyll's ``_config.yml``."""

    _config: JekyllConfig = JekyllConfig()

    def _read(self, fields: FieldReader) -> None:
        self._config = JekyllConfig.from_fields(fields)
        self.default_author = parse_site_author(fields)
        for node in self._config.value_nodes:
            self._check_values(FieldReader(fields.converter, node))

    def rules_of(self, path: str) -> DocumentRules:
        """Return the defaults of a document, its folders that are categories, and its author."""
        return replace(self._config.rules_of(path), default_author=self.default_author)

    def skips(self, path: str) -> bool:
        """Return whether ``exclude`` has a file."""
        return self._config.skips(path)

    def data_folders(self) -> list[str]:
        """Return the folders of collections without ``output: true``."""
        folder = PurePosixPath(self._config.collections_folder)
        return [str(folder / f"_{name}") for name in self._config.data]

    def site_settings(self) -> SiteSettings:
        """Return the configuration, and where data files are; collections are no settings."""
        fields = self._configuration.fields if self._configuration else None
        computed = frozenset((*self._config.pages, *self._config.data))
        return SiteSettings(fields, self._config.data_folder, computed)


class ZolaRules(GeneratorRules):
    """Zola's ``ignored_content``, and sections that are drafts with all that is in them."""

    _ignored: tuple[str, ...] = ()

    def __init__(self, archive: ArchiveContext) -> None:
        super().__init__(archive)
        self._drafts: dict[str, bool] = {}

    def _read(self, fields: FieldReader) -> None:
        self._ignored = fields.get_text_list("ignored_content")

    def rules_of(self, path: str) -> DocumentRules:
        """Return whether a section above a page is a draft."""
        folders = folders_of(path, self.content_folder)
        is_draft = any(self._is_draft(folder) for folder in folders)
        return DocumentRules(is_hidden=True) if is_draft else NO_RULES

    def skips(self, path: str) -> bool:
        """Return whether ``ignored_content`` has a file."""
        names = (self._in_content(path), path.rpartition("/")[2])
        return any(
            name and matches_glob(name, self._ignored, crosses_folders=True) for name in names
        )

    def _is_draft(self, folder: str) -> bool:
        if folder not in self._drafts:
            path = f"{folder}/_index.md" if folder else "_index.md"
            text = self.files.read_text(path) if "_index.md" in self.files.names(folder) else None
            self._drafts[folder] = text is not None and self._is_draft_section(text, path)
        return self._drafts[folder]

    def _is_draft_section(self, text: str, path: str) -> bool:
        fields, collector = read_front_matter(text, self.files.diagnostic_path(path), ZOLA)
        self.diagnostics += collector.sorted_diagnostics()
        return fields is not None and fields.matches("draft", "true")


class HexoRules(GeneratorRules):
    """Hexo's ``skip_render``, ``exclude`` and ``include``."""

    _skipped: tuple[str, ...] = ()
    _included: tuple[str, ...] = ()

    def _read(self, fields: FieldReader) -> None:
        self._skipped = (*fields.get_text_list("skip_render"), *fields.get_text_list("exclude"))
        self._included = fields.get_text_list("include")

    def skips(self, path: str) -> bool:
        """Return whether Hexo copies a file as it is, or leaves it out."""
        page = self._in_content(path)
        if page is None or not matches_glob(page, self._skipped):
            return False
        return not matches_glob(page, self._included)


class MkDocsRules(GeneratorRules):
    """``exclude_docs`` and ``draft_docs`` of MkDocs; what ``not_in_nav`` has is shown."""

    _excluded: IgnoreFile | None = None
    _drafts: IgnoreFile | None = None

    def _read(self, fields: FieldReader) -> None:
        self._excluded = IgnoreFile(_MKDOCS_EXCLUDES + (fields.get_text("exclude_docs") or ""))
        drafts = fields.get_text("draft_docs")
        self._drafts = IgnoreFile(drafts) if drafts else None

    def rules_of(self, path: str) -> DocumentRules:
        """Return whether a page is a draft."""
        page = self._in_content(path)
        if self._drafts is None or page is None or not self._drafts.ignores(page):
            return NO_RULES
        return DocumentRules(is_hidden=True)

    def skips(self, path: str) -> bool:
        """Return whether ``exclude_docs`` has a file; a folder can contain files that it keeps."""
        page = self._in_content(path)
        if self._excluded is None or page is None or not self._excluded.ignores(page):
            return False
        folder, _, name = path.rpartition("/")
        return name in self.files.names(folder)


class PelicanRules(GeneratorRules):
    """The category and the author of an article that states none.

    The category is that of its folder (``USE_FOLDER_AS_CATEGORY``), or else ``DEFAULT_CATEGORY``.
    Pelican's own default, ``misc``, says nothing of an article. The author is ``AUTHOR``, also of
    pages: https://docs.getpelican.com/en/latest/settings.html
    """

    def __init__(self, archive: ArchiveContext) -> None:
        super().__init__(archive)
        name = find_assignment(self._text, ("AUTHOR",))
        self.default_author = Author(name) if name else None

    def rules_of(self, path: str) -> DocumentRules:
        """Return the category of an article, as pages have none, and the author of the site."""
        page = self._in_content(path)
        folder = (page or "").rpartition("/")[0]
        category: str | None = None
        if page is not None and folder.partition("/")[0] != "pages":
            category = folder.rpartition("/")[2] if self._uses_folders else ""
            category = category or self._default_category
        inherited: dict[str, JsonValue] = {"category": category} if category else {}
        return DocumentRules(inherited, default_author=self.default_author)

    @cached_property
    def _text(self) -> str:
        return self._configuration.text if self._configuration else ""

    @cached_property
    def _uses_folders(self) -> bool:
        return re.search(r"(?m)^USE_FOLDER_AS_CATEGORY\s*=\s*False\b", self._text) is None

    @cached_property
    def _default_category(self) -> str:
        pattern = r"""(?m)^DEFAULT_CATEGORY\s*=\s*[uU]?(["'])([^"'\\\n]+)\1"""
        match = re.search(pattern, self._text)
        return match[2] if match else ""


def folders_of(path: str, content_folder: str) -> list[str]:
    """Return the folders of a file up to that with documents, the nearest first."""
    folders = []
    folder = path.rpartition("/")[0]
    while True:
        folders.append(folder)
        if folder in ("", content_folder):
            return folders
        folder = folder.rpartition("/")[0]
