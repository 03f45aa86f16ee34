"""Reads who a site belongs to, and its pictures, from its generator's configuration. Pure."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Final

from yaml import ScalarNode

from newsgraph.store.documents.authors import get_author_name, get_author_url
from newsgraph.store.documents.media_suffixes import media_type_of_url
from newsgraph.store.documents.plain_text import plain_text
from newsgraph.store.documents.site_addresses import is_placeholder_url
from newsgraph.store.documents.urls import has_scheme, is_http_url

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from newsgraph.store.documents.fields import FieldReader

COPYRIGHT_KEYS: Final = ("copyright",)
AUTHOR_KEYS: Final = ("author", "site_author", "author_name", "authorName")
AUTHOR_URL_KEYS: Final = ("author_url", "authorUrl", "profile")
EMAIL_KEYS: Final = ("author_email", "authorEmail", "email", "site_email")
ICON_KEYS: Final = (
    *("favicon", "icon", "site_icon", "faviconPath", "assets.favicon", "theme.favicon"),
)
LOGO_KEYS: Final = ("logo", "site_logo", "logo.src", "logo.url", "theme.logo", "images", "image")
_PARAMS: Final = ("params", "extra")
"""Mappings of Hugo and Zola with what themes read."""

_PROGRAM_KEYS: Final = {
    "copyright": ("copyright", "COPYRIGHT"),
    "author": ("AUTHOR", "author"),
    "email": ("AUTHOR_EMAIL", "email"),
    "icon": ("favicon", "FAVICON"),
    "logo": ("SITELOGO", "LOGO", "image"),
}
"""The names of values in Docusaurus's, Astro's, Eleventy's and Pelican's configurations."""

_NAVBAR_LOGO: Final = re.compile(r"""\blogo\s*:\s*\{[^{}]*?\bsrc\s*:\s*(["'`])(.*?)\1""", re.DOTALL)
_TEMPLATE: Final = re.compile(r"[{}]|<%")
_PLACEHOLDER_NAME: Final = re.compile(r"your name( here)?[.!]?", re.IGNORECASE)
_PLACEHOLDER: Final = re.compile(r"@example\.(?:com|org|net)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class SiteIdentity:
    """Who a site belongs to; None where the configuration says nothing.

    Attributes:
        copyright: copyright notice, plain text.
        author: name of the author of the site.
        author_url: URL of the author's page, which may be relative.
        email: address of the author.
        icon: URL or path of a square picture.
        logo: URL or path of another picture.
    """

    copyright: str | None = None
    author: str | None = None
    author_url: str | None = None
    email: str | None = None
    icon: str | None = None
    logo: str | None = None


NO_IDENTITY: Final = SiteIdentity()


def read_site_identity(fields: FieldReader) -> SiteIdentity:
    """Read the identity from a configuration in YAML, TOML or JSON."""
    return read_identity([fields, *filter(None, map(fields.find_mapping, _PARAMS))])


def read_identity(readers: Sequence[FieldReader]) -> SiteIdentity:
    """Read the identity from mappings; those that come first take precedence."""
    name: str | None = None
    url: str | None = None
    email = _first_text(readers, EMAIL_KEYS)
    for key in AUTHOR_KEYS:
        for reader in readers:
            mapping = reader.find_mapping(key)
            if mapping is not None:
                name = name or get_author_name(mapping)
                url = url or get_author_url(mapping)
                email = _text(mapping, "email") or email
            else:
                name = name or _text(reader, key)
    if url is None:
        urls = (reader.get_first_http_url(*AUTHOR_URL_KEYS) for reader in readers)
        url = next(filter(None, urls), None)
    return _clean(
        SiteIdentity(
            copyright=_first_text(readers, COPYRIGHT_KEYS),
            author=name,
            author_url=url,
            email=email,
            icon=_first_picture(readers, ICON_KEYS),
            logo=_first_picture(readers, LOGO_KEYS),
        )
    )


def find_site_identity(
    text: str, find_assignment: Callable[[str, tuple[str, ...]], str | None]
) -> SiteIdentity:
    """Find the identity in a configuration that is a program.

    Args:
        text: the program.
        find_assignment: finds a text that is assigned to one of some names.
    """
    values = {name: find_assignment(text, keys) for name, keys in _PROGRAM_KEYS.items()}
    navbar = _NAVBAR_LOGO.search(text)
    if navbar is not None:
        values["logo"] = navbar[2]
    pictures = {name: _picture(values[name]) for name in ("icon", "logo")}
    return _clean(SiteIdentity(**values | pictures))


def override_identity(identity: SiteIdentity, other: SiteIdentity) -> SiteIdentity:
    """Return an identity whose values another one, which is read after it, replaces."""
    values = {name: value for name, value in asdict(other).items() if value is not None}
    return replace(identity, **values)


def complete_identity(identity: SiteIdentity, other: SiteIdentity) -> SiteIdentity:
    """Return an identity with what it lacks from another one, which can have another author."""
    if identity.author is not None:
        other = replace(other, author_url=None, email=None)
    return override_identity(other, identity)


def _first_text(readers: Sequence[FieldReader], keys: tuple[str, ...]) -> str | None:
    return next(filter(None, (_text(reader, *keys) for reader in readers)), None)


def _first_picture(readers: Sequence[FieldReader], keys: tuple[str, ...]) -> str | None:
    texts = (text for reader in readers for key in keys for text in _texts(reader, key))
    return next(filter(None, map(_picture, texts)), None)


def _texts(fields: FieldReader, key: str) -> Iterator[str | None]:
    """Yield the text of an entry, or those in a list, such as Hugo's ``params.images``."""
    field = fields.find(key)
    if field is not None:
        nodes = [field[1]] if isinstance(field[1], ScalarNode) else field[1].value
        for node in nodes:
            yield fields.converter.scalar_text(node) if isinstance(node, ScalarNode) else None


def _text(fields: FieldReader, *keys: str) -> str | None:
    field = fields.find(*keys)
    if field is None or not isinstance(field[1], ScalarNode):
        return None
    return fields.converter.scalar_text(field[1]).strip() or None


def _picture(text: str | None) -> str | None:
    """Return the URL or the path of a picture; themes have names of icons there, too."""
    url = (text or "").strip()
    is_file = not has_scheme(url) and (media_type_of_url(url) or "").startswith("image/")
    return url if is_file or is_http_url(url) else None


def _clean(identity: SiteIdentity) -> SiteIdentity:
    """Leave out values that only a template can fill in, and the names and URLs of examples."""
    texts = (identity.copyright, identity.author, identity.email)
    notice, author, email = (None if text and _TEMPLATE.search(text) else text for text in texts)
    url = identity.author_url
    is_example = url is not None and has_scheme(url) and is_placeholder_url(url)
    return replace(
        identity,
        copyright=plain_text(notice) or None if notice else None,
        author=None if author and _PLACEHOLDER_NAME.fullmatch(author) else author,
        author_url=None if is_example else url,
        email=None if email and _PLACEHOLDER.search(email) else email,
    )
