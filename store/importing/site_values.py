"""The variable `site` of Jekyll's templates: settings of its configuration, and data files.

https://jekyllrb.com/docs/variables/ and https://jekyllrb.com/docs/datafiles/ describe it. Nothing
is read or parsed before a document needs it, and then once in an import.
"""

from __future__ import annotations

import hashlib
import json
import os
import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from yaml import ScalarNode

from newsgraph.store.bodies.context import SiteValue
from newsgraph.store.documents.csv_values import DELIMITER_BY_SUFFIX, compose_table
from newsgraph.store.documents.diagnostics import DiagnosticCollector, DocumentError
from newsgraph.store.documents.frontmatter_formats import FORMAT_BY_SUFFIX
from newsgraph.store.documents.text_cleaning import SourceText
from newsgraph.store.documents.yaml_tags import STR_TAG, TIMESTAMP_TAG
from newsgraph.store.documents.yaml_values import YamlConverter
from newsgraph.store.importing.archive_files import MAX_BYTES
from newsgraph.store.importing.safe_open import open_below

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from yaml import Node

    from newsgraph.store.documents.document import JsonValue
    from newsgraph.store.documents.fields import FieldReader

_DATA: Final = "data"
_PREFIX: Final = "site:"
_SUFFIXES: Final = (".yaml", ".yml", ".json", *DELIMITER_BY_SUFFIX)
"""Suffixes of data files; of files with equal names, the last one of these is read."""

_NOT_IN_KEY: Final = re.compile(r"[^\w\s-]+|^\s+|\s+$", re.ASCII)
_BLANKS: Final = re.compile(r"\s+", re.ASCII)
_COMPUTED: Final = frozenset(
    {
        *("time", "pages", "posts", "related_posts", "static_files", "html_pages", "html_files"),
        *("collections", "documents", "categories", "tags", "url", "baseurl", "github", "config"),
    }
)
"""What Jekyll computes, or does not take from the configuration as it is."""


@dataclass(frozen=True, slots=True)
class SiteSettings:
    """What a generator's configuration says of the variable `site`.

    Attributes:
        fields: the configuration; None if there is none.
        data_folder: the folder with data files; paths are relative to that of the configuration.
        computed: names of variables that are not settings, such as those of collections.
    """

    fields: FieldReader | None = None
    data_folder: str = _DATA
    computed: frozenset[str] = frozenset()


class _DataFile(NamedTuple):
    value: JsonValue
    digest: str


class SiteValues:
    """The values of the variable `site`.

    Args:
        folder: the imported folder; files outside of it are not read.
        settings: what the configuration says; None if the generator has no such variable.
        data_folder: the folder with data files below the imported one; None if it is outside.
    """

    def __init__(
        self, folder: Path, settings: SiteSettings | None, data_folder: str | None
    ) -> None:
        self._folder, self._settings = os.path.realpath(folder), settings
        self._data_folder = data_folder
        self._values: Mapping[str, JsonValue] | None = None
        self._folders: dict[str, dict[str, str]] = {}
        self._digests: dict[str, str | None] = {}
        self._parsed: dict[str, JsonValue] = {}

    def find(self, names: Sequence[str]) -> tuple[SiteValue | None, str | None]:
        """Return what the first of some names mean, and the reference to it for the store.

        Args:
            names: see `newsgraph.store.bodies.context.LinkTargets.find_site_value`.
        """
        if self._settings is None or not names:
            return None, None
        if names[0] == _DATA:
            return self._find_data(names)
        reference = f"{_PREFIX}{names[0]}"
        if self.digest(reference) is None:
            return None, reference
        return SiteValue(self._setting_values()[names[0]], 1), reference

    def digest(self, reference: str) -> str | None:
        """Return a digest of what a reference means now, or None if there is no such thing."""
        if reference not in self._digests:
            self._digests[reference] = self._compute_digest(reference.removeprefix(_PREFIX))
        return self._digests[reference]

    def _compute_digest(self, name: str) -> str | None:
        folder, _, path = name.partition("/")
        if folder == _DATA:
            file = self._path_of(path.split("/"))
            data = None if file is None else self._read(file)
        elif name in self._setting_values():
            data = json.dumps(self._setting_values()[name]).encode()
        else:
            data = None
        return None if data is None else hashlib.sha256(data).hexdigest()

    def _find_data(self, names: Sequence[str]) -> tuple[SiteValue | None, str | None]:
        for length in range(2, len(names) + 1):
            path = self._path_of(names[1:length])
            if path is not None and path.endswith("/"):
                continue
            reference = f"{_PREFIX}{'/'.join(names[:length])}"
            if path is None or self.digest(reference) is None:
                return None, reference
            if path not in self._parsed:
                data = self._read(path)
                self._parsed[path] = None if data is None else _parse(data, path)
            value = self._parsed[path]
            return (None if value is None else SiteValue(value, length)), reference
        return None, None

    def _path_of(self, names: Sequence[str]) -> str | None:
        """Return the path of a data file, or of a folder, with ``/`` at its end."""
        path = None if self._data_folder is None else f"{self._data_folder}/"
        for name in names:
            if path is None or not path.endswith("/"):
                return None
            path = self._entries(path).get(name)
        return path

    def _entries(self, folder: str) -> dict[str, str]:
        """Return the paths of data files and folders in a folder, by what templates call them."""
        if folder not in self._folders:
            files, folders = {}, {}
            try:
                with os.scandir(os.path.join(self._folder, folder)) as items:  # noqa: PTH118
                    entries = sorted((item.name, item.is_dir()) for item in items)
            except (OSError, ValueError):
                entries = []
            for suffix in _SUFFIXES:
                for name, is_folder in entries:
                    stem = name[: -len(suffix)]
                    if name.endswith(suffix) and stem and not (is_folder or name[0] == "."):
                        files[_key(stem)] = folder + name
            for name, is_folder in entries:
                if is_folder and name[0] != ".":
                    folders[_key(name)] = f"{folder}{name}/"
            self._folders[folder] = files | folders
        return self._folders[folder]

    def _read(self, path: str) -> bytes | None:
        """Return a file of at most 1 MB; None if it cannot be read, or is outside of the folder."""
        real = os.path.realpath(posixpath.join(self._folder, path))
        inside = os.path.relpath(real, self._folder).replace(os.sep, "/")
        if any(part.startswith(".") for part in inside.split("/")):
            return None
        try:
            with open_below(self._folder, inside) as file:
                data = file.read(MAX_BYTES + 1)
        except (OSError, ValueError):
            return None
        return data if len(data) <= MAX_BYTES else None

    def _setting_values(self) -> Mapping[str, JsonValue]:
        if self._values is None:
            settings = self._settings or SiteSettings()
            values = _to_json(settings.fields.node) if settings.fields else None
            excluded = _COMPUTED | settings.computed
            items = values.items() if isinstance(values, dict) else ()
            self._values = {name: value for name, value in items if name not in excluded}
        return self._values


def is_site_reference(reference: str) -> bool:
    """Return whether a reference in the store is to a value of the site; no URL of a file is."""
    return reference.startswith(_PREFIX)


def _key(name: str) -> str:
    """Return what templates call a file, as Jekyll's `DataReader.sanitize_filename` does it."""
    return _BLANKS.sub("_", _NOT_IN_KEY.sub("", name))


def _parse(data: bytes, path: str) -> JsonValue:
    """Return the contents of a data file; None if it is empty or broken."""
    suffix = posixpath.splitext(path)[1]
    text = SourceText(data.decode("utf-8-sig", "replace")).text
    try:
        if suffix in DELIMITER_BY_SUFFIX:
            return _to_json(compose_table(text, suffix))
        return _to_json(FORMAT_BY_SUFFIX[suffix].compose(text))
    except DocumentError:
        return None


def _to_json(node: Node | None) -> JsonValue:
    """Return the value of a node; dates, of which Jekyll shows the text, are texts."""
    if node is None:
        return None
    seen: set[int] = set()
    nodes = [node]
    while nodes:
        item = nodes.pop()
        if isinstance(item, ScalarNode):
            if item.tag == TIMESTAMP_TAG:
                item.tag = STR_TAG
        elif id(item) not in seen:
            seen.add(id(item))
            for child in item.value:
                nodes += child if isinstance(child, tuple) else (child,)
    # What is wrong with a value is for its generator to report.
    return YamlConverter(DiagnosticCollector(SourceText(""), "")).to_json(node)
