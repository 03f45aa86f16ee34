"""The addresses of Docusaurus's docs, blogs and pages, as far as its options are written out.

Sources: https://docusaurus.io/docs/api/plugins/@docusaurus/plugin-content-docs,
https://docusaurus.io/docs/api/plugins/@docusaurus/plugin-content-blog, and Docusaurus's `slug.ts`,
`numberPrefix.ts` and `blogUtils.ts`.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin

from newsgraph.store.documents.permalinks.base import Permalinks, below, normalize_base_path
from newsgraph.store.documents.permalinks.docusaurus_routes import DocusaurusRoute, find_routes
from newsgraph.store.documents.site_config import find_assignment

if TYPE_CHECKING:
    from newsgraph.store.documents.permalinks.base import PageSource

_TRANSLATED: Final = re.compile(
    r"i18n/([^/]+)/docusaurus-plugin-content-(docs|blog|pages)(-[^/]+)?/(?:current/)?"
)
_DATED: Final = re.compile(
    r"(?P<folder>.*)(?P<date>\d{4}[-/]\d{1,2}[-/]\d{1,2})[-/]?(?P<text>.*?)(?:/index)?", re.ASCII
)
_NO_PREFIX: Final = re.compile(
    r"(?:\d{2}|\d{4})[-_.]\d{2}(?:[-_.](?:\d{2}|\d{4}))?.*|\d+[-_.]\d+.*", re.ASCII
)
"""Dates and versions at the start of a name."""

_NUMBER_PREFIX: Final = re.compile(r"\d+\s*[-_.]+\s*(.*)", re.ASCII)
_TRAILING_SLASH: Final = re.compile(r"\btrailingSlash\s*:\s*true\b")
_DEFAULT_LOCALE: Final = re.compile(r"""\bdefaultLocale\s*:\s*["']([\w-]+)""")


@dataclass(frozen=True, slots=True)
class DocusaurusPermalinks(Permalinks):
    """What Docusaurus's configuration says about addresses.

    Attributes:
        base_path: ``baseUrl``.
        routes: the folders with documents, and their ``routeBasePath``.
        ends_with_slash: ``trailingSlash``.
        default_locale: the language without a folder in addresses.
    """

    base_path: str = ""
    routes: tuple[DocusaurusRoute, ...] = ()
    ends_with_slash: bool = False
    default_locale: str = "en"

    @classmethod
    def from_text(cls, text: str, *, has_versions: bool) -> DocusaurusPermalinks:
        """Read a configuration.

        Args:
            text: the configuration, a program.
            has_versions: whether there are former versions of the docs.
        """
        locale = _DEFAULT_LOCALE.search(text)
        return cls(
            normalize_base_path(find_assignment(text, ("baseUrl",)) or ""),
            tuple(find_routes(text, has_versions=has_versions)),
            _TRAILING_SLASH.search(text) is not None,
            locale[1] if locale else "en",
        )

    def path_of(self, page: PageSource) -> str | None:
        """Return the path of a page."""
        if page.suffix not in (".md", ".mdx"):
            return None
        path, locale = page.path, ""
        match = _TRANSLATED.match(path)
        if match is not None:
            if match[3] or path.startswith("version-", match.end()):
                # An instance with an id, or a former version: its folder is not known by that.
                return None
            folder = next((r.folder for r in self.routes if r.plugin == match[2]), None)
            if folder is None:
                return None
            path = f"{folder}/{path[match.end() :]}"
            locale = "" if match[1] == self.default_locale else match[1]
        matches = [
            (route, rest)
            for route in self.routes
            if (rest := below(path, route.folder)) is not None
        ]
        if not matches:
            return None
        route, rest = max(matches, key=lambda item: len(item[0].folder))
        if route.base is None:
            return None
        slug = _SLUGS[route.plugin](page, posixpath.splitext(rest)[0], route)
        if slug is None:
            return None
        joined = f"/{locale}/{route.base}/{slug}".rstrip("/")
        return f"{joined}/" if self.ends_with_slash or not joined.strip("/") else joined


def _doc_slug(page: PageSource, stem: str, route: DocusaurusRoute) -> str | None:
    own = page.text("slug")
    if own is not None and own.startswith("/"):
        return own
    if route.has_own_prefixes:
        return None
    strips = not page.fields.matches("parse_number_prefixes", "false")
    strips = strips and route.strips_prefixes
    parts = stem.split("/")
    folders = [_strip_prefix(part) if strips else part for part in parts[:-1]]
    folder = "".join(f"{part}/" for part in folders)
    is_index = parts[-1].lower() in ("index", "readme", *(part.lower() for part in parts[-2:-1]))
    if own is None and is_index:
        return folder
    name = page.text("id") or (_strip_prefix(parts[-1]) if strips else parts[-1])
    return urljoin(f"/{folder}", own or name)


def _strip_prefix(name: str) -> str:
    """Return a name without a number that gives its position, as in ``01-intro``."""
    match = None if _NO_PREFIX.fullmatch(name) else _NUMBER_PREFIX.fullmatch(name)
    return match[1] if match else name


def _blog_slug(page: PageSource, stem: str, route: DocusaurusRoute) -> str:  # noqa: ARG001 - as that of docs
    own = page.text("slug")
    if own is not None:
        return own
    match = _DATED.fullmatch(stem)
    if match is not None:
        return f"{match['date'].replace('-', '/')}/{match['folder']}{match['text']}"
    return stem.removesuffix("/index")


def _page_slug(page: PageSource, stem: str, route: DocusaurusRoute) -> str:  # noqa: ARG001 - as that of docs
    folder, _, name = stem.rpartition("/")
    return folder if name == "index" else stem


_SLUGS: Final = {"docs": _doc_slug, "blog": _blog_slug, "pages": _page_slug}
