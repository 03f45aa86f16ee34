"""Reads title, URL, language and time zone of a site from its generator's configuration. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin

from yaml import MappingNode

from newsgraph.store.documents.diagnostics import DiagnosticCollector, DocumentError
from newsgraph.store.documents.fields import FieldReader
from newsgraph.store.documents.frontmatter_formats import JsonFormat, TomlFormat, YamlFormat
from newsgraph.store.documents.text_cleaning import SourceText
from newsgraph.store.documents.urls import is_http_url
from newsgraph.store.documents.yaml_values import YamlConverter

if TYPE_CHECKING:
    from collections.abc import Callable

_TITLE: Final = ("title", "site_name", "SITENAME")
_DESCRIPTION: Final = ("description", "site_description", "tagline", "subtitle", "SITESUBTITLE")
_URL: Final = ("url", "baseURL", "base_url", "site_url", "site", "SITEURL")
_PATH: Final = ("baseurl", "baseUrl", "base")
_CONTENT_FOLDER: Final = ("contentDir", "docs_dir", "source_dir")
_LANGUAGE: Final = (
    *("lang", "locale", "languageCode", "language", "default_language", "DEFAULT_LANG"),
    "defaultContentLanguage",
)
_TIME_ZONE: Final = ("timezone", "timeZone", "TIMEZONE")
_FORMATS: Final[dict[str, YamlFormat | TomlFormat | JsonFormat]] = {
    "yml": YamlFormat(),
    "yaml": YamlFormat(),
    "toml": TomlFormat(),
    "json": JsonFormat(),
}
_LANGUAGE_TAG: Final = re.compile(r"[A-Za-z]{2,8}(?:[-_][A-Za-z0-9]{1,8})*")
_ASSIGNMENT: Final = r"""(?m)^[ \t]*["']?{key}["']?\s*[:=]\s*(["'`])(.*?)\1"""


@dataclass(frozen=True, slots=True)
class SiteConfig:
    """What a generator's configuration says of its site; None where it says nothing.

    Attributes:
        title: title of the site.
        description: what the site is about, plain text.
        url: base URL of the site, with its path.
        language: BCP 47 tag.
        time_zone: name of a time zone, such as ``Europe/Berlin``.
        folders: names of Jekyll's collections, whose folders begin with an underscore.
        exclude: patterns of paths that Jekyll does not read.
        content_folder: the folder with documents.
    """

    title: str | None = None
    description: str | None = None
    url: str | None = None
    language: str | None = None
    time_zone: str | None = None
    folders: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    content_folder: str | None = None


def parse_site_config(text: str, path: str) -> SiteConfig:
    """Read a configuration; of a program (JavaScript, Python), texts that are assigned to keys.

    A configuration that cannot be parsed says nothing: its generator reports what is wrong.

    Args:
        text: the file.
        path: its path, whose suffix says which format it has.
    """
    suffix = path.rpartition(".")[2].lower()
    source = SourceText(text)
    form = _FORMATS.get(suffix)
    if form is None:
        config = _build_config(lambda *keys: _find_assignment(source.text, keys))
        # Pelican's; other configurations have paths of other things.
        folder = config.content_folder or _find_assignment(source.text, ("PATH",))
        return replace(config, content_folder=_relative_folder(folder))
    try:
        root = form.compose(source.text)
        if not isinstance(root, MappingNode):
            return SiteConfig()
        fields = FieldReader(YamlConverter(DiagnosticCollector(source, path)), root)
    except DocumentError:
        return SiteConfig()
    params = fields.find_mapping("params") or fields
    config = _build_config(lambda *keys: fields.get_text(*keys) or params.get_text(*keys))
    collections = fields.find_mapping("collections")
    names = collections.keys if collections else fields.get_text_list("collections")
    exclude = fields.get_text_list("exclude")
    return replace(
        config,
        title=config.title or fields.get_text("name"),
        folders=tuple(names),
        exclude=tuple(pattern.strip("/") for pattern in exclude if pattern.strip("/")),
    )


def _build_config(get_text: Callable[..., str | None]) -> SiteConfig:
    url, path = get_text(*_URL), get_text(*_PATH)
    if url is not None and not is_http_url(url):
        url = None
    if url is not None:
        folder = path.strip("/") if path and not is_http_url(path) else ""
        url = urljoin(url, f"/{folder}/") if folder else f"{url.rstrip('/')}/"
    language = get_text(*_LANGUAGE)
    is_tag = language is not None and _LANGUAGE_TAG.fullmatch(language)
    return SiteConfig(
        title=get_text(*_TITLE),
        description=get_text(*_DESCRIPTION),
        url=url,
        language=language.replace("_", "-") if language and is_tag else None,
        time_zone=get_text(*_TIME_ZONE),
        content_folder=_relative_folder(get_text(*_CONTENT_FOLDER)),
    )


def _relative_folder(path: str | None) -> str | None:
    """Return the path of a folder inside of the archive; None for the archive itself and others."""
    folder = PurePosixPath(path or "")
    is_inside = not folder.is_absolute() and ".." not in folder.parts
    return str(folder) if is_inside and folder.parts else None


def _find_assignment(text: str, keys: tuple[str, ...]) -> str | None:
    for key in keys:
        match = re.search(_ASSIGNMENT.format(key=re.escape(key)), text)
        if match and match[2].strip():
            return match[2].strip()
    return None
