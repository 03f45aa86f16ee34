"""The addresses of MkDocs's pages, and of posts of Material for MkDocs.

Sources: https://www.mkdocs.org/user-guide/configuration/#use_directory_urls,
https://squidfunk.github.io/mkdocs-material/plugins/blog/#config.post_url_format, and their
`mkdocs/structure/files.py` and `material/plugins/blog/plugin.py`.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from yaml import MappingNode

from newsgraph.store.documents.fields import FieldReader, list_items
from newsgraph.store.documents.permalinks.base import (
    Permalinks,
    below,
    parse_written_date,
    read_base_path,
    read_text,
)
from newsgraph.store.documents.permalinks.slugs import pymdownx_slug

if TYPE_CHECKING:
    from newsgraph.store.documents.permalinks.base import PageSource

_BLOG_PLUGINS: Final = ("blog", "material/blog")
_SUFFIXES: Final = (".md", ".markdown", ".mdown", ".mkdn", ".mkd")
_PLACEHOLDER: Final = re.compile(r"\{(\w*)\}")
_DATE_PATTERNS: Final = {
    "yyyy": "%Y",
    "y": "%Y",
    "yy": "%y",
    "MM": "%m",
    "M": "%m",
    "dd": "%d",
    "d": "%d",
}
_DATE_PIECE: Final = re.compile(r"(y+|M+|d+)|([^A-Za-z']+)|.")
_SLUG_OPTIONS: Final = ("post_slugify", "post_slugify_separator", "categories_slugify")


@dataclass(frozen=True, slots=True)
class MkDocsBlog:
    """The plugin ``blog``; paths are relative to the folder with documents.

    Attributes:
        folder: ``blog_dir``, or ``""``.
        posts: ``post_dir``.
        url_format: ``post_url_format``.
        date_format: ``post_url_date_format``.
        max_categories: how many categories an address has.
        has_usual_slugs: whether slugs are made in the usual way.
    """

    folder: str
    posts: str
    url_format: str
    date_format: str
    max_categories: int
    has_usual_slugs: bool

    @classmethod
    def from_fields(cls, options: FieldReader | None) -> MkDocsBlog:
        """Read the options of the plugin."""

        def text(key: str, default: str) -> str:
            return (read_text(options, key) if options else None) or default

        folder = posixpath.normpath(text("blog_dir", "blog")).strip("/")
        folder = "" if folder == "." else folder
        posts = text("post_dir", "{blog}/posts").replace("{blog}", folder)
        limit = text("post_url_max_categories", "1")
        return cls(
            folder,
            posixpath.normpath(posts).strip("/"),
            text("post_url_format", "{date}/{slug}"),
            text("post_url_date_format", "yyyy/MM/dd"),
            int(limit) if limit.isdecimal() and limit.isascii() else 1,
            options is None or not any(map(options.find, _SLUG_OPTIONS)),
        )

    def path_of(self, page: PageSource, name: str) -> str | None:
        """Return the path of a post, without a slash or suffix at its end; None if unknown.

        Args:
            page: the post.
            name: the name of its file, without a suffix.
        """
        values = {"file": name, "slug": self._slug(page), "date": self._date(page)}
        values["categories"] = self._categories(page)
        names = _PLACEHOLDER.findall(self.url_format)
        if any(values.get(name) is None for name in names):
            return None
        path = _PLACEHOLDER.sub(lambda match: values[match[1]] or "", self.url_format)
        return posixpath.normpath(posixpath.join(self.folder, path.strip("/")))

    def _slug(self, page: PageSource) -> str | None:
        own = page.text("slug")
        if own is not None or not self.has_usual_slugs:
            return own
        return pymdownx_slug(page.text("title") or page.title)

    def _categories(self, page: PageSource) -> str | None:
        if not self.has_usual_slugs:
            return None
        return "/".join(map(pymdownx_slug, page.texts("categories")[: self.max_categories]))

    def _date(self, page: PageSource) -> str | None:
        dates = page.fields.find_mapping("date")
        keys = ("created",) if dates else ("date",)
        moment = parse_written_date(read_text(dates or page.fields, *keys) or "")
        if moment is None:
            return None
        result = ""
        for pattern, literal in _DATE_PIECE.findall(self.date_format):
            if pattern:
                code = _DATE_PATTERNS.get(pattern)
                if code is None:
                    return None
                part = moment.strftime(code)
                result += str(int(part)) if len(pattern) == 1 else part
            elif literal:
                result += literal
            else:
                return None
        return result


@dataclass(frozen=True, slots=True)
class MkDocsPermalinks(Permalinks):
    """What ``mkdocs.yml`` says about addresses.

    Attributes:
        base_path: path of ``site_url``.
        content_folder: the folder with documents.
        has_folders: ``use_directory_urls``.
        blogs: the plugins ``blog``.
    """

    base_path: str = ""
    content_folder: str = "docs"
    has_folders: bool = True
    blogs: tuple[MkDocsBlog, ...] = ()

    @classmethod
    def from_fields(cls, fields: FieldReader, content_folder: str) -> MkDocsPermalinks:
        """Read a configuration.

        Args:
            fields: the configuration.
            content_folder: the folder with documents.
        """
        return cls(
            read_base_path(fields, "site_url"),
            content_folder,
            not fields.matches("use_directory_urls", "false"),
            tuple(_read_blogs(fields)),
        )

    def path_of(self, page: PageSource) -> str | None:
        """Return the path of a page; that of a translation is up to a plugin."""
        path = below(page.path, self.content_folder)
        if path is None or page.suffix not in _SUFFIXES:
            return None
        if page.path_without_language != page.path or page.location.language:
            return None
        stem = posixpath.splitext(path)[0]
        folder, _, name = stem.rpartition("/")
        for blog in self.blogs:
            if below(path, blog.posts) is not None:
                post = blog.path_of(page, name)
                return post and f"/{post}{'/' if self.has_folders else '.html'}"
        # It is the page of its folder, unless that has an index, too.
        if name == "README":
            name = "index"
        if name == "index":
            return f"/{folder}/" if self.has_folders or not folder else f"/{folder}/index.html"
        return f"/{stem}/" if self.has_folders else f"/{stem}.html"


def _read_blogs(fields: FieldReader) -> list[MkDocsBlog]:
    entry = fields.find("plugins")
    blogs = []
    items = [entry[1]] if entry and isinstance(entry[1], MappingNode) else []
    for item in items or (list_items(entry[1]) if entry else ()):
        if isinstance(item, MappingNode):
            plugins = FieldReader(fields.converter, item)
            for name in plugins.keys:
                if name in _BLOG_PLUGINS:
                    options = plugins.find_mapping(name)
                    if options is None or not options.matches("enabled", "false"):
                        blogs.append(MkDocsBlog.from_fields(options))
        elif item.value in _BLOG_PLUGINS:
            blogs.append(MkDocsBlog.from_fields(None))
    return blogs
