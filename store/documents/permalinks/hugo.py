"""The addresses of Hugo's pages.

Sources: https://gohugo.io/content-management/urls/, https://gohugo.io/configuration/permalinks/,
and Hugo's `resources/page/permalinks.go` and `page_paths.go`.
"""

from __future__ import annotations

import posixpath
import re
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote_plus

from newsgraph.store.documents.permalinks.base import (
    Permalinks,
    below,
    parse_written_date,
    read_base_path,
)
from newsgraph.store.documents.permalinks.hugo_rules import (
    PermalinkRule,
    mappings_in,
    read_permalink_rules,
)
from newsgraph.store.documents.permalinks.slugs import hugo_path
from newsgraph.store.documents.urls import is_http_url

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from newsgraph.store.documents.fields import FieldReader
    from newsgraph.store.documents.permalinks.base import PageSource

_USUAL_DATES: Final = ("date", "publishdate", "pubdate", "published", "lastmod", "modified")
_PLACEHOLDER: Final = re.compile(r":\w+(?:\[.+?\])?")
_DATED_NAME: Final = re.compile(r"(\d{4}-\d\d-\d\d)[-_ ]*(.*)", re.ASCII)
_SLICE: Final = re.compile(r"\[(last|\d*)(:?)(last|\d*)\]", re.ASCII)
_ESCAPED: Final = re.compile(r"%[0-9A-Fa-f]{2}")
_SUFFIXES: Final = (".md", ".markdown", ".html")


class _Undecidable(Exception):
    """An address needs something that is not known."""


@dataclass(frozen=True, slots=True)
class HugoPermalinks(Permalinks):
    """What Hugo's configuration says about addresses.

    Attributes:
        base_path: path of ``baseURL``.
        content_folders: folders with documents, and where they are in the content.
        rules: the rules of ``permalinks``.
        ugly_sections: the sections with ``uglyURLs``; None if all pages have them.
        is_case_sensitive: ``disablePathToLower``.
        removes_accents: ``removePathAccents``.
        date_keys: where a page's date comes from, in the order of precedence.
        other_languages: folders of languages with a configuration of their own, for which no
            address is known.
        is_section: tells whether a folder, below that of the configuration, is a section.
    """

    base_path: str = ""
    content_folders: tuple[tuple[str, str], ...] = (("content", ""),)
    rules: tuple[PermalinkRule, ...] = ()
    ugly_sections: tuple[str, ...] | None = ()
    is_case_sensitive: bool = False
    removes_accents: bool = False
    date_keys: tuple[str, ...] = _USUAL_DATES
    other_languages: tuple[str, ...] = ()
    is_section: Callable[[str], bool] = field(default=lambda _: False, repr=False, compare=False)

    @classmethod
    def from_fields(
        cls,
        fields: FieldReader,
        parts: Mapping[str, FieldReader],
        content_folder: str,
        is_section: Callable[[str], bool],
    ) -> HugoPermalinks | None:
        """Read a configuration.

        Args:
            fields: the configuration.
            parts: the other files of ``config/_default``, by their names without the suffix.
            content_folder: the folder with documents.
            is_section: see the attribute.

        Returns:
            The rules; None if each language has a host of its own.
        """
        languages = parts.get("languages") or fields.find_mapping("languages")
        default = fields.get_text("defaultContentLanguage") or "en"
        folders = {content_folder: ""}
        others: list[str] = []
        for code in languages.keys if languages else ():
            settings = languages.find_mapping(code) if languages else None
            if settings is None:
                continue
            if settings.find("baseURL"):
                return None
            if settings.find("permalinks", "uglyURLs"):
                others.append("" if code == default.lower() else code)
            if folder := settings.get_text("contentDir"):
                folders[folder.strip("/")] = ""
        module = parts.get("module") or fields.find_mapping("module")
        folders |= _read_mounts(module) if module else {}
        ugly = fields.find_mapping("uglyURLs")
        return cls(
            read_base_path(fields, "baseURL"),
            tuple(folders.items()),
            read_permalink_rules(fields, parts.get("permalinks")),
            _true_keys(ugly) if ugly else (None if fields.matches("uglyURLs", "true") else ()),
            fields.matches("disablePathToLower", "true"),
            fields.matches("removePathAccents", "true"),
            _read_date_keys(parts.get("frontmatter") or fields.find_mapping("frontmatter")),
            tuple(others),
            is_section,
        )

    def path_of(self, page: PageSource) -> str | None:
        """Return the path of a page."""
        if page.suffix not in _SUFFIXES or page.location.url_folder in self.other_languages:
            return None
        matches = [
            (folder, target, posixpath.join(target, rest))
            for folder, target in self.content_folders
            if (rest := below(page.path_without_language, folder)) is not None
        ]
        if not matches:
            return None
        folder, target, path = max(matches, key=lambda match: len(match[0]))
        try:
            return _HugoPage(self, page, path, (folder, target)).path()
        except _Undecidable:
            return None


class _HugoPage:
    """A page.

    Args:
        site: the configuration.
        page: what its address is made from.
        path: path of the file in the content.
        mount: the folder with documents that has the file, and where it is in the content.
    """

    def __init__(
        self, site: HugoPermalinks, page: PageSource, path: str, mount: tuple[str, str]
    ) -> None:
        self._site, self._page, self._mount = site, page, mount
        stem = posixpath.splitext(path)[0]
        file_folder, _, name = stem.rpartition("/")
        if name == "index":
            file_folder, _, name = file_folder.rpartition("/")
        if not name:
            # A page in the folder of all content is the home page.
            raise _Undecidable
        self._folder, self._name = file_folder, name
        self._slug = page.text("slug")

    def path(self) -> str:
        """Return the path with the folder of the language.

        Raises:
            _Undecidable: it is not known.
        """
        language = self._page.location.url_folder
        url = self._page.text("url")
        if url is not None:
            path = self._path_of_url(url)
            needs_folder = language and not url.startswith("/")
            return f"/{language}/{path.lstrip('/')}" if needs_folder else path
        self._read_slug_in_name()
        rule = next((rule for rule in self._site.rules if rule.applies_to(self._logical)), None)
        if rule is not None:
            if rule.template is None:
                raise _Undecidable
            path = self._expand(rule.template)
        else:
            path = f"{self._folder}/{self._slug or self._name}".replace(" ", "-")
            if _ESCAPED.search(path):
                raise _Undecidable
        path = self._sanitize(path).strip("/")
        path += ".html" if self._is_ugly else "/"
        return f"/{language}/{path}" if language else f"/{path}"

    @property
    def _logical(self) -> str:
        return f"/{self._folder}/{self._name}".replace(" ", "-").replace("//", "/").lower()

    @property
    def _section(self) -> str:
        return self._logical.split("/")[1] if self._folder else ""

    @property
    def _is_ugly(self) -> bool:
        sections = self._site.ugly_sections
        return sections is None or self._section in sections

    def _path_of_url(self, url: str) -> str:
        if is_http_url(url) or url.startswith("//"):
            raise _Undecidable
        path = self._expand(url) if ":" in url else url
        if path.endswith("/index.html"):
            return path.removesuffix("index.html")
        return path if "." in path and not path.endswith("/") else f"{path.rstrip('/')}/"

    def _sanitize(self, path: str) -> str:
        if self._site.removes_accents:
            letters = unicodedata.normalize("NFD", path)
            path = "".join(char for char in letters if unicodedata.category(char) != "Mn")
            path = unicodedata.normalize("NFC", path)
        return hugo_path(path, lower=not self._site.is_case_sensitive)

    def _expand(self, template: str) -> str:
        return _PLACEHOLDER.sub(lambda match: self._value(match[0][1:]), template)

    def _value(self, name: str) -> str:
        if name in _DATES:
            return _DATES[name](self._date())
        if name == "section":
            return self._section
        if name == "sections" or name.startswith("sections["):
            return "/".join(_cut(self._sections(), name.removeprefix("sections")))
        if name == "title" or (name == "slug" and not self._slug):
            return self._urlize((self._page.text("title") or "").replace("/", "-"))
        if name in ("slug", "slugorfilename", "slugorcontentbasename") and self._slug:
            return self._urlize(self._slug)
        if name.removeprefix("slugor") in ("filename", "contentbasename"):
            return self._urlize(self._name)
        raise _Undecidable

    def _urlize(self, text: str) -> str:
        """Return a part of an address; Hugo unescapes it as a query, in which ``+`` is a space.

        Slugs that came from WordPress are percent-encoded.
        """
        try:
            part = unquote_plus(self._sanitize(text), errors="strict")
        except UnicodeDecodeError as error:
            raise _Undecidable from error
        if not part:
            raise _Undecidable
        return part

    def _sections(self) -> list[str]:
        """Return the folders of the section that the page is in: the first, or one with a page."""
        parts = self._folder.split("/") if self._folder else []
        folder, target = self._mount
        while len(parts) > 1:
            section = below("/".join(parts), target)
            if section is not None and self._site.is_section(posixpath.join(folder, section)):
                break
            parts.pop()
        return [part.replace(" ", "-").lower() for part in parts]

    def _read_slug_in_name(self) -> None:
        """Take what follows the date in the name of the file for the slug, if that date counts."""
        match = _DATED_NAME.fullmatch(self._name)
        if match and match[2] and ":filename" in self._site.date_keys:
            self._slug = self._slug or match[2]

    def _date(self) -> date:
        """Return the date as it is written, in its own zone."""
        for key in self._site.date_keys:
            if key == ":filename":
                match = _DATED_NAME.fullmatch(self._name)
                moment = parse_written_date(match[1]) if match else None
            elif key.startswith(":"):
                # That of the file or of the repository.
                raise _Undecidable
            else:
                moment = self._page.date(key)
            if moment is not None:
                return moment
        raise _Undecidable


_DATES: Final[dict[str, Callable[[date], str]]] = {
    "year": lambda moment: str(moment.year),
    "month": lambda moment: f"{moment.month:02}",
    "monthname": lambda moment: moment.strftime("%B"),
    "day": lambda moment: f"{moment.day:02}",
    "weekday": lambda moment: str(moment.isoweekday() % 7),
    "weekdayname": lambda moment: moment.strftime("%A"),
    "yearday": lambda moment: str(moment.timetuple().tm_yday),
}


def _cut(parts: list[str], text: str) -> list[str]:
    """Return the parts that ``[1]``, ``[1:]`` or ``[last]`` mean; all of them without brackets.

    Raises:
        _Undecidable: the text is something else.
    """
    if not text:
        return parts
    match = _SLICE.fullmatch(text.replace(" ", ""))
    if match is None:
        raise _Undecidable
    low, colon, high = match.groups()
    start = len(parts) - 1 if low == "last" else int(low or 0)
    if start < 0 or start >= len(parts):
        return []
    if not colon:
        return [parts[start]]
    end = len(parts) - 1 if high == "last" else int(high or len(parts))
    return parts[start:end]


def _true_keys(fields: FieldReader) -> tuple[str, ...]:
    return tuple(key for key in fields.keys if fields.matches(key, "true"))


def _read_date_keys(fields: FieldReader | None) -> tuple[str, ...]:
    keys = [key.lower() for key in fields.get_text_list("date")] if fields else []
    usual: list[str] = []
    for key in keys or [":default"]:
        usual += _USUAL_DATES if key == ":default" else [key]
    return tuple(dict.fromkeys(usual))


def _read_mounts(module: FieldReader) -> dict[str, str]:
    """Return where the folders that ``module.mounts`` names are in the content."""
    folders = {}
    for mount in mappings_in(module, "mounts"):
        source, target = mount.get_text("source"), mount.get_text("target")
        place = below(target.strip("/") + "/", "content") if source and target else None
        if source and place is not None:
            folders[source.strip("/")] = place.strip("/")
    return folders
