"""Jekyll's configuration: defaults of front matter, collections, and what Jekyll does not read.

Sources: https://jekyllrb.com/docs/configuration/front-matter-defaults/,
https://jekyllrb.com/docs/collections/ and Jekyll's `FrontmatterDefaults` and `EntryFilter`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Final

from yaml import MappingNode

from newsgraph.store.documents.archive_kinds import DRAFTS_FOLDER, POSTS_FOLDER
from newsgraph.store.documents.document_rules import DocumentRules, merge_values
from newsgraph.store.documents.fields import FieldReader, list_items
from newsgraph.store.documents.path_patterns import compile_glob

if TYPE_CHECKING:
    from newsgraph.store.documents.document import JsonValue

_DATA_FOLDER: Final = "_data"
_FORMER_TYPES: Final = {"page": "pages", "post": "posts", "draft": "drafts"}


@dataclass(frozen=True, slots=True)
class JekyllDefault:
    """Values that documents inherit.

    Attributes:
        path: the beginning of their paths, or a glob of it.
        type: ``pages``, ``posts``, ``drafts`` or the name of a collection; None for all.
        values: the values.
        scope: the path without the folder that contains the folders of collections.
    """

    path: str
    type: str | None
    values: dict[str, JsonValue]
    scope: str

    def applies_to(self, path: str, types: tuple[str, ...]) -> bool:
        """Return whether a document of one of these types inherits the values.

        Args:
            path: its path without the folder that contains the folders of collections.
            types: the types.
        """
        if self.type is not None and self.type not in types:
            return False
        if "*" not in self.scope:
            return path.startswith(self.scope)
        glob = compile_glob(self.scope.rstrip("/"))
        ends = [index for index, character in enumerate(path) if character == "/"]
        return any(glob.matches(path[:end]) for end in (*ends, len(path)))


@dataclass(frozen=True, slots=True)
class JekyllConfig:
    """What a configuration says of documents; paths are relative to its folder.

    Attributes:
        defaults: the defaults, in their order.
        collections_folder: the folder that contains the folders of collections, or ``""``.
        pages: names of collections whose documents have pages.
        data: names of collections whose documents have none.
        include: patterns of files and folders that are read although Jekyll would skip them.
        exclude: patterns of what is not read.
        value_nodes: the values of the defaults, to report what is wrong with them.
        data_folder: the folder with the site's data files.
    """

    defaults: tuple[JekyllDefault, ...] = ()
    collections_folder: str = ""
    pages: tuple[str, ...] = ()
    data: tuple[str, ...] = ()
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    value_nodes: tuple[MappingNode, ...] = field(default=(), repr=False)
    data_folder: str = _DATA_FOLDER

    @classmethod
    def from_fields(cls, fields: FieldReader) -> JekyllConfig:
        """Read a configuration.

        Raises:
            DocumentError: the values of defaults are too complex.
        """
        pages: list[str] = []
        data: list[str] = []
        collections = fields.find_mapping("collections")
        for name in collections.keys if collections else fields.get_text_list("collections"):
            options = collections.find_mapping(name) if collections else None
            has_pages = options is not None and options.matches("output", "true")
            (pages if has_pages else data).append(name)
        collections_folder = (fields.get_text("collections_dir") or "").strip("/")
        defaults, nodes = [], []
        entry = fields.find("defaults")
        for item in list_items(entry[1]) if entry else ():
            if isinstance(item, MappingNode):
                default = FieldReader(fields.converter, item)
                values = default.find_mapping("values")
                if values is not None:
                    nodes.append(values.node)
                    defaults.append(_read_default(default, values, collections_folder))
        return cls(
            tuple(defaults),
            collections_folder,
            tuple(pages),
            tuple(name for name in data if name != "posts"),
            _patterns(fields, "include"),
            _patterns(fields, "exclude"),
            tuple(nodes),
            (fields.get_text("data_dir") or "").strip("/") or _DATA_FOLDER,
        )

    def rules_of(self, path: str) -> DocumentRules:
        """Return what a document inherits.

        Args:
            path: its path below the folder of the configuration.
        """
        path = _remove_folder(path, self.collections_folder)
        folders = path.split("/")[:-1]
        types = self._types_of(folders)
        topics: tuple[str, ...] = ()
        for name in (POSTS_FOLDER, DRAFTS_FOLDER):
            if name in folders:
                topics = tuple(dict.fromkeys(folders[: folders.index(name)]))
        return DocumentRules(self._inherited_by(path, types), topics)

    def skips(self, path: str) -> bool:
        """Return whether Jekyll does not read a file, or what is in a folder."""
        is_excluded = any(_matches(path, pattern) for pattern in self.exclude)
        return is_excluded and not any(_matches(path, pattern) for pattern in self.include)

    def _types_of(self, folders: list[str]) -> tuple[str, ...]:
        if DRAFTS_FOLDER in folders:
            return ("posts", "drafts")
        if POSTS_FOLDER in folders:
            return ("posts",)
        if folders and folders[0].startswith("_") and folders[0][1:] in self.pages:
            return (folders[0][1:],)
        return ("pages",)

    def _inherited_by(self, path: str, types: tuple[str, ...]) -> dict[str, JsonValue]:
        inherited: dict[str, JsonValue] = {}
        nearest: JekyllDefault | None = None
        for default in self.defaults:
            if not default.applies_to(path, types):
                continue
            if nearest is None or _has_precedence(nearest, default):
                inherited = merge_values(inherited, default.values, "mappings")
                nearest = default
            else:
                inherited = merge_values(default.values, inherited, "mappings")
        return inherited


def _read_default(
    default: FieldReader, values: FieldReader, collections_folder: str
) -> JekyllDefault:
    scope = default.find_mapping("scope")
    path = ((scope.get_text("path") if scope else None) or "").lstrip("/")
    type_ = scope.get_text("type") if scope else None
    return JekyllDefault(
        path,
        _FORMER_TYPES.get(type_, type_) if type_ else None,
        values.converter.mapping_to_json(values.node),
        _remove_folder(path, collections_folder),
    )


def _remove_folder(path: str, folder: str) -> str:
    return path.removeprefix(f"{folder}/") if folder else path


def _has_precedence(old: JekyllDefault, new: JekyllDefault) -> bool:
    if len(new.path) != len(old.path):
        return len(new.path) > len(old.path)
    return new.type is not None or old.type is None


def _patterns(fields: FieldReader, key: str) -> tuple[str, ...]:
    return tuple(text.lstrip("/") for text in fields.get_text_list(key) if text.strip("/"))


def _matches(path: str, pattern: str) -> bool:
    """Match a path as `EntryFilter.glob_include?` does; ``docs/`` is a folder, not ``docs-old.md``.

    A file without a suffix is no document, so that a path which is a pattern without its slash is
    one of a folder.
    """
    return fnmatchcase(path, pattern) or path.startswith(pattern) or f"{path}/" == pattern
