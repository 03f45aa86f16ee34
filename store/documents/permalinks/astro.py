"""The addresses of Astro's pages in Markdown, and of documents of Starlight.

Routes of other collections are programs, so that their addresses are not known.
Sources: https://docs.astro.build/en/guides/routing/#static-routes and
https://starlight.astro.build/guides/pages/
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from newsgraph.store.documents.permalinks.base import Permalinks, below, normalize_base_path
from newsgraph.store.documents.site_config import find_assignment

if TYPE_CHECKING:
    from newsgraph.store.documents.permalinks.base import PageSource

_STARLIGHT: Final = re.compile(r"""from\s+["']@astrojs/starlight["']""")
_FILES: Final = re.compile(r"""\bformat\s*:\s*["'](?:file|preserve)["']""")
_PLAIN_PATH: Final = re.compile(r"[a-z0-9_\-/]*")
"""Paths that Starlight does not change; it makes slugs of others."""


@dataclass(frozen=True, slots=True)
class AstroPermalinks(Permalinks):
    """What Astro's configuration says about addresses.

    Attributes:
        base_path: ``base``.
        has_folders: whether a page is the index of a folder.
        has_starlight: whether Starlight makes pages of ``src/content/docs``.
    """

    base_path: str = ""
    has_folders: bool = True
    has_starlight: bool = False

    @classmethod
    def from_text(cls, text: str) -> AstroPermalinks:
        """Read a configuration, a program."""
        slash = find_assignment(text, ("trailingSlash",))
        return cls(
            normalize_base_path(find_assignment(text, ("base",)) or ""),
            slash == "always" or (slash != "never" and not _FILES.search(text)),
            _STARLIGHT.search(text) is not None,
        )

    def path_of(self, page: PageSource) -> str | None:
        """Return the path of a page."""
        stem = posixpath.splitext(page.path)[0]
        path = below(stem, "src/pages")
        if path is None and self.has_starlight:
            path = below(stem, "src/content/docs")
            own = page.text("slug")
            path = own.strip("/") if own is not None and path is not None else path
            if path is not None and not _PLAIN_PATH.fullmatch(path):
                return None
        if path is None or "[" in path:
            return None
        path = "" if path == "index" else path.removesuffix("/index")
        return f"/{path}/" if self.has_folders and path else f"/{path}"
