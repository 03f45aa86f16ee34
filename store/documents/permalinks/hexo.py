"""The addresses of Hexo's posts and pages.

Sources: https://hexo.io/docs/permalinks, and Hexo's `post_permalink.ts`, `processor/post.ts`,
`processor/asset.ts` and `models/category.ts`.
"""

from __future__ import annotations

import posixpath
import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Final

from yaml import SequenceNode

from newsgraph.store.documents.archive_kinds import DRAFTS_FOLDER, POSTS_FOLDER
from newsgraph.store.documents.fields import list_items
from newsgraph.store.documents.permalinks.base import Permalinks, below, read_base_path, read_text
from newsgraph.store.documents.permalinks.slugs import hexo_slug
from newsgraph.store.documents.urls import has_scheme

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsgraph.store.documents.fields import FieldReader
    from newsgraph.store.documents.permalinks.base import PageSource

_PERMALINK: Final = ":year/:month/:day/:title/"
_NEW_POST_NAME: Final = ":title.md"
_DEFAULT_CATEGORY: Final = "uncategorized"
_PLACEHOLDER: Final = re.compile(r":(\w*[^_\W])")
_SEGMENTS: Final = {
    "year": r"\d{4}",
    "month": r"\d{2}",
    "day": r"\d{2}",
    "i_month": r"\d{1,2}",
    "i_day": r"\d{1,2}",
    "hash": "[0-9a-f]{12}",
}
_DATE_CODES: Final = {
    "year": "%Y",
    "month": "%m",
    "day": "%d",
    "i_month": "%m",
    "i_day": "%d",
    "hour": "%H",
    "minute": "%M",
    "second": "%S",
}
_MAX_PLACEHOLDERS: Final = 2
_SUFFIXES: Final = (".md", ".markdown", ".html")


@dataclass(frozen=True, slots=True)
class HexoPermalinks(Permalinks):
    """What ``_config.yml`` says about addresses.

    Attributes:
        base_path: ``root``.
        content_folder: the folder with documents.
        permalink: the template of posts.
        defaults: ``permalink_defaults``.
        new_post_name: the form of the names of posts.
        default_category: the category of posts without one.
        category_map: what takes the place of names of categories.
        filename_case: 1 if categories are in small letters, 2 if they are in capital letters.
        shows_html: whether links have ``.html`` at their end.
    """

    base_path: str = ""
    content_folder: str = "source"
    permalink: str = _PERMALINK
    defaults: tuple[tuple[str, str], ...] = ()
    new_post_name: str = _NEW_POST_NAME
    default_category: str = _DEFAULT_CATEGORY
    category_map: tuple[tuple[str, str], ...] = ()
    filename_case: int = 0
    shows_html: bool = True

    @classmethod
    def from_fields(cls, fields: FieldReader, content_folder: str) -> HexoPermalinks:
        """Read a configuration.

        Args:
            fields: the configuration.
            content_folder: the folder with documents.
        """
        pretty_urls = fields.find_mapping("pretty_urls")
        case = read_text(fields, "filename_case") or "0"
        return cls(
            read_base_path(fields, "root"),
            content_folder,
            read_text(fields, "permalink") or _PERMALINK,
            _texts_in(fields.find_mapping("permalink_defaults")),
            read_text(fields, "new_post_name") or _NEW_POST_NAME,
            read_text(fields, "default_category") or _DEFAULT_CATEGORY,
            _texts_in(fields.find_mapping("category_map")),
            int(case) if case in ("1", "2") else 0,
            not (pretty_urls and pretty_urls.matches("trailing_html", "false")),
        )

    def path_of(self, page: PageSource) -> str | None:
        """Return the path of a page."""
        path = below(page.path, self.content_folder)
        if path is None or page.suffix not in _SUFFIXES:
            return None
        own = page.text("permalink")
        if own is not None and (has_scheme(own) or own.startswith("//")):
            return None
        for folder in (POSTS_FOLDER, DRAFTS_FOLDER):
            name = below(path, folder)
            if name is not None:
                result = own or self._expand(page, posixpath.splitext(name)[0])
                return result and self._in_links(result)
        result = own or f"{posixpath.splitext(path)[0]}.html"
        return self._in_links(result)

    def _in_links(self, path: str) -> str:
        """Return a path as links have it: without ``index.html``."""
        path = f"/{path.lstrip('/')}"
        if path.endswith("/index.html"):
            return path.removesuffix("index.html")
        return path if self.shows_html else path.removesuffix(".html")

    def _expand(self, page: PageSource, name: str) -> str | None:
        info = self._parse_name(name)
        if info is None:
            return None
        values: dict[str, str | None] = {
            **dict(self.defaults),
            **{key: page.text(key) for key in page.fields.keys if page.text(key)},
            **{key: value for key, value in info.items() if key not in _SEGMENTS},
            "id": page.text("id"),
            "title": info["title"],
            "name": info["title"].rpartition("/")[2],
            "post_title": hexo_slug(page.text("title") or "", transform=1) or None,
            "category": self._category(page),
            "hash": None,
        }
        paths = {self._fill({**values, **parts}) for parts in _dates(page, info)}
        return paths.pop() if len(paths) == 1 else None

    def _fill(self, values: dict[str, str | None]) -> str | None:
        # The front matter's keys do not depend on case.
        parts = [
            values.get(name, values.get(name.lower()))
            for name in _PLACEHOLDER.findall(self.permalink)
        ]
        if None in parts:
            return None
        texts = iter(parts)
        return _PLACEHOLDER.sub(lambda _: next(texts) or "", self.permalink)

    def _parse_name(self, name: str) -> dict[str, str] | None:
        """Return what the name of a file says, by the form of the names; it has a title."""
        form = posixpath.splitext(self.new_post_name)[0]
        parts = _PLACEHOLDER.split(form)
        names = parts[1::2]
        # More of them may match in very many ways.
        if len(names) != len(set(names)) or len({*names} - {*_SEGMENTS}) > _MAX_PLACEHOLDERS:
            return None
        pattern = ""
        for index, part in enumerate(parts):
            is_name = index % 2 == 1
            pattern += f"({_SEGMENTS.get(part, '.+?')})" if is_name else re.escape(part)
        match = re.fullmatch(pattern, name)
        info = dict(zip(names, match.groups(), strict=True)) if match else {}
        info.setdefault("title", hexo_slug(name))
        return info

    def _category(self, page: PageSource) -> str | None:
        """Return the slug of the last category; those in a list are each in the one before."""
        field = page.fields.find("categories") or page.fields.find("category")
        if field is None:
            return self.default_category
        # Lists in the list are several categories, and their order is that of the store of Hexo.
        if any(isinstance(item, SequenceNode) for item in list_items(field[1])):
            return None
        names = page.texts(field[0])
        mapped = [dict(self.category_map).get(name.lower(), name) for name in names]
        return "/".join(hexo_slug(name, transform=self.filename_case) for name in mapped)


def _dates(page: PageSource, info: dict[str, str]) -> Iterator[dict[str, str | None]]:
    """Yield the parts of the date: as it is written, and as a computer in UTC shows it.

    If the configuration names a time zone, Hexo shows times in that of the computer.
    """
    moment = _moment(page, info)
    zone = page.fields.converter.zone
    moments = {moment}
    if moment is not None and zone is not UTC:
        with suppress(OverflowError):
            moments.add(moment.replace(tzinfo=zone).astimezone(UTC).replace(tzinfo=None))
    for item in moments:
        texts = {key: item.strftime(code) if item else None for key, code in _DATE_CODES.items()}
        yield {
            key: str(int(text)) if text and key.startswith("i_") else text
            for key, text in texts.items()
        }


def _moment(page: PageSource, info: dict[str, str]) -> datetime | None:
    """Return the date, without a zone; that of the file, for a post without one, is not known."""
    moment = page.date("date")
    if isinstance(moment, datetime):
        # The parser of YAML makes one with a zone one in UTC, and Hexo ignores that it is.
        with suppress(OverflowError):
            return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
        return None
    if moment is None and not page.has_value("date"):
        month, day = info.get("month") or info.get("i_month"), info.get("day") or info.get("i_day")
        if info.get("year") and month and day:
            with suppress(ValueError):
                moment = date(int(info["year"]), int(month), int(day))
    return datetime(moment.year, moment.month, moment.day) if moment else None  # noqa: DTZ001 - as it is written


def _texts_in(fields: FieldReader | None) -> tuple[tuple[str, str], ...]:
    texts = [(key, read_text(fields, key)) for key in fields.keys] if fields else []
    return tuple((key, text) for key, text in texts if text)
