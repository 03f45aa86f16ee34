"""Reads the languages of a site from its generator's configuration. Pure."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from yaml import MappingNode

from newsgraph.store.documents import archive_kinds as kinds
from newsgraph.store.documents.fields import FieldReader, list_items
from newsgraph.store.documents.language_tags import normalize_tag
from newsgraph.store.documents.languages import SiteLanguage, fold_code
from newsgraph.store.documents.site_config import read_fields, relative_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from newsgraph.store.documents.archive_kinds import ArchiveKind

    Languages = tuple[SiteLanguage, ...] | None

_LOCALES: Final = re.compile(r"\blocales\s*:\s*\[([^\]]*)\]")
_STARLIGHT_LOCALE: Final = re.compile(
    r"""["']?([\w-]+)["']?\s*:\s*\{[^{}]*\blang\s*:\s*["']([\w-]+)"""
)
_DEFAULT_LOCALE: Final = re.compile(r"""\b(?:defaultLocale|defaultLanguage)\s*:\s*["']([\w-]+)""")
_SUBSITES: Final = re.compile(r"I18N_SUBSITES\s*=\s*\{(.*?)^\}", re.DOTALL | re.MULTILINE)
_SUBSITE: Final = re.compile(r"""^\s*["']([A-Za-z_-]+)["']\s*:\s*[{d]""", re.MULTILINE)
_DEFAULT_LANG: Final = re.compile(r"""(?m)^DEFAULT_LANG\s*=\s*["']([\w-]+)""")
_QUOTED: Final = re.compile(r"""["'`]([\w-]+)["'`]""")


def parse_site_languages(
    kind: ArchiveKind, text: str, path: str, languages_file: tuple[str, str] = ("", "")
) -> Languages:
    """Read the languages of a site.

    Args:
        kind: the kind of the archive.
        text: its configuration.
        path: the configuration's path, whose suffix says which format it has.
        languages_file: text and path of the file that a site of Hugo may have for its languages.

    Returns:
        The languages, the default one first; None if the configuration does not say what they are.
    """
    if kind is kinds.HUGO:
        return _parse_hugo(text, path, languages_file)
    parse = _PARSERS.get(kind.name)
    return parse(text, path) if parse else None


def _parse_hugo(text: str, path: str, languages_file: tuple[str, str]) -> Languages:
    """Read ``languages``; without it, the site has its default language only.

    https://gohugo.io/configuration/languages/
    """
    fields = read_fields(text, path)
    languages = fields.find_mapping("languages") if fields else None
    languages = languages or read_fields(*languages_file)
    default = (fields.get_text("defaultContentLanguage") if fields else None) or "en"
    has_default_folder = bool(fields and fields.get_bool("defaultContentLanguageInSubdir"))
    disabled = [*map(fold_code, fields.get_text_list("disableLanguages"))] if fields else []
    parsed = [_language(default)]
    for code in languages.keys if languages else ():
        # `find_mapping` returns None for an empty mapping.
        settings = languages.find_mapping(code) if languages else None
        tag = settings.get_text("languageCode", "locale") if settings else None
        folder = relative_folder(settings.get_text("contentDir")) if settings else None
        is_disabled = (
            bool(settings and settings.get_bool("disabled")) or fold_code(code) in disabled
        )
        language = _language(code, tag, folder)
        parsed.append(language and replace(language, is_disabled=is_disabled))
    return tuple(
        replace(
            language,
            url_folder=language.code if index > 0 or has_default_folder else "",
        )
        for index, language in enumerate(_unique(parsed))
    )


def _parse_zola(text: str, path: str) -> Languages:
    """Read ``languages``; without it, the names of files have no languages.

    https://www.getzola.org/documentation/content/multilingual/
    """
    fields = read_fields(text, path)
    languages = fields.find_mapping("languages") if fields else None
    if fields is None or languages is None:
        return ()
    default = fields.get_text("default_language") or "en"
    return _unique(map(_language, (default, *languages.keys)))


def _parse_jekyll(text: str, path: str) -> Languages:
    """Read ``languages`` of the plugins polyglot and jekyll-multiple-languages."""
    fields = read_fields(text, path)
    codes = fields.get_text_list("languages") if fields else ()
    if fields is None or not codes:
        return None
    default = fields.get_text("default_lang")
    return _unique(map(_language, (*([default] if default else []), *codes))) or None


def _parse_hexo(text: str, path: str) -> Languages:
    """Read ``language`` if it is a list.

    https://hexo.io/docs/internationalization
    """
    fields = read_fields(text, path)
    codes = fields.get_text_list("language") if fields else ()
    codes = tuple(code for code in codes if code != "default")
    return _unique(map(_language, codes)) if len(codes) > 1 else None


def _parse_mkdocs(text: str, path: str) -> Languages:
    """Read the languages of the plugin mkdocs-static-i18n.

    https://ultrabug.github.io/mkdocs-static-i18n/
    """
    fields = read_fields(text, path)
    plugins = fields.find("plugins") if fields else None
    if fields is None or plugins is None:
        return ()
    readers = [
        FieldReader(fields.converter, node)
        for node in list_items(plugins[1])
        if isinstance(node, MappingNode)
    ]
    plugin = next(filter(None, (reader.find_mapping("i18n") for reader in readers)), None)
    languages = plugin.find("languages") if plugin else None
    if plugin is None or languages is None:
        return ()
    default, codes = plugin.get_text("default_language"), []
    if isinstance(languages[1], MappingNode):
        codes = list(FieldReader(fields.converter, languages[1]).keys)
    for node in list_items(languages[1]):
        item = FieldReader(fields.converter, node) if isinstance(node, MappingNode) else None
        if item is not None and (code := item.get_text("locale")) is not None:
            codes.append(code)
            default = code if item.get_bool("default") else default
    has_folders = plugin.get_text("docs_structure") == "folder"
    docs = relative_folder(fields.get_text("docs_dir")) or "docs"
    return _unique(
        _language(code, folder=f"{docs}/{code}" if has_folders else None)
        for code in (*([default] if default else []), *codes)
    )


def _parse_docusaurus(text: str, _path: str) -> Languages:
    """Read ``i18n.locales``; each has a folder in ``i18n``.

    https://docusaurus.io/docs/i18n/introduction
    """
    codes = _default_first(_locales(text), text)
    return _unique(_language(code, folder=f"i18n/{code}") for code in codes) or None


def _parse_astro(text: str, _path: str) -> Languages:
    """Read ``locales`` of Astro, or of Starlight.

    https://docs.astro.build/en/guides/internationalization/
    """
    codes = _locales(text)
    if codes:
        return _unique(map(_language, _default_first(codes, text)))
    start = text.find("locales")
    pairs = _STARLIGHT_LOCALE.findall(text, start) if start >= 0 else []
    return _unique(_language(tag if code == "root" else code, tag) for code, tag in pairs) or None


def _parse_pelican(text: str, _path: str) -> Languages:
    """Read the languages of the plugin i18n_subsites."""
    subsites, default = _SUBSITES.search(text), _DEFAULT_LANG.search(text)
    if subsites is None:
        return None
    codes = _SUBSITE.findall(subsites[1])
    return _unique(map(_language, (*([default[1]] if default else []), *codes)))


def _locales(text: str) -> list[str]:
    match = _LOCALES.search(text)
    return _QUOTED.findall(match[1]) if match else []


def _default_first(codes: list[str], text: str) -> list[str]:
    match = _DEFAULT_LOCALE.search(text)
    return [match[1], *codes] if match and codes else codes


def _language(code: str, tag: str | None = None, folder: str | None = None) -> SiteLanguage | None:
    normalized = (tag and normalize_tag(tag)) or normalize_tag(code)
    return SiteLanguage(fold_code(code), normalized, folder or None) if normalized else None


def _unique(languages: Iterable[SiteLanguage | None]) -> tuple[SiteLanguage, ...]:
    """Return one language for each code: the last one, at the place of the first."""
    by_code: dict[str, SiteLanguage] = {}
    for language in languages:
        if language is not None:
            by_code[language.code] = language
    return tuple(by_code.values())


_PARSERS: Final[dict[str, Callable[[str, str], Languages]]] = {
    kinds.ZOLA.name: _parse_zola,
    kinds.JEKYLL.name: _parse_jekyll,
    kinds.HEXO.name: _parse_hexo,
    kinds.MKDOCS.name: _parse_mkdocs,
    kinds.DOCUSAURUS.name: _parse_docusaurus,
    kinds.ASTRO.name: _parse_astro,
    kinds.PELICAN.name: _parse_pelican,
}
