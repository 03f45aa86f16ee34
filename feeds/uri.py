"""Converts URLs from documents into URIs (RFC 3986), as feeds require them.

Documents contain URLs as people paste them, with spaces, umlauts or pipes. Browsers accept
these; feed validators and some readers reject the item.
"""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote

from .text import clean_text

# RFC 3986 appendix B: scheme, authority, path, query, fragment. The second pattern splits the
# authority into user, host and port. Both match every line, so that splitting cannot fail.
_COMPONENTS = re.compile(r"^([^:/?#]+:)?(//[^/?#]*)?([^?#]*)(\?[^#]*)?(#.*)?$")
_AUTHORITY_COMPONENTS = re.compile(r"^([^@]*@)?(\[[0-9A-Fa-f:.]+\]|.*?)(:[0-9]*)?$")
_ASCII_HOST = re.compile(r"\[[0-9A-Fa-f:.]+\]|[0-9A-Za-z._\-]*")
# Almost all URLs match this pattern and need no conversion.
_HTTP_URI = re.compile(
    r"https?://[0-9A-Za-z.\-]+(?::[0-9]+)?"
    r"(?:/(?:[0-9A-Za-z\-._~!$&'()*+,;=:@/]|%[0-9A-Fa-f]{2})*)?"
    r"(?:\?(?:[0-9A-Za-z\-._~!$&'()*+,;=:@/?]|%[0-9A-Fa-f]{2})*)?"
)
_STRAY_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")

# The characters of RFC 3986 sections 3.2 to 3.5 that stay as they are in a component, in
# addition to the unreserved ones, which quote() never encodes.
_SUB_DELIMS = "!$&'()*+,;="
_SAFE_IN_USER = f"{_SUB_DELIMS}:@%"
_SAFE_IN_PATH = f"{_SUB_DELIMS}:@/%"
_SAFE_IN_QUERY = f"{_SAFE_IN_PATH}?"


def iri_to_uri(iri: str) -> str:
    """Convert an IRI, or any text used as a URL, to a URI (RFC 3986).

    Characters that a URI cannot contain are percent-encoded as UTF-8 (RFC 3987 section 3.1),
    a non-ASCII host is converted to IDNA, and line ends and tabs are removed, as in browsers.
    A URI is returned unchanged, except that ``HTTP:`` and ``HTTPS:`` become lower case (RFC
    3986 section 6.2.2.1): strict readers, and callers that look for an http prefix, expect it.
    """
    if _HTTP_URI.fullmatch(iri):
        return iri
    line = clean_text(iri).replace("\t", "").replace("\n", "")
    scheme, authority, path, query, fragment = _split(_COMPONENTS, line)
    if scheme.lower() in ("http:", "https:"):
        scheme = scheme.lower()
    if authority:
        authority = f"//{_encode_authority(authority[2:])}"
    encoded = (
        _percent_encode(scheme, _SAFE_IN_PATH),
        authority,
        _percent_encode(path, _SAFE_IN_PATH),
        _percent_encode(query, _SAFE_IN_QUERY),
    )
    return "".join(encoded) + fragment[:1] + _percent_encode(fragment[1:], _SAFE_IN_QUERY)


def _split(pattern: re.Pattern[str], line: str) -> tuple[str, ...]:
    matches: list[tuple[str, ...]] = pattern.findall(line)
    return matches[0]


def _encode_authority(authority: str) -> str:
    user, host, port = _split(_AUTHORITY_COMPONENTS, authority)
    return f"{_percent_encode(user, _SAFE_IN_USER)}{_encode_host(host)}{port}"


def _encode_host(host: str) -> str:
    if _ASCII_HOST.fullmatch(host):
        return host
    # RFC 5891 section 4 and UTS 46: normalize compatibility forms first, as they may contain
    # dots.
    labels = unicodedata.normalize("NFKC", host.lower()).replace("。", ".").split(".")
    ascii_host = ".".join(
        label if label.isascii() else f"xn--{label.encode('punycode').decode('ascii')}"
        for label in labels
    )
    # Some compatibility forms contain "/" or "@", which would make it a different host.
    if _ASCII_HOST.fullmatch(ascii_host):
        return ascii_host
    return _percent_encode(host, f"{_SUB_DELIMS}%")


def _percent_encode(component: str, safe: str) -> str:
    return quote(_STRAY_PERCENT.sub("%25", component), safe=safe)
