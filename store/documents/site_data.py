"""Reads title, URL and owner of a site from the files in which its templates keep them. Pure.

Eleventy and Astro have no settings for these: a site keeps them in a file of data, or in a program
that assigns them (``export const SITE = {title: "Town Paper"}``). Pelican has a configuration for
publishing; Zola and Hugo may have the title in the front matter of the home page; and GitHub Pages
has the host in a file ``CNAME``.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Final

from yaml import MappingNode

from newsgraph.store.documents.diagnostics import DiagnosticCollector
from newsgraph.store.documents.fields import FieldReader
from newsgraph.store.documents.program_texts import find_program_texts
from newsgraph.store.documents.site_addresses import is_placeholder_url
from newsgraph.store.documents.site_config import (
    SiteConfig,
    build_site_config,
    join_base_path,
    read_configuration,
)
from newsgraph.store.documents.site_identity import (
    complete_identity,
    override_identity,
    read_identity,
)
from newsgraph.store.documents.text_cleaning import SourceText
from newsgraph.store.documents.urls import domain_from_url
from newsgraph.store.documents.value_nodes import build_nodes
from newsgraph.store.documents.yaml_values import YamlConverter

if TYPE_CHECKING:
    from collections.abc import Mapping

_FORMATS: Final = (".yaml", ".yml", ".toml", ".json")
_ALIASES: Final[Mapping[str, tuple[str, ...]]] = {
    "title": ("title", "siteTitle", "site_title", "siteName", "site_name", "name"),
    "description": (
        *("description", "siteDescription", "site_description", "desc", "shortDesc"),
        *("tagline", "subtitle"),
    ),
    "url": ("url", "siteUrl", "site_url", "website", "site"),
    "lang": ("lang", "language", "locale", "siteLang", "site_lang", "defaultLanguage"),
}
"""The keys of a site's data in any case, and the other names that they have."""

_SITE_MAPPINGS: Final = ("site", "metadata")
_PERSONS: Final = ("author", "creator", "owner", "profile", "profileconfig", "publisher")
"""Objects whose `name` is not that of the site."""

_HOST: Final = re.compile(r"(?=.{4,253}\Z)(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z][A-Za-z0-9-]{1,62}")


def parse_site_data(text: str, path: str) -> SiteConfig:
    """Read the data of a site.

    The keys are those of the file, or in a program its variables; or they are in a mapping: `site`,
    `metadata`, or the first one with a title.

    Args:
        text: the file.
        path: its path, whose suffix says which format it has.
    """
    if path.endswith(_FORMATS):
        fields = read_configuration(text, path, path).fields
    else:
        fields = _read_program(text, path)
    if fields is None:
        return SiteConfig()
    children = [(key, mapping) for key in fields.keys if (mapping := fields.find_mapping(key))]
    readers = [fields]
    if fields.get_text(*_ALIASES["title"]) is None:
        titled = (
            mapping
            for key, mapping in children
            if key not in _PERSONS and mapping.get_text(*_ALIASES["title"])
        )
        readers += islice(titled, 1)
    readers += [mapping for key, mapping in children if key in _SITE_MAPPINGS]

    def get_text(*keys: str) -> str | None:
        names = [name for key in keys for name in _ALIASES.get(key, ())]
        # An object of its own can say how dates are written, such as `LOCALE`.
        is_language = "lang" in keys
        sources = [*readers, *(mapping for _, mapping in children if is_language)]
        texts = (reader.get_text(*names) for reader in sources if names)
        return next((text for text in texts if text), None)

    return replace(build_site_config(get_text), identity=read_identity(readers))


def _read_program(text: str, path: str) -> FieldReader | None:
    node = build_nodes(find_program_texts(text), text)
    converter = YamlConverter(DiagnosticCollector(SourceText(text), path))
    return FieldReader(converter, node) if isinstance(node, MappingNode) else None


def parse_cname(text: str) -> str | None:
    """Return the URL of a site from its file ``CNAME``, which contains the host."""
    host = text.strip()
    return f"https://{host.lower()}/" if _HOST.fullmatch(host) else None


def complete_config(config: SiteConfig, data: SiteConfig) -> SiteConfig:
    """Return a configuration with what it lacks from the data of the site.

    The URL in a configuration that comes from the template of a generator counts as lacking.
    """
    url = config.url
    if data.url and (url is None or is_placeholder_url(url)):
        url = join_base_path(data.url, config.base_path)
    return replace(
        config,
        title=config.title or data.title,
        description=config.description or data.description,
        url=url,
        language=config.language or data.language,
        identity=complete_identity(config.identity, data.identity),
    )


def override_config(config: SiteConfig, other: SiteConfig) -> SiteConfig:
    """Return a configuration whose values another one, which is read after it, replaces."""
    return replace(
        config,
        title=other.title or config.title,
        description=other.description or config.description,
        url=other.url or config.url,
        language=other.language or config.language,
        time_zone=other.time_zone or config.time_zone,
        identity=override_identity(config.identity, other.identity),
    )


def name_after_host(config: SiteConfig) -> SiteConfig:
    """Return a configuration whose title, if it has none, is the host of the site."""
    if config.title or config.url is None or is_placeholder_url(config.url):
        return config
    return replace(config, title=domain_from_url(config.url))
