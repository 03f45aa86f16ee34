"""Addresses: when two name the same story, whose they are, and what they are relative to."""

from __future__ import annotations

import re
from ipaddress import AddressValueError, IPv6Address
from typing import Final
from urllib.parse import SplitResult, urljoin, urlsplit

_TRIMMED: Final = "".join(map(chr, range(0x21))) + "\x7f\xa0\ufeff"
_INNER_CONTROLS: Final = re.compile(r"[\x00-\x1f\x7f]")
_SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*):")
_HOST: Final = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*")
_LONGEST_HOST: Final = 253
# What nearly every address is like; the long way comes to the same.
_USUAL: Final = re.compile(r"https?://[a-z0-9-]+(?:\.[a-z0-9-]+)+(?:/[!-\[\]-~]*)?")
_USUAL_HOST: Final = re.compile(r"(?!www\.)[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,3}")
_ESCAPE: Final = re.compile(rb"%([0-9A-Fa-f]{2})")
_UNRESERVED: Final = frozenset(
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~",
)
_PATH_KEEPS: Final = _UNRESERVED | frozenset(b"!$&'()*+,;=:@/")
_QUERY_KEEPS: Final = _PATH_KEEPS | frozenset(b"?")
TRACKING: Final = frozenset(
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
"""Parameters, beside ``utm_…``, that say how a reader came, not what is read."""


def canonical(url: str) -> str | None:
    """The form in which addresses of the same story are equal; None where it is no web address.

    The rules, in RFC 3986 section 6's order and beyond it, stand in docs/documents.md:
    ``https`` for both schemes, the host as `domain` gives it, no user, default port or
    fragment, percent-encoding normalised (section 6.2.2), dot segments resolved (section
    5.2.4), no slash at the end, no tracking parameters, the others sorted by name.
    A canonical address is its own canonical form.
    """
    split = _split(url)
    if split is None:
        return None
    parts, host, port = split
    netloc = host if port in (None, 80, 443) else f"{host}:{port}"
    path = _without_dots(_normal_escapes(parts.path, _PATH_KEEPS)).rstrip("/")
    query = _normal_query(parts.query)
    return f"https://{netloc}{path}?{query}" if query else f"https://{netloc}{path}"


def host_domain(url: str) -> str | None:
    """The domain of the publisher at an http(s) address, as `domain` gives it, or None."""
    split = _split(url)
    return split[1] if split else None


def absolute(url: str, base: str | None) -> str | None:
    """The address resolved against a base (RFC 3986 section 5); None where that is no web address.

    An absolute http(s) address comes back tidied, whatever the base; a relative one
    needs an http(s) base.
    """
    url = tidied(url)
    if is_web(url):
        return url
    if base is None or not url or has_scheme(url) or not is_web(base):
        return None
    try:
        joined = urljoin(tidied(base), url)
    except ValueError:
        return None
    return joined if is_web(joined) else None


def domain(text: str) -> str | None:
    """A domain from what people write for one: ``https://WWW.CNN.com/`` is ``cnn.com``.

    Lower case, IDNA in ASCII (RFC 3490), without scheme, user, path, port, the dot at the
    end and a leading ``www.``; None where no host name is left. An IPv6 address keeps its
    brackets.
    """
    if _USUAL_HOST.fullmatch(text):
        return text
    text = tidied(text)
    host = text[text.find("://") + 3 :] if "://" in text else text.removeprefix("//")
    host = re.split(r"[/?#\\]", host, maxsplit=1)[0].rpartition("@")[2].lower()
    if host.startswith("["):
        return _ipv6(host[1:].partition("]")[0])
    return _host_name(re.sub(r":\d*$", "", host))


def tidied(url: str) -> str:
    """The address without blanks and control characters around and in it; inner blanks as %20."""
    if _USUAL.fullmatch(url):
        return url
    return _INNER_CONTROLS.sub("", url.strip(_TRIMMED)).strip(_TRIMMED).replace(" ", "%20")


def is_web(url: str) -> bool:
    """Whether this is an absolute http(s) address with a host."""
    return _USUAL.fullmatch(url) is not None or _split(url) is not None


def has_scheme(url: str) -> bool:
    """Whether the address names a scheme, such as ``javascript:`` (RFC 3986 section 3.1)."""
    return _SCHEME.match(url) is not None


def _split(url: str) -> tuple[SplitResult, str, int | None] | None:
    """The parts, the domain and the port of an http(s) address."""
    url = tidied(url)
    scheme = _SCHEME.match(url)
    if scheme is None or scheme[1].lower() not in ("http", "https"):
        return None
    try:
        parts = urlsplit(url)
        port = parts.port
        url.encode()
    except ValueError:
        return None
    if not parts.netloc or "\\" in parts.netloc:
        return None
    host = domain("//" + parts.netloc)
    return (parts, host, port) if host else None


def _ipv6(text: str) -> str | None:
    try:
        return f"[{IPv6Address(text).compressed}]"
    except AddressValueError:
        return None


def _host_name(host: str) -> str | None:
    if len(host) > _LONGEST_HOST:
        return None
    if not host.isascii():
        try:
            host = host.encode("idna").decode("ascii").lower()
        except UnicodeError:
            return None
    host = host.rstrip(".")
    while host.startswith("www.") and "." in host[4:]:
        host = host[4:]
    return host if _HOST.fullmatch(host) else None


def _normal_escapes(text: str, keeps: frozenset[int]) -> str:
    """Percent-encoding in its one form: RFC 3986 sections 6.2.2.1 and 6.2.2.2."""
    if "%" not in text and text.isascii() and keeps.issuperset(text.encode()):
        return text
    raw = text.encode()
    out: list[str] = []
    at = 0
    while at < len(raw):
        escape = _ESCAPE.match(raw, at)
        if escape:
            byte = int(escape[1], 16)
            out.append(chr(byte) if byte in _UNRESERVED else f"%{byte:02X}")
            at = escape.end()
        else:
            byte = raw[at]
            out.append(chr(byte) if byte in keeps else f"%{byte:02X}")
            at += 1
    return "".join(out)


def _without_dots(path: str) -> str:
    """RFC 3986 section 5.2.4 for a path that begins with a slash or is empty."""
    if "/." not in path:
        return path
    kept: list[str] = []
    segments = path.split("/")[1:]
    for segment in segments:
        if segment == "..":
            if kept:
                kept.pop()
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in (".", ".."):
        kept.append("")
    return "/" + "/".join(kept)


def _normal_query(query: str) -> str:
    if not query:
        return ""
    parameters: list[tuple[str, str]] = []
    for parameter in query.split("&"):
        written = _normal_escapes(parameter, _QUERY_KEEPS)
        name = written.partition("=")[0]
        if written and not name.lower().startswith("utm_") and name.lower() not in TRACKING:
            parameters.append((name, written))
    # The sort is stable: the order of two values of one name can mean something.
    parameters.sort(key=lambda parameter: parameter[0])
    return "&".join(written for _, written in parameters)
