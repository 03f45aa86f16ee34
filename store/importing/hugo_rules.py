"""What Hugo's sections and configuration say of pages."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from newsgraph.store.documents.archive_kinds import HUGO
from newsgraph.store.documents.document_rules import NO_RULES, DocumentRules
from newsgraph.store.documents.fields import FieldReader, list_items
from newsgraph.store.documents.folder_mounts import FolderMount, read_mounts
from newsgraph.store.documents.frontmatter import read_front_matter
from newsgraph.store.documents.hugo_cascade import (
    Cascade,
    CascadePage,
    collect_inherited,
    read_cascades,
)
from newsgraph.store.documents.hugo_expressions import HugoExpression, WrongExpressionError
from newsgraph.store.documents.site_config import read_configuration
from newsgraph.store.importing.generator_rules import GeneratorRules, folders_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsgraph.store.importing.generator_rules import ArchiveContext


_CONFIG_FOLDER: Final = "config/_default"


class HugoRules(GeneratorRules):
    """Cascades of Hugo's sections and configuration, and ``ignoreFiles``."""

    _site_cascades: tuple[Cascade, ...] = ()
    _language: str = "en"
    _ignored: tuple[HugoExpression, ...] = ()

    def __init__(self, archive: ArchiveContext) -> None:
        super().__init__(archive)
        self._languages = archive.languages
        self._sections: dict[str, list[Cascade]] = {}
        self._section_names: dict[str, list[str]] = {}
        self._more: dict[str, FieldReader] = {}
        self._read_other_files()

    def _read(self, fields: FieldReader) -> None:
        self._site_cascades = tuple(read_cascades(fields))
        for cascade in self._site_cascades:
            self._check_values(FieldReader(fields.converter, cascade.node))
        self._language = fields.get_text("defaultContentLanguage") or self._language
        self._ignored = tuple(_read_ignore_files(fields))

    def _read_other_files(self) -> None:
        """Read the files of the languages, some of which may be disabled, and of the modules."""
        for name in sorted(self.files.names(_CONFIG_FOLDER)):
            stem = PurePosixPath(name).stem
            if stem in ("languages", "module"):
                path = f"{_CONFIG_FOLDER}/{name}"
                text = self.files.read_text(path)
                if text is not None:
                    data = read_configuration(text, name, self.files.diagnostic_path(path))
                    self.diagnostics += data.diagnostics.sorted_diagnostics()
                    if data.fields is not None:
                        self._more[stem] = data.fields

    def file_mounts(self) -> tuple[FolderMount, ...] | None:
        """Return the folders of `staticDir`, `assetDir` and `module.mounts`."""
        fields = self._configuration.fields if self._configuration else None
        module, languages = (
            self._more.get(name) or (fields.find_mapping(name) if fields else None)
            for name in ("module", "languages")
        )
        settings = [fields]
        if languages is not None:
            settings += [languages.find_mapping(key) for key in languages.keys]
        return read_mounts([item for item in settings if item is not None], module)

    def rules_of(self, path: str) -> DocumentRules:
        """Return what a page inherits from the sections above it."""
        page_path = self._in_content(path)
        if page_path is None:
            return NO_RULES
        page = CascadePage.create(page_path, self._languages, self._language)
        cascades = [
            cascade
            for folder in folders_of(path, self.content_folder)
            for cascade in self._cascades_of(folder, page.language)
        ]
        inherited = collect_inherited(page, (*cascades, *self._site_cascades))
        return DocumentRules(inherited) if inherited else NO_RULES

    def skips(self, path: str) -> bool:
        """Return whether ``ignoreFiles`` has a file."""
        return any(expression.finds_in(f"/{path}") for expression in self._ignored)

    def _cascades_of(self, folder: str, language: str) -> list[Cascade]:
        cascades: list[Cascade] = []
        for name in self._section_names_in(folder):
            path = f"{folder}/{name}" if folder else name
            if path not in self._sections:
                self._sections[path] = self._read_section(path)
            section = CascadePage.create(name, self._languages, self._language)
            if section.language == language:
                cascades += self._sections[path]
        return cascades

    def _section_names_in(self, folder: str) -> list[str]:
        """Return the names of the sections' files in a folder, which can have many other files."""
        if folder not in self._section_names:
            self._section_names[folder] = [
                name
                for name in sorted(self.files.names(folder))
                if PurePosixPath(name).stem.partition(".")[0] == "_index"
            ]
        return self._section_names[folder]

    def _read_section(self, path: str) -> list[Cascade]:
        text = self.files.read_text(path)
        if text is None or "cascade" not in text.lower():
            return []
        fields, collector = read_front_matter(text, self.files.diagnostic_path(path), HUGO)
        cascades = []
        if fields is not None:
            cascades = read_cascades(fields)
            for cascade in cascades:
                self._check_values(FieldReader(fields.converter, cascade.node))
        self.diagnostics += collector.sorted_diagnostics()
        return cascades


def _read_ignore_files(fields: FieldReader) -> Iterator[HugoExpression]:
    entry = fields.find("ignoreFiles")
    for node in list_items(entry[1]) if entry else ():
        text = fields.node_text(node, "ignoreFiles")
        try:
            if text:
                yield HugoExpression(text)
        except WrongExpressionError as error:
            fields.report("broken-configuration", node, str(error))
