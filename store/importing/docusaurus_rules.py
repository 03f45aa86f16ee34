"""What the files of Docusaurus say: folders with documents, and labels of tags in ``tags.yml``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from yaml import MappingNode

from newsgraph.store.documents.diagnostics import DocumentError, join_names
from newsgraph.store.documents.document_rules import NO_RULES, DocumentRules
from newsgraph.store.documents.docusaurus_config import find_docusaurus_folders
from newsgraph.store.documents.fields import FieldReader
from newsgraph.store.documents.site_config import read_configuration
from newsgraph.store.documents.yaml_values import quote_for_message
from newsgraph.store.importing.generator_rules import GeneratorRules, folders_of

if TYPE_CHECKING:
    from newsgraph.store.importing.generator_rules import ArchiveContext

_ADVICE: Final = (
    'If you want its documents, import this folder, too, with `kind = "docusaurus"` in its '
    "newsgraph.toml."
)
_TAGS_FILE: Final = "tags.yml"
_TRANSLATED: Final = re.compile(r"i18n/[^/]+/docusaurus-plugin-content-(blog|docs)(?:/current)?/")
"""Folders of translations of ``blog`` and ``docs``."""


class DocusaurusRules(GeneratorRules):
    """Folders of the option ``path`` of plugins, and labels of the tags in ``tags.yml``.

    A folder outside of the site is reported.
    Source: https://docusaurus.io/docs/api/plugins/@docusaurus/plugin-content-blog#tags-file
    """

    def __init__(self, archive: ArchiveContext) -> None:
        super().__init__(archive)
        self._labels: dict[str, dict[str, str]] = {}
        text = archive.configuration.text if archive.configuration else ""
        folders = {folder.path: folder for folder in find_docusaurus_folders(text)}.values()
        self._folders = [folder.path for folder in folders if folder.is_inside]
        outside = [folder for folder in folders if not folder.is_inside]
        if archive.configuration and outside:
            names = join_names([quote_for_message(folder.path) for folder in outside])
            message = f"Docusaurus reads documents outside of the site, in {names}."
            archive.configuration.diagnostics.add("left-out", outside[0].offset, message, _ADVICE)

    def content_folders(self) -> list[str]:
        """Return the folders in the site that plugins name."""
        return self._folders

    def rules_of(self, path: str) -> DocumentRules:
        """Return the labels of the tags that a document can name."""
        original = _TRANSLATED.sub(r"\1/", path, count=1)
        folders = folders_of(path, "") + (folders_of(original, "") if original != path else [])
        # A file in the folder of the site is none of a blog or docs.
        folder = next((f for f in folders if f and _TAGS_FILE in self.files.names(f)), None)
        labels = {} if folder is None else self._labels_in(folder)
        return DocumentRules(topic_names=labels) if labels else NO_RULES

    def skips(self, path: str) -> bool:
        """Return whether a file defines tags."""
        return path.endswith(f"/{_TAGS_FILE}")

    def _labels_in(self, folder: str) -> dict[str, str]:
        if folder not in self._labels:
            path = f"{folder}/{_TAGS_FILE}"
            text = self.files.read_text(path) or ""
            data = read_configuration(text, path, self.files.diagnostic_path(path))
            self._labels[folder] = _read_labels(data.fields) if data.fields else {}
            self.diagnostics += data.diagnostics.sorted_diagnostics()
        return self._labels[folder]


def _read_labels(fields: FieldReader) -> dict[str, str]:
    """Return the label of each tag; that of a tag without one is its key, capitalized."""
    labels = {}
    try:
        for key, node in fields.converter.mapping_entries(fields.node).items():
            tag = (
                FieldReader(fields.converter, node, key) if isinstance(node, MappingNode) else None
            )
            labels[key] = (tag and tag.get_name("label")) or key.capitalize()
    except DocumentError as error:
        fields.converter.diagnostics.add("broken-configuration", error.offset, error.message)
    return labels
