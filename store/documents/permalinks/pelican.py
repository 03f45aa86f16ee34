"""The addresses of Pelican's articles and pages, as far as its settings are written out.

Sources: https://docs.getpelican.com/en/latest/settings.html#url-settings, and Pelican's
`contents.py` and `settings.py`.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from newsgraph.store.documents.permalinks.base import (
    Permalinks,
    below,
    normalize_base_path,
    parse_written_date,
)
from newsgraph.store.documents.permalinks.slugs import pelican_slug
from newsgraph.store.documents.urls import is_http_url

if TYPE_CHECKING:
    from datetime import date

    from newsgraph.store.documents.permalinks.base import PageSource

_SETTING: Final = re.compile(r"^([A-Z][A-Z0-9_]*)[ \t]*=(.*)$", re.MULTILINE)
_LITERAL: Final = re.compile(
    r"""[uU]?(?P<quote>["'])(?P<text>[^"'\\]*)(?P=quote)|[rR](["'])(?P<raw>[^"']*)\3"""
)
"""A text without escapes, also one in which backslashes mean nothing, as in expressions."""
_PLACEHOLDER: Final = re.compile(r"\{(\w+)(?::([^{}]*))?\}")
_DATE_CODE: Final = re.compile(r"%([YmdHMSyj]|-[dm])")
_SUFFIXES: Final = (".md", ".markdown", ".mkd", ".mdown")
_USUAL: Final = {
    "ARTICLE_URL": "{slug}.html",
    "ARTICLE_LANG_URL": "{slug}-{lang}.html",
    "PAGE_URL": "pages/{slug}.html",
    "PAGE_LANG_URL": "pages/{slug}-{lang}.html",
    "DEFAULT_LANG": "en",
    "DEFAULT_CATEGORY": "misc",
    "SLUGIFY_SOURCE": "title",
    "SITEURL": "",
}
_SLUG_SETTINGS: Final = (
    *("SLUG_REGEX_SUBSTITUTIONS", "SLUG_SUBSTITUTIONS", "SLUGIFY_USE_UNICODE"),
    *("SLUGIFY_PRESERVE_CASE", "PATH_METADATA", "EXTRA_PATH_METADATA", "TAG_SUBSTITUTIONS"),
    *("CATEGORY_REGEX_SUBSTITUTIONS", "CATEGORY_SUBSTITUTIONS"),
)
"""Settings that change slugs in ways that are not read."""

_DATE_IN_NAME: Final = r"(?P<date>\d{4}-\d{2}-\d{2})"
_SLUG_AFTER_DATE: Final = re.compile(
    re.escape(_DATE_IN_NAME) + r"(?:[-_]|\[[-_]+\])\(\?P<slug>\.[*+]\)\$?", re.ASCII
)
_DATED_NAME: Final = re.compile(r"(\d{4}-\d{2}-\d{2})[-_](.+)", re.ASCII)


@dataclass(frozen=True, slots=True)
class PelicanPermalinks(Permalinks):
    """What ``pelicanconf.py`` says about addresses.

    Attributes:
        base_path: path of ``SITEURL``.
        content_folder: the folder with documents.
        settings: the settings that are texts, by name; None if one is computed.
    """

    base_path: str = ""
    content_folder: str = "content"
    settings: tuple[tuple[str, str | None], ...] = ()

    @classmethod
    def from_text(cls, text: str, content_folder: str) -> PelicanPermalinks:
        """Read the settings.

        Args:
            text: the configuration, a program.
            content_folder: the folder with documents.
        """
        settings: dict[str, str | None] = {}
        names = ("ARTICLE", "PAGE")
        relevant = {
            *_USUAL,
            *_SLUG_SETTINGS,
            *("FILENAME_METADATA", "PAGE_PATHS", "I18N_SUBSITES"),
            *(f"{name}{lang}_SAVE_AS" for name in names for lang in ("", "_LANG")),
        }
        for name, value in _SETTING.findall(text):
            if name in relevant:
                settings[name] = _read_literal(value.strip())
        site_url = settings.get("SITEURL") or ""
        return cls(normalize_base_path(site_url), content_folder, tuple(settings.items()))

    def path_of(self, page: PageSource) -> str | None:
        """Return the path of an article or a page."""
        path = below(page.path, self.content_folder)
        if path is None or page.suffix not in _SUFFIXES or "I18N_SUBSITES" in dict(self.settings):
            return None
        own = page.text("save_as") or page.text("url")
        if own is not None:
            return None if is_http_url(own) else _without_index(f"/{own.lstrip('/')}")
        if "PAGE_PATHS" in dict(self.settings):
            return None
        kind = "PAGE" if path.startswith("pages/") else "ARTICLE"
        default = self._get("DEFAULT_LANG")
        language = (page.text("lang") or page.location.language or default or "").lower()
        if default is None:
            return None
        name = kind if language == default.lower() else f"{kind}_LANG"
        template = self._template(name)
        stem = posixpath.splitext(path)[0].rpartition("/")[2]
        if template is None:
            return None
        result = self._expand(template, page, stem, language)
        return result and _without_index(f"/{result.lstrip('/')}")

    def entry_date_of(self, page: PageSource) -> str | None:
        """Return the date of an article."""
        stem = posixpath.splitext(page.path)[0].rpartition("/")[2]
        moment = self._find_date(page, stem)
        return moment.strftime("%Y-%m-%d") if moment else None

    def _get(self, name: str) -> str | None:
        settings = dict(self.settings)
        return settings[name] if name in settings else _USUAL.get(name)

    def _template(self, name: str) -> str | None:
        """Return the template of the address, else that of the file; None if it is computed."""
        settings = dict(self.settings)
        if f"{name}_URL" not in settings and f"{name}_SAVE_AS" in settings:
            return settings[f"{name}_SAVE_AS"]
        return self._get(f"{name}_URL")

    def _expand(self, template: str, page: PageSource, stem: str, language: str) -> str | None:
        parts = []
        for name, code in _PLACEHOLDER.findall(template):
            if name == "date":
                part = self._date(page, stem, code)
            elif code:
                return None
            elif name == "slug":
                part = self._slug(page, stem)
            elif name == "lang":
                part = language
            elif name == "category":
                category = page.text("category") or self._get("DEFAULT_CATEGORY")
                part = self._slugify(category)
            elif name == "author":
                part = self._slugify(page.text("author"))
            else:
                part = None
            if not part:
                return None
            parts.append(part)
        texts = iter(parts)
        path = _PLACEHOLDER.sub(lambda _: next(texts), template)
        return None if "{" in path else path

    def _slug(self, page: PageSource, stem: str) -> str | None:
        own = page.text("slug")
        if own is not None:
            return own
        if "FILENAME_METADATA" in dict(self.settings):
            pattern = dict(self.settings)["FILENAME_METADATA"]
            if pattern is None or ("slug" in pattern and not _SLUG_AFTER_DATE.fullmatch(pattern)):
                return None
            match = _DATED_NAME.fullmatch(stem)
            if match and "slug" in pattern:
                return match[2]
        source = self._get("SLUGIFY_SOURCE")
        texts = {"title": page.text("title"), "basename": stem}
        return self._slugify(texts.get(source or ""))

    def _slugify(self, text: str | None) -> str | None:
        if text is None or any(name in dict(self.settings) for name in _SLUG_SETTINGS):
            return None
        return pelican_slug(text)

    def _find_date(self, page: PageSource, stem: str) -> date | None:
        """Return the date of a document, in the zone in which it is written."""
        if page.has_value("date"):
            return page.date("date")
        match = _DATED_NAME.match(f"{stem}-x")
        return parse_written_date(match[1]) if match else None

    def _date(self, page: PageSource, stem: str, code: str) -> str | None:
        moment = self._find_date(page, stem)
        if moment is None or not code or "%" in _DATE_CODE.sub("", code):
            return None
        return _DATE_CODE.sub(lambda match: _format(moment, match[1]), code)


def _read_literal(value: str) -> str | None:
    """Return the text that an expression is; None if it is computed."""
    match = _LITERAL.match(value)
    if match is None or value[match.end() :].lstrip()[:1] not in ("", "#"):
        return None
    return match["text"] if match["text"] is not None else match["raw"]


def _format(moment: date, code: str) -> str:
    """Return a part of a date; not all systems know a dash, which removes zeros at the start."""
    text = moment.strftime(f"%{code.lstrip('-')}")
    return str(int(text)) if code.startswith("-") else text


def _without_index(path: str) -> str:
    return path.removesuffix("index.html") if path.endswith("/index.html") else path
