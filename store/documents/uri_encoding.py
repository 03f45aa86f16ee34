"""Converts URLs, as people paste them into documents, to URIs (RFC 3986).

Documents contain URLs with spaces, umlauts or pipes. Browsers accept these; feed validators
and some readers reject them.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final
from urllib.parse import quote, unquote_to_bytes

# Almost all URLs match these two patterns; the general code gives the same results.
COMMON_URL: Final = re.compile(r"https?://[a-z0-9-]+(?:\.[a-z0-9-]+)+(?:/[!-\[\]-~]*)?")
_COMMON_URI: Final = re.compile(
    r"(?:https?://[0-9A-Za-z.\-]+(?::[0-9]+)?(?=[/?]|$)|urn:(?!//))"
    r"(?:/?(?:[0-9A-Za-z\-._~!$&'()*+,;=:@/]|%[0-9A-Fa-f]{2})*)?"
    r"(?:\?(?:[0-9A-Za-z\-._~!$&'()*+,;=:@/?]|%[0-9A-Fa-f]{2})*)?"
)
_STRIPPED_CHARACTERS: Final = "".join(map(chr, range(0x21))) + "\x7f\xa0\ufeff"
_REMOVED_CHARACTERS: Final = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
# RFC 3986 appendix B: scheme, authority, path, query, fragment. The second pattern splits the
# authority into user, host and port. Both match every line, so that splitting cannot fail.
_COMPONENTS: Final = re.compile(r"^([^:/?#]+:)?(//[^/?#]*)?([^?#]*)(\?[^#]*)?(#.*)?$")
_AUTHORITY_COMPONENTS: Final = re.compile(r"^([^@]*@)?(\[[0-9A-Fa-f:.]+\]|.*?)(:[0-9]*)?$")
_ASCII_HOST: Final = re.compile(r"\[[0-9A-Fa-f:.]+\]|[0-9A-Za-z._\-]*")
_PERCENT_ENCODED: Final = re.compile(r"%([0-9A-Fa-f]{2})")
_STRAY_PERCENT: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")
_UNRESERVED: Final = re.compile(r"[A-Za-z0-9\-._~]")
# The characters of RFC 3986 sections 3.2 to 3.5 that stay as they are in a component, in
# addition to the unreserved ones, which quote() never encodes.
_SUB_DELIMS: Final = "!$&'()*+,;="
_SAFE_IN_USER: Final = f"{_SUB_DELIMS}:@%"
_SAFE_IN_PATH: Final = f"{_SUB_DELIMS}:@/%"
_SAFE_IN_QUERY: Final = f"{_SAFE_IN_PATH}?"


def clean_url(url: str) -> str:
    """Remove control characters and surrounding spaces from a URL; encode inner spaces as %20."""
    if COMMON_URL.fullmatch(url):
        return url
    return _REMOVED_CHARACTERS.sub("", url).strip(_STRIPPED_CHARACTERS).replace(" ", "%20")


def iri_to_uri(iri: str) -> str:
    """Convert an IRI, or any text used as a URL, to a URI (RFC 3986).

    The text is cleaned by `clean_url`, characters that a URI cannot contain are
    percent-encoded as UTF-8 (RFC 3987 section 3.1), and a non-ASCII host is converted to IDNA.
    A URI is returned unchanged, except that ``HTTP:`` and ``HTTPS:`` become lower case (RFC
    3986 section 6.2.2.1): strict readers, and callers that look for an http prefix, expect it.
    """
    if _COMMON_URI.fullmatch(iri):
        return iri
    scheme, authority, path, query, fragment = _split(_COMPONENTS, clean_url(iri))
    if scheme.lower() in ("http:", "https:"):
        scheme = scheme.lower()
    if authority:
        user, host, port = _split(_AUTHORITY_COMPONENTS, authority[2:])
        authority = f"//{_percent_encode(user, _SAFE_IN_USER)}{host_to_ascii(host)}{port}"
    encoded = (
        _percent_encode(scheme, _SAFE_IN_PATH),
        authority,
        _percent_encode(path, _SAFE_IN_PATH),
        _percent_encode(query, _SAFE_IN_QUERY),
    )
    return "".join(encoded) + fragment[:1] + _percent_encode(fragment[1:], _SAFE_IN_QUERY)


def host_to_ascii(host: str) -> str:
    """Return a host with its non-ASCII labels in IDNA's form, or percent-encoded if it is none.

    Compatibility forms are normalized first, as they may contain dots (RFC 5891 section 4 and
    UTS 46). The case of an ASCII host stays. A host may be percent-encoded (RFC 3986 section
    3.2.2), as Markdown has it after rendering.
    """
    if _ASCII_HOST.fullmatch(host):
        return host
    try:
        name = unquote_to_bytes(host).decode()
    except UnicodeDecodeError:
        name = host
    labels = unicodedata.normalize("NFKC", name.lower()).replace("。", ".").split(".")
    ascii_host = ".".join(
        label if label.isascii() else f"xn--{label.encode('punycode').decode('ascii')}"
        for label in labels
    )
    # Some compatibility forms contain "/" or "@", which would make it a different host.
    if _ASCII_HOST.fullmatch(ascii_host):
        return ascii_host
    return _percent_encode(host, f"{_SUB_DELIMS}%")


def normalize_percent_encoding(uri: str) -> str:
    """Decode unreserved characters and write hexadecimal digits in upper case.

    See RFC 3986 sections 6.2.2.1 and 6.2.2.2.
    """

    def normalize(match: re.Match[str]) -> str:
        character = chr(int(match[1], 16))
        return character if _UNRESERVED.fullmatch(character) else match[0].upper()

    return _PERCENT_ENCODED.sub(normalize, uri)


def _split(pattern: re.Pattern[str], line: str) -> tuple[str, ...]:
    matches: list[tuple[str, ...]] = pattern.findall(line)
    return matches[0]


def _percent_encode(component: str, safe: str) -> str:
    return quote(_STRAY_PERCENT.sub("%25", component), safe=safe)
