"""Hugo's cascade: values that pages inherit from sections above them and from the configuration.

Source: https://gohugo.io/configuration/cascade/ and https://gohugo.io/content-management/front-matter/.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from yaml import MappingNode

from newsgraph.store.documents.archive_kinds import HUGO
from newsgraph.store.documents.fields import FieldReader, list_items
from newsgraph.store.documents.languages import fold_code
from newsgraph.store.documents.path_patterns import compile_glob

if TYPE_CHECKING:
    from collections.abc import Iterable

    from newsgraph.store.documents.document import JsonValue
    from newsgraph.store.documents.languages import SiteLanguages

_TARGET_KEYS: Final = ("target", "_target")
_ENVIRONMENT: Final = "production"


@dataclass(frozen=True, slots=True)
class CascadePage:
    """A page to which a cascade may apply.

    Attributes:
        path: its path below the folder with documents.
        stem: that path without its suffix and its language.
        language: the code of its language.
    """

    path: str
    stem: str
    language: str

    @classmethod
    def create(cls, path: str, languages: SiteLanguages, default: str) -> CascadePage:
        """Return a page.

        Args:
            path: its path below the folder with documents.
            languages: the languages of the site.
            default: the code of the language of a page whose name has none.
        """
        stem, language = languages.split_suffix(path.rpartition(".")[0], HUGO)
        return cls(path, stem, language.code if language else fold_code(default))


@dataclass(frozen=True, slots=True)
class Cascade:
    """Values that pages inherit.

    Attributes:
        target: globs that a page must match, by property; those of other properties than ``path``,
            ``kind``, ``lang`` and ``environment`` never match.
        values: the values.
        node: the mapping that they were read from.
    """

    target: tuple[tuple[str, str], ...]
    values: dict[str, JsonValue]
    node: MappingNode

    def applies_to(self, page: CascadePage) -> bool:
        """Return whether a page inherits the values."""
        return all(_matches(name, glob, page) for name, glob in self.target)


def read_cascades(fields: FieldReader) -> list[Cascade]:
    """Read the key ``cascade``: a mapping, or a list of mappings.

    Args:
        fields: the front matter of a section, or the site's configuration.

    Raises:
        DocumentError: the values are too complex.
    """
    entry = fields.find("cascade")
    cascades = []
    for item in list_items(entry[1]) if entry else ():
        if isinstance(item, MappingNode):
            cascade = FieldReader(fields.converter, item)
            target = next(filter(None, map(cascade.find_mapping, _TARGET_KEYS)), None)
            globs = [(key, target.get_text(key) or "") for key in target.keys] if target else []
            values = fields.converter.mapping_to_json(item)
            inherited = {
                key: value for key, value in values.items() if key.lower() not in _TARGET_KEYS
            }
            cascades.append(Cascade(tuple(globs), inherited, item))
    return cascades


def collect_inherited(page: CascadePage, cascades: Iterable[Cascade]) -> dict[str, JsonValue]:
    """Return the values that a page inherits.

    Args:
        page: the page.
        cascades: the cascades above it, the nearest first; the first one that has a key counts.
    """
    inherited: dict[str, JsonValue] = {}
    for cascade in cascades:
        if cascade.applies_to(page):
            inherited = {**cascade.values, **inherited}
    return inherited


def _matches(name: str, glob: str, page: CascadePage) -> bool:
    properties = {
        "path": _logical_paths(page),
        "kind": ("page",),
        "lang": (page.language,),
        "environment": (_ENVIRONMENT,),
    }
    return any(map(compile_glob(glob.lower()).matches, properties.get(name, ())))


def _logical_paths(page: CascadePage) -> tuple[str, ...]:
    """Return Hugo's path of a page, and that of its file, which former versions compared."""
    return f"/{page.stem.lower()}".removesuffix("/index") or "/", f"/{page.path.lower()}"
