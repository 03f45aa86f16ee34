"""Reads which folders of an archive of Hugo have the files of its site. Pure.

https://gohugo.io/configuration/module/#mounts and https://gohugo.io/configuration/all/#staticdir
describe the settings.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Final, NamedTuple

from yaml import MappingNode

from newsgraph.store.documents.fields import FieldReader, list_items

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_COMPONENTS: Final = ("static", "assets", "content")
_STATIC_KEYS: Final = ("staticDir", *(f"staticDir{number}" for number in range(11)))
_ASSET_KEYS: Final = ("assetDir",)


class FolderMount(NamedTuple):
    """A folder or file of an archive, and where it is on the site.

    Attributes:
        source: its path in the archive; ``""`` is the archive itself.
        target: the path below the base URL that it has there; ``""`` is the base URL.
    """

    source: str
    target: str = ""

    def find(self, path: str) -> str | None:
        """Return the path in the archive that a path on the site means; None if it is outside."""
        if not self.target:
            return posixpath.join(self.source, path)
        if path == self.target:
            return self.source
        if not path.startswith(f"{self.target}/"):
            return None
        return posixpath.join(self.source, path.removeprefix(f"{self.target}/"))


def read_mounts(
    settings: Sequence[FieldReader], module: FieldReader | None
) -> tuple[FolderMount, ...]:
    """Return the folders with static files, assets and content, the first that count before others.

    Mounts take the place of the usual folder of their component, as in Hugo. That of content is not
    among them.

    Args:
        settings: the configuration, and the settings of its languages.
        module: its mapping `module`; None if there is none.
    """
    mounts: dict[str, list[FolderMount]] = {name: [] for name in _COMPONENTS}
    for component, mount in _module_mounts(module) if module else ():
        mounts[component].append(mount)
    for component, keys in (("static", _STATIC_KEYS), ("assets", _ASSET_KEYS)):
        if not mounts[component]:
            folders = [
                path for item in settings for key in keys for path in item.get_text_list(key)
            ]
            paths = dict.fromkeys(map(_inside, folders or (component,)))
            mounts[component] = [FolderMount(path) for path in paths if path is not None]
    return tuple(mount for component in _COMPONENTS for mount in mounts[component])


def _module_mounts(module: FieldReader) -> Iterator[tuple[str, FolderMount]]:
    """Yield the mounts of the components with files, and the names of these."""
    entry = module.find("mounts")
    for item in list_items(entry[1]) if entry else ():
        if not isinstance(item, MappingNode):
            continue
        mount = FieldReader(module.converter, item, "mount")
        source = _inside(mount.get_text("source") or "..")
        target = _inside(mount.get_text("target") or "..")
        component, _, rest = (target or "").partition("/")
        if source is not None and component in _COMPONENTS:
            yield component, FolderMount(source, rest)


def _inside(path: str) -> str | None:
    """Return a normalized path in the archive, or None if it leads out of it."""
    normalized = posixpath.normpath(path.strip().replace("\\", "/") or ".")
    if normalized.startswith(("..", "/")):
        return None
    return "" if normalized == "." else normalized
