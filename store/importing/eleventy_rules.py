"""What Eleventy's data files say of templates."""

from __future__ import annotations

import posixpath
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from newsgraph.store.documents.diagnostics import DocumentError, create_diagnostic, join_names
from newsgraph.store.documents.document_rules import NO_RULES, DocumentRules, merge_values
from newsgraph.store.documents.eleventy_config import find_copied_folders, parse_eleventy_folders
from newsgraph.store.documents.folder_mounts import FolderMount
from newsgraph.store.documents.path_patterns import matches_glob
from newsgraph.store.documents.site_config import read_configuration
from newsgraph.store.importing.generator_rules import GeneratorRules

if TYPE_CHECKING:
    from newsgraph.store.documents.document import Diagnostic, JsonValue
    from newsgraph.store.documents.fields import FieldReader
    from newsgraph.store.importing.generator_rules import ArchiveContext


class EleventyRules(GeneratorRules):
    """Eleventy's data files of folders and templates, its folders, and ``.eleventyignore``.

    Sources: https://www.11ty.dev/docs/data-template-dir/ and https://www.11ty.dev/docs/ignores/.
    """

    def __init__(self, archive: ArchiveContext) -> None:
        super().__init__(archive)
        self._values: dict[str, dict[str, JsonValue]] = {}
        self._inherited: dict[str, dict[str, JsonValue]] = {}
        self._programs: set[str] = set()
        self._ignored = _read_ignored(archive.files.read_text(".eleventyignore") or "")
        text = archive.configuration.text if archive.configuration else ""
        self._folders = set(parse_eleventy_folders(text).skipped)
        self._copied = find_copied_folders(text)

    def file_mounts(self) -> tuple[FolderMount, ...] | None:
        """Return what the configuration copies to other paths, before the usual folders."""
        if not self._copied:
            return None
        return (*self._copied, *map(FolderMount, self.kind.static_folders))

    def rules_of(self, path: str) -> DocumentRules:
        """Return the data of a template's folders, and of the template itself."""
        folder, _, name = path.rpartition("/")
        inherited = self._inherited_in(folder)
        own = self._data_of(folder, name.partition(".")[0])
        inherited = merge_values(inherited, own, self.kind.inheritance) if own else inherited
        return DocumentRules(inherited) if inherited else NO_RULES

    def skips(self, path: str) -> bool:
        """Return whether ``.eleventyignore`` has a file, or a folder has layouts or data."""
        folders = map(str, (PurePosixPath(path), *PurePosixPath(path).parents))
        return not self._folders.isdisjoint(folders) or matches_glob(path, self._ignored)

    def all_diagnostics(self) -> list[Diagnostic]:
        """Return the problems in data files; those that are programs are named once."""
        diagnostics = super().all_diagnostics()
        if self._programs:
            paths = sorted(self.files.diagnostic_path(path) for path in self._programs)
            message = f"Data files that are programs were not read: {join_names(paths)}."
            diagnostics.append(create_diagnostic("", "unread-configuration", message))
        return diagnostics

    def _inherited_in(self, folder: str) -> dict[str, JsonValue]:
        """Return the data of a folder, merged with that of the folders above it."""
        if folder not in self._inherited:
            above = self._inherited_in(folder.rpartition("/")[0]) if folder else {}
            own = self._data_of(folder, folder.rpartition("/")[2]) if folder else {}
            self._inherited[folder] = merge_values(above, own, self.kind.inheritance)
        return self._inherited[folder]

    def _data_of(self, folder: str, name: str) -> dict[str, JsonValue]:
        names = self.files.names(folder)
        prefix = f"{folder}/" if folder else ""
        values: dict[str, JsonValue] = {}
        for suffix in (".json", ".11tydata.json"):
            if f"{name}{suffix}" in names:
                own = self._read_data(f"{prefix}{name}{suffix}")
                values = merge_values(values, own, self.kind.inheritance)
        programs = (f"{name}.11tydata.{suffix}" for suffix in ("js", "cjs", "mjs"))
        self._programs |= {f"{prefix}{program}" for program in programs if program in names}
        return values

    def _read_data(self, path: str) -> dict[str, JsonValue]:
        if path not in self._values:
            self._values[path] = {}
            text = self.files.read_text(path)
            if text is not None:
                data = read_configuration(text, path, self.files.diagnostic_path(path))
                if data.fields is not None:
                    self._values[path] = self._read_values(data.fields)
                self.diagnostics += data.diagnostics.sorted_diagnostics()
        return self._values[path]

    def _read_values(self, fields: FieldReader) -> dict[str, JsonValue]:
        try:
            values = fields.converter.mapping_to_json(fields.node)
        except DocumentError as error:
            fields.converter.diagnostics.add("broken-configuration", error.offset, error.message)
            return {}
        self._check_values(fields)
        # Eleventy makes a list of a single tag, and adds the tags of documents to it.
        tags = values.get("tags")
        return values | {"tags": [tags]} if isinstance(tags, str) and tags else values


def _read_ignored(text: str) -> list[str]:
    """Return globs of what an ``.eleventyignore`` lists.

    Unlike in ``.gitignore``, a name matches beside the file only, and lines with ``!`` have no
    effect.
    """
    globs = []
    for line in text.splitlines():
        pattern = line.strip()
        if pattern and not pattern.startswith(("#", "!")):
            glob = posixpath.normpath(pattern.lstrip("/"))
            globs += [glob, f"{glob}/**"]
    return globs
