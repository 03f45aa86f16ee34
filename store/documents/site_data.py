"""Reads title, URL and so on of a site from the files in which its templates keep them. Pure.

Eleventy and Astro have no settings for these: a site keeps them in a file of data, or in a program
that assigns them (``export const SITE = {title: "Town Paper"}``). Pelican has a configuration for
publishing; Zola and Hugo may have the title in the front matter of the home page; and GitHub Pages
has the host in a file ``CNAME``.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from newsgraph.store.documents.program_values import find_lexemes
from newsgraph.store.documents.site_addresses import is_placeholder_url
from newsgraph.store.documents.site_config import (
    SiteConfig,
    build_site_config,
    join_base_path,
    read_configuration,
)
from newsgraph.store.documents.site_identity import override_identity
from newsgraph.store.documents.urls import domain_from_url

if TYPE_CHECKING:
    from collections.abc import Mapping

_MAX_CHARACTERS: Final = 100_000
_FORMATS: Final = (".yaml", ".yml", ".toml", ".json")
_OPENING: Final = "{["
_CLOSING: Final = "}]"
_ALIASES: Final[Mapping[str, tuple[str, ...]]] = {
    "title": ("title", "SITE_TITLE", "name"),
    "description": ("description", "SITE_DESCRIPTION", "desc", "tagline", "subtitle"),
    "url": ("url", "SITE_URL", "website", "site"),
    "lang": ("lang", "language", "locale"),
}
"""The keys of a site's data, and the other names that they have."""

_HOST: Final = re.compile(r"(?=.{4,253}\Z)(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z][A-Za-z0-9-]{1,62}")


def parse_site_data(text: str, path: str) -> SiteConfig:
    """Read the data of a site.

    In YAML, TOML and JSON, the keys may be in a mapping `site`, too. In a program they are
    variables, or properties of an object that is in no other.

    Args:
        text: the file.
        path: its path, whose suffix says which format it has.
    """
    if not path.endswith(_FORMATS):
        values = _find_texts(text)
        return build_site_config(lambda *keys: _first(values, keys))
    fields = read_configuration(text, path, path).fields
    if fields is None:
        return SiteConfig()
    mappings = [fields, fields.find_mapping("site"), fields.find_mapping("metadata")]

    def get_text(*keys: str) -> str | None:
        names = [name for key in keys for name in _ALIASES.get(key, ())]
        texts = (item.get_text(*names) for item in mappings if names and item)
        return next((text for text in texts if text), None)

    return build_site_config(get_text)


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


def _first(values: Mapping[str, str], keys: tuple[str, ...]) -> str | None:
    names = (name for key in keys for name in _ALIASES.get(key, ()))
    return next((values[name] for name in names if name in values), None)


def _find_texts(text: str) -> dict[str, str]:
    """Return the texts that a program assigns to variables and to properties of outer objects."""
    values: dict[str, str] = {}
    if len(text) > _MAX_CHARACTERS:
        return values
    lexemes = [(kind, lexeme) for kind, lexeme, _ in find_lexemes(text)]
    depth = 0
    for index, (kind, lexeme) in enumerate(lexemes[:-2]):
        if lexeme in _OPENING:
            depth += 1
        elif lexeme in _CLOSING:
            depth -= 1
        elif kind in ("word", "text") and depth <= 1 and lexemes[index + 1][1] in (":", "="):
            value_kind, value = lexemes[index + 2]
            after = lexemes[index + 3][1] if index + 3 < len(lexemes) else ""
            # A text that something is added to is no value that is written out.
            if value_kind == "text" and after not in ("+", "."):
                values.setdefault(lexeme.strip("\"'"), value[1:-1].strip())
    return values
