"""The addresses of Zola's pages.

Sources: https://www.getzola.org/documentation/content/page/#front-matter, and Zola's
`components/content/src/page.rs` and `file_info.rs`.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, cast

from newsgraph.store.documents.permalinks.base import Permalinks, below, read_base_path, read_text
from newsgraph.store.documents.permalinks.slugs import ascii_slug

if TYPE_CHECKING:
    from newsgraph.store.documents.fields import FieldReader
    from newsgraph.store.documents.permalinks.base import PageSource

_DATED_NAME: Final = re.compile(
    r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])"
    r"(?:T\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d))?\s?[_-](.+)",
    re.ASCII,
)
_FORBIDDEN: Final = re.compile(r'[<>:"/\\|?*]')


@dataclass(frozen=True, slots=True)
class ZolaPermalinks(Permalinks):
    """What ``config.toml`` says about addresses.

    Attributes:
        base_path: path of ``base_url``.
        content_folder: the folder with documents.
        slugify: how names become parts of addresses.
        shows_dates: whether dates in the names of files are part of addresses.
        languages: the codes of the languages besides the default one.
    """

    base_path: str = ""
    content_folder: str = "content"
    slugify: Literal["on", "safe", "off"] = "on"
    shows_dates: bool = False
    languages: tuple[str, ...] = ()

    @classmethod
    def from_fields(cls, fields: FieldReader, content_folder: str) -> ZolaPermalinks:
        """Read a configuration.

        Args:
            fields: the configuration.
            content_folder: the folder with documents.
        """
        slugify = fields.find_mapping("slugify")
        strategy = (read_text(slugify, "paths") if slugify else None) or "on"
        languages = fields.find_mapping("languages")
        default = (read_text(fields, "default_language") or "en").lower()
        return cls(
            read_base_path(fields, "base_url"),
            content_folder,
            cast('Literal["on", "safe", "off"]', strategy if strategy in ("safe", "off") else "on"),
            bool(slugify and slugify.matches("paths_keep_dates", "true")),
            tuple(code for code in (languages.keys if languages else ()) if code != default),
        )

    def path_of(self, page: PageSource) -> str | None:
        """Return the path of a page."""
        path = below(page.path, self.content_folder)
        if path is None or page.suffix != ".md":
            return None
        own = page.text("path")
        if own is not None:
            return f"/{own.strip('/')}/"
        folder, _, name = posixpath.splitext(path)[0].rpartition("/")
        name, _, code = name.partition(".") if self.languages else (name, "", "")
        folders = folder.split("/") if folder else []
        is_bundle = name == "index"
        if is_bundle and not folders:
            # It has the address of the home page.
            return None
        source = folders.pop() if is_bundle else name
        # Its versions differ in whether they change the names of folders.
        if any(self._slug(part) != part for part in folders):
            return None
        dated = None if self.shows_dates else _DATED_NAME.fullmatch(source)
        slug = self._slug(page.text("slug") or (dated[1] if dated else source))
        if not slug:
            return None
        language = [code] if code.lower() in self.languages else []
        return f"/{'/'.join((*language, *folders, slug))}/"

    def _slug(self, text: str) -> str | None:
        if self.slugify == "off":
            return text
        if self.slugify == "safe":
            return _FORBIDDEN.sub("", text.rstrip(" ."))
        return ascii_slug(text)
