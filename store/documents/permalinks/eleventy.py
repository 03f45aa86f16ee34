"""The addresses of Eleventy's templates, as far as no program makes them.

Sources: https://www.11ty.dev/docs/permalinks/, and Eleventy's `TemplatePermalink.js` and
`TemplateFileSlug.js`.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from newsgraph.store.documents import times
from newsgraph.store.documents.permalinks.base import (
    Permalinks,
    below,
    normalize_base_path,
    parse_written_date,
)
from newsgraph.store.documents.permalinks.slugs import eleventy_slug
from newsgraph.store.documents.site_config import find_assignment
from newsgraph.store.documents.urls import has_scheme

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from newsgraph.store.documents.permalinks.base import PageSource

_PROGRAM: Final = re.compile(r"addUrlTransform|eleventyComputed|addGlobalData\(\s*[\"']permalink")
"""What changes addresses in a configuration."""

_OUTPUT: Final = re.compile(
    r"""\{\{-?\s*([\w.]+)\s*(?:\|\s*(\w+)\s*(?::\s*(["'])([^"']*)\3\s*)?)?-?\}\}"""
)
_DATED_NAME: Final = re.compile(r"\d{4}-\d{2}-\d{2}-(.*)", re.ASCII)
_DATE_FORMAT: Final = re.compile(r"(?:%[YmdjHMS]|[^%\w])*")


class UnknownPermalink(Exception):
    """A program computes the address of a document."""


@dataclass(frozen=True, slots=True)
class EleventyPermalinks(Permalinks):
    """What Eleventy's configuration says about addresses.

    Attributes:
        base_path: ``pathPrefix``.
        input_folder: the folder with templates, or ``""``.
        is_computed: whether a program may change all addresses.
        find_default: returns the permalink of a template that states none, by its path and its
            layout; None for the usual address. It raises `UnknownPermalink`.
    """

    base_path: str = ""
    input_folder: str = ""
    is_computed: bool = False
    find_default: Callable[[str, str | None], str | None] = field(
        default=lambda _path, _layout: None, repr=False, compare=False
    )

    @classmethod
    def from_text(
        cls, text: str, input_folder: str, find_default: Callable[[str, str | None], str | None]
    ) -> EleventyPermalinks:
        """Read a configuration.

        Args:
            text: the configuration, a program.
            input_folder: the folder with templates, or ``""``.
            find_default: see the attribute.
        """
        return cls(
            normalize_base_path(find_assignment(text, ("pathPrefix",)) or ""),
            input_folder,
            _PROGRAM.search(text) is not None,
            find_default,
        )

    def path_of(self, page: PageSource) -> str | None:
        """Return the path of a page."""
        path = below(page.path, self.input_folder)
        if path is None or self.is_computed or page.suffix not in (".md", ".html"):
            return None
        if page.has_value("pagination") or page.has_value("eleventyComputed"):
            return None
        permalink = page.text("permalink")
        try:
            if permalink is None:
                # One that is no text, such as a mapping or `false`, is not the usual one.
                if page.has_value("permalink"):
                    return None
                permalink = self.find_default(page.path, page.text("layout"))
            stem = posixpath.splitext(path)[0]
            return _usual(stem) if permalink is None else _expand(permalink, page, stem)
        except UnknownPermalink:
            return None


def _usual(stem: str) -> str:
    folder, _, name = stem.rpartition("/")
    # A template with the name of its folder is the index of this, as `index` is.
    is_index = name == "index" or (folder and folder.rpartition("/")[2] == name)
    path = folder if is_index else stem
    return f"/{path}/" if path else "/"


def _expand(permalink: str, page: PageSource, stem: str) -> str:
    """Return a permalink with the values of simple outputs.

    Raises:
        UnknownPermalink: it has others.
    """
    path = _OUTPUT.sub(lambda match: _value(match, page, stem), permalink)
    if has_scheme(path) or "{{" in path or "{%" in path:
        raise UnknownPermalink
    for index in ("/index.html", "/index"):
        if path.endswith(index):
            return f"{path.removesuffix(index)}/"
    return path


def _value(match: re.Match[str], page: PageSource, stem: str) -> str:
    name, filter_name, argument = match[1], match[2], match[4]
    if filter_name == "date" and name in ("page.date", "date"):
        return _format_date(page, argument)
    folder, _, file_name = stem.rpartition("/")
    value: str | None
    if name == "page.filePathStem":
        value = f"/{folder}/{_undated(file_name)}" if folder else f"/{_undated(file_name)}"
    elif name == "page.fileSlug":
        slug = _undated(file_name)
        value = _undated(folder.rpartition("/")[2]) if slug == "index" else slug
    else:
        value = None if "." in name else page.text(name)
    if filter_name and value is not None:
        value = eleventy_slug(value) if filter_name == "slugify" else None
    if value is None:
        raise UnknownPermalink
    return value


def _format_date(page: PageSource, form: str | None) -> str:
    """Return the date of a page in UTC, as Liquid's filter ``date`` writes it."""
    if form is None or not _DATE_FORMAT.fullmatch(form):
        raise UnknownPermalink
    moment: date | None = page.date("date")
    if moment is None and not page.has_value("date"):
        moment = parse_written_date(times.timestamp_from_path(page.path) or "")
    if moment is None:
        # It is that of the file.
        raise UnknownPermalink
    if isinstance(moment, datetime) and moment.tzinfo is not None:
        moment = moment.astimezone(UTC)
    return moment.strftime(form)


def _undated(name: str) -> str:
    match = _DATED_NAME.search(name)
    return match[1] if match else name
