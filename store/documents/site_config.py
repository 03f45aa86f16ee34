"""Reads title, URL, language, time zone and owner of a site from a configuration. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from yaml import MappingNode

from newsgraph.store.documents.build_flags import (
    NO_FLAGS,
    BuildFlags,
    find_pelican_flags,
    read_build_flags,
)
from newsgraph.store.documents.diagnostics import DiagnosticCollector, DocumentError
from newsgraph.store.documents.eleventy_config import parse_eleventy_folders
from newsgraph.store.documents.fields import FieldReader
from newsgraph.store.documents.frontmatter_formats import FORMAT_BY_SUFFIX
from newsgraph.store.documents.jekyll_config import JekyllConfig
from newsgraph.store.documents.site_identity import (
    NO_IDENTITY,
    SiteIdentity,
    find_site_identity,
    read_site_identity,
)
from newsgraph.store.documents.text_cleaning import SourceText
from newsgraph.store.documents.urls import is_http_url
from newsgraph.store.documents.yaml_values import YamlConverter, quote_for_message

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
_LANGUAGE_TAG: Final = re.compile(r"[A-Za-z]{2,8}(?:[-_][A-Za-z0-9]{1,8})*")
_ASSIGNMENT: Final = r"""(?m)^[ \t]*["']?{key}["']?\s*[:=]\s*[uUrR]?(["'`])(.*?)\1"""


@dataclass(frozen=True, slots=True)
class SiteConfig:
    """What a generator's configuration says of its site; None where it says nothing.

    Attributes:
        title: title of the site.
        description: what the site is about, plain text.
        url: base URL of the site, with its path.
        language: BCP 47 tag.
        time_zone: name of a time zone, such as ``Europe/Berlin``.
        folders: names of folders that begin with an underscore and contain documents: those of
            Jekyll's collections whose documents have pages, and those that it includes.
        content_folder: the folder with documents.
        base_path: the path of the site below its host, without slashes around it, also if the URL
            is unknown.
        build: whether the generator builds future documents, expired ones and drafts.
        identity: who the site belongs to.
    """

    title: str | None = None
    description: str | None = None
    url: str | None = None
    language: str | None = None
    time_zone: str | None = None
    folders: tuple[str, ...] = ()
    content_folder: str | None = None
    base_path: str = ""
    build: BuildFlags = NO_FLAGS
    identity: SiteIdentity = NO_IDENTITY


@dataclass(frozen=True, slots=True)
class Configuration:
    """A generator's configuration.

    Attributes:
        fields: its contents; None if it is a program, or cannot be parsed.
        text: its text.
        diagnostics: its problems; that it cannot be parsed is among them.
    """

    fields: FieldReader | None
    text: str
    diagnostics: DiagnosticCollector


def read_configuration(text: str, name: str, path: str) -> Configuration:
    """Read a configuration in YAML, TOML or JSON.

    Args:
        text: the file.
        name: its name, whose suffix says which format it has.
        path: its path in diagnostics.
    """
    source = SourceText(text)
    diagnostics = DiagnosticCollector(source, path)
    form = FORMAT_BY_SUFFIX.get(_suffix(name))
    if form is None:
        return Configuration(None, source.text, diagnostics)
    try:
        root = form.compose(source.text)
        if isinstance(root, MappingNode):
            fields = FieldReader(YamlConverter(diagnostics), root)
            return Configuration(fields, source.text, diagnostics)
        if root is not None:
            raise DocumentError("broken-configuration", 0, "It is not a mapping.")
    except DocumentError as error:
        message = f"The configuration cannot be read. {error.message}"
        diagnostics.add("broken-configuration", error.offset, message)
    return Configuration(None, source.text, diagnostics)


def check_time_zone(configuration: Configuration, time_zone: str) -> None:
    """Report a time zone that a configuration names and the system does not know."""
    try:
        ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        offset = max(configuration.text.find(time_zone), 0)
        message = f"The time zone {quote_for_message(time_zone)} is unknown."
        configuration.diagnostics.add("unknown-time-zone", offset, message)


def parse_site_config(text: str, path: str) -> SiteConfig:
    """Read a configuration; one that is a program is searched for texts that are written out.

    A configuration that cannot be parsed says nothing here: `read_configuration` reports it.

    Args:
        text: the file.
        path: its path, whose suffix says which format it has.
    """
    configuration = read_configuration(text, path, path)
    fields = configuration.fields
    if _suffix(path) not in FORMAT_BY_SUFFIX:
        config = build_site_config(lambda *keys: find_assignment(configuration.text, keys))
        identity = find_site_identity(configuration.text, find_assignment)
        config = replace(config, identity=identity)
        if "eleventy" in path:
            folders = parse_eleventy_folders(configuration.text)
            return replace(config, content_folder=folders.input)
        # Pelican's; other configurations have paths of other things.
        folder = config.content_folder or find_assignment(configuration.text, ("PATH",))
        flags = find_pelican_flags(configuration.text)
        return replace(config, content_folder=relative_folder(folder), build=flags)
    if fields is None:
        return SiteConfig()
    params = fields.find_mapping("params") or fields
    config = build_site_config(
        lambda *keys: (
            fields.get_text(*keys) or params.get_text(*keys) or _get_of_language(fields, keys)
        )
    )
    config = replace(config, identity=read_site_identity(fields))
    try:
        jekyll = JekyllConfig.from_fields(fields)
    except DocumentError:
        return config
    included = (text.strip("/")[1:] for text in jekyll.include if text.startswith("_"))
    return replace(
        config,
        title=config.title or fields.get_text("name"),
        folders=(*jekyll.pages, *included),
        build=read_build_flags(fields),
    )


def _get_of_language(fields: FieldReader, keys: tuple[str, ...]) -> str | None:
    """Return a text that a configuration of Hugo or Zola states for the default language only."""
    default = fields.get_text("defaultContentLanguage", "default_language") or "en"
    languages = fields.find_mapping("languages")
    language = languages.find_mapping(default) if languages else None
    if language is None or ("title" not in keys and "description" not in keys):
        return None
    params = language.find_mapping("params") or language
    return language.get_text(*keys) or params.get_text(*keys)


def read_fields(text: str, path: str) -> FieldReader | None:
    """Return a reader of a configuration's keys; None if it is a program, or cannot be parsed.

    Args:
        text: the file.
        path: its path, whose suffix says which format it has.
    """
    return read_configuration(text, path, path).fields


def _suffix(name: str) -> str:
    return f".{name.rpartition('.')[2].lower()}"


def build_site_config(get_text: Callable[..., str | None]) -> SiteConfig:
    """Return what a configuration says.

    Args:
        get_text: returns the text of the first of some keys that there is.
    """
    url, path = get_text(*_URL), get_text(*_PATH)
    if url is not None and not is_http_url(url):
        url = None
    folder = path.strip("/") if path and not is_http_url(path) else ""
    if url is not None:
        url = join_base_path(url, folder)
    language = get_text(*_LANGUAGE)
    is_tag = language is not None and _LANGUAGE_TAG.fullmatch(language)
    return SiteConfig(
        title=get_text(*_TITLE),
        description=get_text(*_DESCRIPTION),
        url=url,
        language=language.replace("_", "-") if language and is_tag else None,
        time_zone=get_text(*_TIME_ZONE),
        content_folder=relative_folder(get_text(*_CONTENT_FOLDER)),
        base_path=folder,
    )


def join_base_path(url: str, base_path: str) -> str:
    """Return the URL of a site below a path of its host; without one, its own path counts."""
    return urljoin(url, f"/{base_path}/") if base_path else f"{url.rstrip('/')}/"


def relative_folder(path: str | None) -> str | None:
    """Return the path of a folder inside of the archive; None for the archive itself and others."""
    folder = PurePosixPath(path or "")
    is_inside = not folder.is_absolute() and ".." not in folder.parts
    return str(folder) if is_inside and folder.parts else None


def find_assignment(text: str, keys: tuple[str, ...]) -> str | None:
    """Find a text that a configuration, which is a program, assigns to one of these names."""
    for key in keys:
        match = re.search(_ASSIGNMENT.format(key=re.escape(key)), text)
        if match and match[2].strip():
            return match[2].strip()
    return None
