"""What an archive says of its documents outside of their files, for an import."""

from __future__ import annotations

import posixpath
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from newsgraph.store.documents.archive_kinds import KINDS
from newsgraph.store.documents.document_rules import NO_RULES
from newsgraph.store.documents.permalinks.base import RootPermalinks
from newsgraph.store.documents.site_config import check_time_zone, read_configuration
from newsgraph.store.importing.archive_files import ArchiveFiles, relative_path
from newsgraph.store.importing.author_mentions import check_relative_urls
from newsgraph.store.importing.content_folders import is_folder
from newsgraph.store.importing.docusaurus_rules import DocusaurusRules
from newsgraph.store.importing.eleventy_rules import EleventyRules
from newsgraph.store.importing.generator_rules import (
    ArchiveContext,
    GeneratorRules,
    HexoRules,
    JekyllRules,
    MkDocsRules,
    PelicanRules,
    ZolaRules,
)
from newsgraph.store.importing.hugo_rules import HugoRules
from newsgraph.store.importing.permalink_rules import read_permalinks
from newsgraph.store.importing.site_values import SiteValues

if TYPE_CHECKING:
    from pathlib import Path

    from newsgraph.store.documents.collection_settings import ImportRoot
    from newsgraph.store.documents.document import Diagnostic
    from newsgraph.store.documents.document_rules import DocumentRules
    from newsgraph.store.documents.folder_mounts import FolderMount


RULES_BY_KIND: Final[dict[str, type[GeneratorRules]]] = {
    "jekyll": JekyllRules,
    "hugo": HugoRules,
    "zola": ZolaRules,
    "hexo": HexoRules,
    "eleventy": EleventyRules,
    "docusaurus": DocusaurusRules,
    "mkdocs": MkDocsRules,
    "pelican": PelicanRules,
}
"""The rules of each kind of archive; those of other kinds say nothing."""


class SiteRules:
    """The rules of an imported folder's generator; paths are relative to this folder.

    Args:
        rules: the rules, by paths below the folder of the generator's configuration.
        prefix: path of the imported folder below that one, with ``/`` at its end, or ``""``.
        permalinks: how the generator makes addresses; None if it is unknown.
    """

    def __init__(
        self,
        rules: GeneratorRules | None = None,
        prefix: str = "",
        permalinks: RootPermalinks | None = None,
    ) -> None:
        self._rules, self._prefix = rules, prefix
        self._permalinks = permalinks

    def rules_of(self, path: str) -> DocumentRules:
        """Return what the archive says of a document."""
        rules = self._rules.rules_of(self._prefix + path) if self._rules else NO_RULES
        return replace(rules, permalinks=self._permalinks) if self._permalinks else rules

    def skips(self, path: str) -> bool:
        """Return whether the generator does not read a file, or what is in a folder."""
        return self._rules.skips(self._prefix + path) if self._rules else False

    def data_folders(self) -> list[str]:
        """Return the folders in this one whose documents have no pages."""
        return self._inside(self._rules.data_folders()) if self._rules else []

    def content_folders(self) -> list[str]:
        """Return the folders in this one with documents, besides the usual ones of the kind."""
        return self._inside(self._rules.content_folders()) if self._rules else []

    def file_mounts(self) -> list[FolderMount] | None:
        """Return the folders in this one with files of the site; None if they are the usual ones.

        They are listed if the configuration names any.
        """
        mounts = self._rules.file_mounts() if self._rules else None
        if mounts is None:
            return None
        return [
            mount._replace(source=f"{mount.source}/".removeprefix(self._prefix).rstrip("/"))
            for mount in mounts
            if f"{mount.source}/".startswith(self._prefix)
        ]

    def site_values(self, folder: Path) -> SiteValues:
        """Return what templates know as `site`.

        Args:
            folder: the imported folder.
        """
        settings = self._rules.site_settings() if self._rules else None
        path = posixpath.normpath(settings.data_folder) if settings else ""
        is_inside = settings and path.startswith(self._prefix) and path not in ("", ".")
        is_inside = is_inside and not any(part.startswith(".") for part in path.split("/"))
        return SiteValues(folder, settings, path.removeprefix(self._prefix) if is_inside else None)

    def _inside(self, folders: list[str]) -> list[str]:
        return [
            folder.removeprefix(self._prefix)
            for folder in folders
            if folder.startswith(self._prefix)
        ]

    def diagnostics(self) -> list[Diagnostic]:
        """Return the problems in the files that were read so far."""
        return self._rules.all_diagnostics() if self._rules else []


def read_site_rules(root: ImportRoot) -> SiteRules:
    """Read what the generator's configuration says of documents.

    Args:
        root: the folder to import; other files are read when a document needs them.
    """
    collection, kind = root.collection, KINDS[root.collection.kind]
    folder = (root.config_file.parent if root.config_file else root.folder).absolute()
    if root.config_file is not None and root.config_file.parent.name == "_default":
        folder = folder.parent.parent
    imported = root.folder.absolute()
    files = ArchiveFiles(folder, imported)
    configuration = None
    if root.config_file is not None:
        name = relative_path(root.config_file.absolute(), folder)
        text = files.read_text(name)
        if text is not None:
            configuration = read_configuration(text, name, files.diagnostic_path(name))
            if collection.time_zone is not None:
                check_time_zone(configuration, collection.time_zone)
    rules_class = RULES_BY_KIND.get(kind.name)
    if rules_class is None and configuration is None and not files.unreadable:
        return SiteRules()
    candidates = (collection.content_folder,) if collection.content_folder else kind.content_folders
    content_folder = next((name for name in candidates if is_folder(folder / name)), "")
    archive = ArchiveContext(kind, content_folder, configuration, files, collection.site_languages)
    rules = (rules_class or GeneratorRules)(archive)
    if rules.default_author and root.config_file:
        name = relative_path(root.config_file.absolute(), folder)
        relative = check_relative_urls(
            [rules.default_author], files.diagnostic_path(name), collection.url
        )
        if relative is not None:
            rules.diagnostics.append(relative)
    inside = relative_path(imported, folder)
    prefix = "" if inside == "." else f"{inside}/"
    permalinks = read_permalinks(archive)
    addresses = RootPermalinks.create(permalinks, prefix) if permalinks else None
    return SiteRules(rules, prefix, addresses)
