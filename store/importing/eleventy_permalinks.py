"""Finds the permalinks that Eleventy's data files in JavaScript and its layouts contain."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from yaml import MappingNode

from newsgraph.store.documents.archive_kinds import ELEVENTY
from newsgraph.store.documents.diagnostics import DiagnosticCollector, DocumentError
from newsgraph.store.documents.eleventy_config import parse_eleventy_folders
from newsgraph.store.documents.fields import FieldReader
from newsgraph.store.documents.frontmatter import read_front_matter
from newsgraph.store.documents.permalinks.base import read_text
from newsgraph.store.documents.permalinks.eleventy import UnknownPermalink
from newsgraph.store.documents.program_values import compose_program
from newsgraph.store.documents.text_cleaning import SourceText
from newsgraph.store.documents.yaml_values import YamlConverter

if TYPE_CHECKING:
    from newsgraph.store.importing.archive_files import ArchiveFiles

_PERMALINK: Final = re.compile(r"\bpermalink\b")
_ALIAS: Final = re.compile(r"""\baddLayoutAlias\(\s*["']([^"']*)["']\s*,\s*["']([^"']*)["']\s*\)""")
_PROGRAM_SUFFIXES: Final = ("js", "cjs", "mjs", "ts")
_LAYOUT_SUFFIXES: Final = ("", ".njk", ".html", ".liquid", ".md", ".webc", ".hbs")
_MAX_LAYOUTS: Final = 20


class EleventyDefaults:
    """The permalinks that documents have from elsewhere than their front matter and JSON files.

    Args:
        text: the configuration, a program.
        files: the files of the archive.
    """

    def __init__(self, text: str, files: ArchiveFiles) -> None:
        folders = parse_eleventy_folders(text)
        self.input_folder = folders.input or ""
        self._files = files
        usual = (f"{self.input_folder}/{name}".lstrip("/") for name in ("_includes", "_layouts"))
        self._layout_folders = tuple(dict.fromkeys((*folders.skipped, *usual)))
        self._aliases = dict(_ALIAS.findall(text))
        self._programs: dict[str, FieldReader | None] = {}
        self._layouts: dict[str, FieldReader | None] = {}

    def find(self, path: str, layout: str | None) -> str | None:
        """Return the permalink of a document; None if it has the usual address.

        The data file nearest to the document comes first, and layouts come last:
        https://www.11ty.dev/docs/data-cascade/

        Args:
            path: path of the document.
            layout: the name of its layout.

        Raises:
            UnknownPermalink: a program computes it.
        """
        folder, _, name = path.rpartition("/")
        stems = [(folder, name.partition(".")[0])]
        while folder:
            stems.append((folder, folder.rpartition("/")[2]))
            folder = folder.rpartition("/")[0]
        for parent, stem in stems:
            for suffix in _PROGRAM_SUFFIXES:
                program = f"{stem}.11tydata.{suffix}"
                if program in self._files.names(parent):
                    permalink = self._in_program(f"{parent}/{program}".lstrip("/"))
                    if permalink is not None:
                        return permalink
        return self._in_layout(layout) if layout else None

    def _in_program(self, path: str) -> str | None:
        """Return the permalink that is written out in a program, or None if it has none."""
        text = self._files.find_text(path)
        if text is None:
            raise UnknownPermalink
        count = len(_PERMALINK.findall(text))
        if count == 0:
            return None
        if path not in self._programs:
            self._programs[path] = _read_program(text, path)
        fields = self._programs[path]
        permalink = read_text(fields, "permalink") if fields and count == 1 else None
        if permalink is None:
            raise UnknownPermalink
        return permalink

    def _in_layout(self, layout: str) -> str | None:
        for _ in range(_MAX_LAYOUTS):
            if layout not in self._layouts:
                self._layouts[layout] = self._read_layout(layout)
            fields = self._layouts[layout]
            if fields is None:
                return None
            if fields.find("permalink"):
                permalink = read_text(fields, "permalink")
                if permalink is None:
                    raise UnknownPermalink
                return permalink
            above = read_text(fields, "layout")
            if above is None:
                return None
            layout = above
        return None

    def _read_layout(self, layout: str) -> FieldReader | None:
        """Return the front matter of a layout; None if it has none.

        Raises:
            UnknownPermalink: there is no such layout, or it is a program.
        """
        layout = self._aliases.get(layout, layout)
        for folder in self._layout_folders:
            for suffix in _LAYOUT_SUFFIXES:
                path = f"{folder}/{layout}{suffix}"
                parent, _, name = path.rpartition("/")
                if name in self._files.names(parent):
                    text = self._files.find_text(path)
                    if text is None:
                        raise UnknownPermalink
                    return read_front_matter(text, path, ELEVENTY)[0]
        raise UnknownPermalink


def _read_program(text: str, path: str) -> FieldReader | None:
    try:
        node = compose_program(text)
    except DocumentError:
        return None
    if not isinstance(node, MappingNode):
        return None
    # What is wrong in the program is not reported: most of it is not read.
    return FieldReader(YamlConverter(DiagnosticCollector(SourceText(text), path)), node)
