"""Cleans, resolves and canonicalizes URLs, and extracts providers' domains from them."""

from __future__ import annotations

import re
from ipaddress import AddressValueError, IPv6Address
from typing import Final
from urllib.parse import SplitResult, urljoin, urlsplit

from newsgraph.store.documents.uri_encoding import (
    COMMON_URL,
    clean_url,
    host_to_ascii,
    iri_to_uri,
    normalize_percent_encoding,
)

_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")
_HOST: Final = re.compile(r"[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*")
_MAX_HOST_LENGTH: Final = 253
# Almost all hosts match this pattern; the general code gives the same results.
_COMMON_HOST: Final = re.compile(r"(?!www\.)[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,3}")
TRACKING_PARAMETERS: Final = frozenset(
    (
        "_ga",
        "_gl",
        "_hsenc",
        "_hsmi",
        "dclid",
        "fbclid",
        "gbraid",
        "gclid",
        "gclsrc",
        "igsh",
        "igshid",
        "li_fat_id",
        "mc_cid",
        "mc_eid",
        "mkt_tok",
        "msclkid",
        "oly_anon_id",
        "oly_enc_id",
        "ttclid",
        "twclid",
        "vero_id",
        "wbraid",
        "yclid",
    )
)
"""Query parameters, in addition to ``utm_…``, that track visitors and do not affect the page."""


def canonicalize_url(url: str) -> str | None:
    """Return the canonical form of a URL; URLs with the same form are treated as the same story.

    docs/documents.md describes the rules, in the order of RFC 3986 section 6 and beyond it:
    ``https`` for both schemes, the host as `normalize_domain` returns it, no user, default
    port or fragment, normalized percent-encoding (section 6.2.2), dot segments removed
    (section 5.2.4), no trailing slash, no tracking parameters, other parameters sorted by
    name. The function is idempotent. It returns None if this is not an http(s) URL.
    """
    split = _split(url)
    if split is None:
        return None
    parts, host, port = split
    netloc = host if port in (None, 80, 443) else f"{host}:{port}"
    path = _remove_dot_segments(normalize_percent_encoding(parts.path)).rstrip("/")
    query = _normalize_query(normalize_percent_encoding(parts.query))
    return f"https://{netloc}{path}?{query}" if query else f"https://{netloc}{path}"


def domain_from_url(url: str) -> str | None:
    """Return the normalized domain of an http(s) URL, or None."""
    split = _split(url)
    return split[1] if split else None


def resolve_url(url: str, base_url: str | None) -> str | None:
    """Resolve a URL against a base (RFC 3986 section 5); return None if the result is not http(s).

    An absolute http(s) URL is only cleaned, whatever the base; a relative one needs an
    http(s) base.
    """
    url = clean_url(url)
    if is_http_url(url):
        return url
    if base_url is None or not url or has_scheme(url) or not is_http_url(base_url):
        return None
    try:
        resolved = urljoin(clean_url(base_url), url)
    except ValueError:
        return None
    return resolved if is_http_url(resolved) else None


def normalize_domain(text: str) -> str | None:
    """Normalize a domain or the host of a URL: ``https://WWW.CNN.com/`` is ``cnn.com``.

    The result is in lower case and in ASCII (IDNA, RFC 5891), without scheme, user, path,
    port, trailing dot and leading ``www.``; None if no host name remains. An IPv6 address
    keeps its brackets.
    """
    if _COMMON_HOST.fullmatch(text):
        return text
    text = clean_url(text)
    host = text[text.find("://") + 3 :] if "://" in text else text.removeprefix("//")
    host = re.split(r"[/?#\\]", host, maxsplit=1)[0].rpartition("@")[2].lower()
    if host.startswith("["):
        return _normalize_ipv6(host[1:].partition("]")[0])
    return _normalize_host_name(re.sub(r":\d*$", "", host))


def is_http_url(url: str) -> bool:
    """Return whether this is an absolute http(s) URL with a host."""
    return COMMON_URL.fullmatch(url) is not None or _split(url) is not None


def has_scheme(url: str) -> bool:
    """Return whether a URL has a scheme, such as ``javascript:`` (RFC 3986 section 3.1)."""
    return _SCHEME.match(url) is not None


def _split(url: str) -> tuple[SplitResult, str, int | None] | None:
    """Return the parts, the normalized domain and the port of an http(s) URL, as a URI."""
    try:
        parts = urlsplit(iri_to_uri(url))
        port = parts.port
    except ValueError:
        return None
    host = normalize_domain(f"//{parts.netloc}")
    return (parts, host, port) if host and parts.scheme in ("http", "https") else None


def _normalize_ipv6(address: str) -> str | None:
    try:
        return f"[{IPv6Address(address).compressed}]"
    except AddressValueError:
        return None


def _normalize_host_name(host: str) -> str | None:
    if len(host) > _MAX_HOST_LENGTH:
        return None
    host = host_to_ascii(host).lower().rstrip(".")
    while host.startswith("www.") and "." in host[4:]:
        host = host[4:]
    return host if _HOST.fullmatch(host) else None


def _remove_dot_segments(path: str) -> str:
    """Remove dot segments (RFC 3986 section 5.2.4) from a path that is absolute or empty."""
    if "/." not in path:
        return path
    resolved: list[str] = []
    segments = path.split("/")[1:]
    for segment in segments:
        if segment == "..":
            if resolved:
                resolved.pop()
        elif segment != ".":
            resolved.append(segment)
    if segments[-1] in (".", ".."):
        resolved.append("")
    return "/" + "/".join(resolved)


def _normalize_query(query: str) -> str:
    parameters = [
        parameter
        for parameter in query.split("&")
        if parameter and not _is_tracking_parameter(_parameter_name(parameter).lower())
    ]
    # The sort is stable: the order of several values of one parameter can be significant.
    return "&".join(sorted(parameters, key=_parameter_name))


def _parameter_name(parameter: str) -> str:
    return parameter.partition("=")[0]


def _is_tracking_parameter(name: str) -> bool:
    return name.startswith("utm_") or name in TRACKING_PARAMETERS
