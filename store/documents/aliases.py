"""Aliases: former URLs of a document, which redirect to its page; and documents that only redirect.

The store compares their normal form (`normalize_path`) with the path of a request.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from yaml import ScalarNode

from newsgraph.store.documents.fields import list_items
from newsgraph.store.documents.uri_encoding import (
    clean_url,
    iri_to_uri,
    normalize_percent_encoding,
)
from newsgraph.store.documents.urls import domain_from_url, has_scheme, is_http_url
from newsgraph.store.documents.yaml_tags import BOOL_TAG

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsgraph.store.documents.archive_kinds import ArchiveKind
    from newsgraph.store.documents.fields import FieldReader
    from newsgraph.store.documents.languages import LanguagePath

ALIAS_KEYS: Final = ("aliases", "alias", "redirect_from", "redirects")
_KEYS_FROM_ROOT: Final = ("redirect_from",)
"""Keys whose paths begin at the root of the site in any archive."""

_NEEDLESS: Final = re.compile(r"%(2[146-9A-C]|3[ABD]|40)")
"""The percent-encoded characters ``!$&'()*+,;:=@``, which browsers and servers encode or not."""

_INDEX: Final = "index.html"


def parse_aliases(
    fields: FieldReader, kind: ArchiveKind, location: LanguagePath
) -> tuple[str, ...]:
    """Read a document's aliases: paths that begin with a slash, and absolute URLs.

    Paths are read as the generator reads them: relative ones of Hugo begin in the section of the
    document, and all of them in the folder of its language. Where the generator has no aliases,
    relative paths are ignored: they are other names of a document there, not URLs.

    Args:
        fields: the front matter.
        kind: how the archive's generator reads documents.
        location: the document's path.
    """
    # Most documents have none of the keys.
    if fields.find(*ALIAS_KEYS) is None:
        return ()
    aliases: dict[str, None] = {}
    for key in ALIAS_KEYS:
        base = "root" if key in _KEYS_FROM_ROOT else kind.alias_base
        for text in _texts(fields, key, kind):
            if is_http_url(text):
                aliases[text] = None
            elif text.startswith("/"):
                folder = location.url_folder if base == "section" else ""
                is_prefixed = not folder or f"{text}/".startswith(f"/{folder}/")
                aliases[text if is_prefixed else f"/{folder}{text}"] = None
            elif base is not None and not has_scheme(text):
                section = _section(location) if base == "section" else ""
                aliases[f"{section}/{text}"] = None
    return tuple(aliases)


def is_redirect(fields: FieldReader, kind: ArchiveKind) -> bool:
    """Return whether the generator's page of a document only redirects to another page."""
    field = fields.find(*kind.redirect_keys) if kind.redirect_keys else None
    return field is not None and field[1].tag != BOOL_TAG


def resolve_alias(alias: str, site_url: str | None) -> str | None:
    """Return the normal form of an alias, as a path below the base URL of the site.

    Args:
        alias: a path that begins with a slash, or an absolute URL.
        site_url: base URL of the documents' site; without it, absolute URLs count for nothing.

    Returns:
        The path; None for that of the home page, and for a URL of another site.
    """
    alias = clean_url(alias)
    if not (has_scheme(alias) or alias.startswith("//")):
        return normalize_path(alias)
    url = f"https:{alias}" if alias.startswith("//") else alias
    domain = domain_from_url(url)
    if site_url is None or domain is None or domain != domain_from_url(site_url):
        return None
    path, base = normalize_path(_path_of(url)), normalize_path(_path_of(site_url))
    if path is None or base is None:
        return path
    return normalize_path(path.removeprefix(base)) if f"{path}/".startswith(f"{base}/") else path


def normalize_path(path: str) -> str | None:
    """Return the normal form of a URL's path; paths with the same form are the same address.

    The form begins with a slash. Query and fragment, empty segments, ``.`` and ``..``, a slash at
    the end and ``index.html`` there are removed, and percent-encoding is normalized (RFC 3986
    section 6.2.2), also that of characters that need none in a path: ``%2B`` is ``+``. The case of
    letters counts. The function is idempotent, and fails for no text.

    Returns:
        The normal form; None for the path of the home page.
    """
    path = clean_url(path).partition("#")[0].partition("?")[0]
    # With a slash at its start, it can be neither a scheme nor a host.
    encoded = normalize_percent_encoding(iri_to_uri(f"/{path.lstrip('/')}"))
    encoded = _NEEDLESS.sub(lambda match: chr(int(match[1], 16)), encoded)
    segments: list[str] = []
    for segment in encoded.split("/"):
        if segment == "..":
            segments = segments[:-1]
        elif segment not in ("", "."):
            segments.append(segment)
    while segments and segments[-1] == _INDEX:
        segments.pop()
    return "/" + "/".join(segments) if segments else None


def _path_of(url: str) -> str:
    try:
        return urlsplit(iri_to_uri(url)).path
    except ValueError:
        return ""


def _texts(fields: FieldReader, key: str, kind: ArchiveKind) -> Iterator[str]:
    field = fields.find(key)
    for node in list_items(field[1]) if field else ():
        if isinstance(node, ScalarNode):
            text = fields.converter.scalar_text(node)
            texts = text.split(",") if kind.has_alias_lists else [text]
            yield from filter(None, map(str.strip, texts))
        elif kind.alias_base is not None:
            fields.report_wrong_type(node, fields.label_of(key), "a path or a list of paths")


def _section(location: LanguagePath) -> str:
    """Return the folder of a document's URL in Hugo, without a slash at its end."""
    folders = (location.url_folder, *location.common_path.split("/")[:-1])
    return "".join(f"/{folder}" for folder in folders if folder)
