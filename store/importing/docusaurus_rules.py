"""The folders with documents that Docusaurus's configuration names."""

from __future__ import annotations

from typing import Final

from newsgraph.store.documents.diagnostics import join_names
from newsgraph.store.documents.docusaurus_config import find_docusaurus_folders
from newsgraph.store.documents.yaml_values import quote_for_message
from newsgraph.store.importing.generator_rules import ArchiveContext, GeneratorRules

_ADVICE: Final = (
    'If you want its documents, import this folder, too, with `kind = "docusaurus"` in its '
    "newsgraph.toml."
)


class DocusaurusRules(GeneratorRules):
    """Folders of the option ``path`` of plugins: those in the site, and a warning for others."""

    def __init__(self, archive: ArchiveContext) -> None:
        super().__init__(archive)
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
