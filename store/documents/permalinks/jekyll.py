"""The addresses of Jekyll's posts, pages and documents of collections.

Sources: https://jekyllrb.com/docs/permalinks/ and Jekyll's `URL`, `UrlDrop`, `Document` and `Page`.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from yaml import ScalarNode

from newsgraph.store.documents import times
from newsgraph.store.documents.archive_kinds import DRAFTS_FOLDER, POSTS_FOLDER
from newsgraph.store.documents.permalinks.base import (
    Permalinks,
    parse_written_date,
    read_base_path,
    read_text,
)
from newsgraph.store.documents.permalinks.base import below as path_below
from newsgraph.store.documents.permalinks.slugs import jekyll_slug
from newsgraph.store.documents.urls import is_http_url
from newsgraph.store.documents.yaml_tags import TIMESTAMP_TAG

if TYPE_CHECKING:
    from collections.abc import Callable

    from newsgraph.store.documents.fields import FieldReader
    from newsgraph.store.documents.permalinks.base import PageSource

_STYLES: Final = {
    "none": "/:categories/:title:output_ext",
    "date": "/:categories/:year/:month/:day/:title:output_ext",
    "ordinal": "/:categories/:year/:y_day/:title:output_ext",
    "pretty": "/:categories/:year/:month/:day/:title/",
    "weekdate": "/:categories/:year/W:week/:short_day/:title:output_ext",
}
_DATE_CODES: Final = {
    "year": "%Y",
    "month": "%m",
    "day": "%d",
    "hour": "%H",
    "minute": "%M",
    "second": "%S",
    "i_day": "%d",
    "i_month": "%m",
    "short_month": "%b",
    "long_month": "%B",
    "short_year": "%y",
    "w_year": "%G",
    "week": "%V",
    "w_day": "%u",
    "short_day": "%a",
    "long_day": "%A",
    "y_day": "%j",
}
_POSTS: Final = "posts"
_OUTPUT_SUFFIX: Final = ".html"
_SUFFIXES: Final = (".md", ".markdown", ".mkd", ".mkdn", ".mkdown", ".html")
_PLACEHOLDER: Final = re.compile(r":([a-z_]+)")
_DATED_NAME: Final = re.compile(r"(\d{2,4}-\d{1,2}-\d{1,2})-([^/]*)(\.[^.]+)", re.ASCII)


class _Undecidable(Exception):
    """A permalink needs something that is not known, or that Jekyll does not have."""


@dataclass(frozen=True, slots=True)
class JekyllPermalinks(Permalinks):
    """What ``_config.yml`` says about addresses.

    Attributes:
        base_path: ``baseurl``.
        permalink: the style or template in ``permalink``.
        collections: the names of collections, and their templates.
        collections_folder: the folder that contains the folders of collections, or ``""``.
        languages: the languages of a plugin, by which it changes addresses.
        default_language: the language of documents that state none.
    """

    base_path: str = ""
    permalink: str = "date"
    collections: tuple[tuple[str, str | None], ...] = ()
    collections_folder: str = ""
    languages: tuple[str, ...] = ()
    default_language: str | None = None

    @classmethod
    def from_fields(cls, fields: FieldReader) -> JekyllPermalinks:
        """Read a configuration."""
        mapping = fields.find_mapping("collections")
        collections: dict[str, str | None] = {}
        for name in mapping.keys if mapping else ():
            options = mapping.find_mapping(name) if mapping else None
            collections[name] = read_text(options, "permalink") if options else None
        return cls(
            read_base_path(fields, "baseurl"),
            read_text(fields, "permalink") or "date",
            tuple(collections.items()),
            (read_text(fields, "collections_dir") or "").strip("/"),
            fields.get_text_list("languages"),
            read_text(fields, "default_lang"),
        )

    def path_of(self, page: PageSource) -> str | None:
        """Return the path of a page."""
        if page.suffix not in _SUFFIXES or self._is_translation(page):
            return None
        document, path = self._find_document(page)
        try:
            if document is None:
                folder, _, name = path.rpartition("/")
                return self._page_path(page, folder, posixpath.splitext(name)[0])
            template = dict(self.collections).get(document.collection)
            if document.collection == _POSTS:
                template = template or self.permalink
                return document.expand(_STYLES.get(template, template))
            return document.expand(template or f"/:collection/:path{self._suffix}")
        except _Undecidable:
            return None

    def entry_path_of(self, page: PageSource, path: str) -> str | None:
        """Return the id of a post or a document of a collection (`Document#id`)."""
        document, _ = self._find_document(page)
        if document is None:
            return None
        return posixpath.join(posixpath.dirname(path.rstrip("/")) or "/", document.raw_slug)

    def _find_document(self, page: PageSource) -> tuple[_Document | None, str]:
        """Return a post or a document of a collection, and its path below their folders.

        A page is no document.
        """
        path = page.path
        if self.collections_folder:
            path = path_below(path, self.collections_folder) or path
        folders = path.split("/")[:-1]
        if POSTS_FOLDER in folders or DRAFTS_FOLDER in folders:
            folder = POSTS_FOLDER if POSTS_FOLDER in folders else DRAFTS_FOLDER
            return _Document(page, path, _POSTS, folder), path
        first = folders[0] if folders else ""
        if first.startswith("_") and first[1:] in dict(self.collections):
            return _Document(page, path, first[1:], first), path
        return None, path

    @property
    def _suffix(self) -> str:
        """What is at the end of the addresses of pages and of documents of collections."""
        style = self.permalink
        if style == "pretty" or (style not in _STYLES and style.endswith("/")):
            return "/"
        is_file = style in ("date", "ordinal", "none") or style.endswith(":output_ext")
        return ":output_ext" if is_file else ""

    def _page_path(self, page: PageSource, folder: str, basename: str) -> str:
        permalink = page.text("permalink")
        if permalink is None:
            # A plugin of GitHub Pages makes it the index of its folder.
            if basename.lower() == "readme":
                raise _Undecidable
            is_index = basename == "index"
            permalink = "/:path/" if is_index else f"/:path/:basename{self._suffix}"
        elif is_http_url(permalink) or permalink.startswith("//"):
            raise _Undecidable
        else:
            permalink = unquote(permalink)
        values = {"path": folder, "basename": basename, "output_ext": _OUTPUT_SUFFIX}
        for name, value in values.items():
            permalink = permalink.replace(f":{name}", value)
        return _sanitize(permalink)

    def _is_translation(self, page: PageSource) -> bool:
        """Return whether a plugin puts the page in the folder of its language."""
        if not self.languages:
            return False
        language = page.text("lang", "language") or page.location.language
        return language is not None and language != (self.default_language or self.languages[0])


class _Document:
    """A post or a document of a collection.

    Args:
        page: what its address is made from.
        path: its path below the folder with collections.
        collection: the name of its collection.
        folder: the folder of the collection.
    """

    def __init__(self, page: PageSource, path: str, collection: str, folder: str) -> None:
        self._page, self._path = page, path
        self._collection, self._folder = collection, folder
        self._basename, suffix = posixpath.splitext(path.rpartition("/")[2])
        match = _DATED_NAME.fullmatch(f"{self._basename}{suffix}")
        self._date_in_name = match[1] if match else None
        self._slug = page.text("slug") or (match[2] if match else self._basename).rstrip(".")

    def expand(self, template: str) -> str:
        """Return the path that a template, or else the document's own one, gives.

        Raises:
            _Undecidable: it is not known.
        """
        own = self._page.text("permalink")
        if own is not None and (is_http_url(own) or own.startswith("//")):
            raise _Undecidable
        # What is written there is percent-encoded already.
        template = unquote(own or template)
        return _sanitize(_PLACEHOLDER.sub(self._replace, template))

    def _replace(self, match: re.Match[str]) -> str:
        name = match[1]
        for key in dict.fromkeys((name, name.removesuffix("_"))):
            if key in _VALUES or key in _DATE_CODES:
                return self._value(key) + name[len(key) :]
        raise _Undecidable

    def _value(self, key: str) -> str:
        if key not in _DATE_CODES:
            return _VALUES[key](self)
        moment = self._moment()
        if moment is None:
            raise _Undecidable
        text = moment.strftime(_DATE_CODES[key])
        # The documentation says so, and all systems have no code for it.
        return str(int(text)) if key.startswith("i_") else text

    def _moment(self) -> date | datetime | None:
        """Return the date in the time zone of the site (`Utils.parse_date`)."""
        field = self._page.fields.find("date")
        text = self._page.text("date")
        if field is None or text is None:
            # The 30th of February is the 1st or 2nd of March.
            moment = parse_written_date(times.timestamp_from_path(f"{self._date_in_name}-x") or "")
            moment = moment and date(moment.year, moment.month, moment.day)
        else:
            moment = parse_written_date(text)
            # For YAML, a time without a zone is one in UTC. Without seconds, it is a text.
            is_time = field[1].tag == TIMESTAMP_TAG
            if is_time and isinstance(moment, datetime) and moment.tzinfo is None:
                moment = moment.replace(tzinfo=UTC)
        if isinstance(moment, datetime) and moment.tzinfo is not None:
            try:
                return moment.astimezone(self._page.fields.converter.zone)
            except OverflowError:
                return None
        return moment

    @property
    def path(self) -> str:
        """The path in the folder of the collection (`Document.cleaned_relative_path`)."""
        return posixpath.splitext(self._path)[0].replace(self._folder, "", 1).rstrip(".")

    @property
    def name(self) -> str:
        """The name of the file, with its date."""
        return jekyll_slug(self._basename)

    @property
    def title(self) -> str:
        """The slug, with capital letters."""
        return jekyll_slug(self._slug, pretty=True)

    @property
    def raw_slug(self) -> str:
        """The slug as it is written."""
        return self._slug

    @property
    def slug(self) -> str:
        """The slug in small letters."""
        return jekyll_slug(self._slug)

    @property
    def collection(self) -> str:
        """The name of the collection."""
        return self._collection

    @property
    def categories(self) -> list[str]:
        """The categories: the folders, then those in the front matter (`populate_categories`)."""
        categories = list(self._page.texts("categories"))
        if len(categories) == 1 and self._is_text("categories"):
            categories = categories[0].split()
        category = self._page.texts("category")
        return list(dict.fromkeys((*self._page.folder_topics, *categories, *category)))

    def _is_text(self, key: str) -> bool:
        field = self._page.fields.find(key)
        return field is not None and isinstance(field[1], ScalarNode)


def _join(names: list[str]) -> str:
    return "/".join(dict.fromkeys(names))


_VALUES: Final[dict[str, Callable[[_Document], str]]] = {
    "path": lambda document: document.path,
    "name": lambda document: document.name,
    "title": lambda document: document.title,
    "slug": lambda document: document.slug,
    "collection": lambda document: document.collection,
    "output_ext": lambda _: _OUTPUT_SUFFIX,
    "categories": lambda document: _join([name.lower() for name in document.categories]),
    "slugified_categories": lambda document: _join(
        [jekyll_slug(name) for name in document.categories]
    ),
}


def _sanitize(path: str) -> str:
    """Return a path as `URL.sanitize_url` does."""
    return re.sub("/{2,}", "/", f"/{path}".replace("..", "/").replace("./", ""))
