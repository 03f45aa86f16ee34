"""Addresses as feeds may carry them: URIs of RFC 3986, whatever a document says.

Documents hold what people paste: blanks, umlauts, pipes. Browsers cope; feed
validators and some readers refuse the item.
"""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote

from .text import clean

# RFC 3986 appendix B: scheme, authority, path, query, fragment; and within the
# authority user, host, port. Both match every line, so that nothing here can fail.
_PARTS = re.compile(r"^([^:/?#]+:)?(//[^/?#]*)?([^?#]*)(\?[^#]*)?(#.*)?$")
_AUTHORITY = re.compile(r"^([^@]*@)?(\[[0-9A-Fa-f:.]+\]|.*?)(:[0-9]*)?$")
_HOST = re.compile(r"\[[0-9A-Fa-f:.]+\]|[0-9A-Za-z._\-]*")
# Nearly every address is of this form, and needs none of the work below.
_ORDINARY = re.compile(
    r"https?://[0-9A-Za-z.\-]+(?::[0-9]+)?"
    r"(?:/(?:[0-9A-Za-z\-._~!$&'()*+,;=:@/]|%[0-9A-Fa-f]{2})*)?"
    r"(?:\?(?:[0-9A-Za-z\-._~!$&'()*+,;=:@/?]|%[0-9A-Fa-f]{2})*)?"
)
_LONE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")

# RFC 3986 sections 3.2 to 3.5, beside the unreserved that quote() always keeps.
_SUB_DELIMS = "!$&'()*+,;="
_USER = f"{_SUB_DELIMS}:@%"
_PATH = f"{_SUB_DELIMS}:@/%"
_QUERY = f"{_PATH}?"


def uri(address: str) -> str:
    """Write an address with the characters that RFC 3986 allows.

    The rest is percent-encoded as UTF-8 (RFC 3987 section 3.1), a host outside
    ASCII becomes its IDNA form, and line ends and tabs inside go, as in browsers.
    What is a URI already comes back as it is, but for ``HTTP:``, which strict readers, and we
    when we look for what is of the web, know only in lower case (RFC 3986 section 6.2.2.1).
    """
    if _ORDINARY.fullmatch(address):
        return address
    line = clean(address).replace("\t", "").replace("\n", "")
    scheme, authority, path, query, fragment = _split(_PARTS, line)
    if scheme.lower() in ("http:", "https:"):
        scheme = scheme.lower()
    if authority:
        authority = f"//{_authority(authority[2:])}"
    encoded = (_encode(scheme, _PATH), authority, _encode(path, _PATH), _encode(query, _QUERY))
    return "".join(encoded) + fragment[:1] + _encode(fragment[1:], _QUERY)


def _split(pattern: re.Pattern[str], line: str) -> tuple[str, ...]:
    found: list[tuple[str, ...]] = pattern.findall(line)
    return found[0]


def _authority(authority: str) -> str:
    user, host, port = _split(_AUTHORITY, authority)
    return f"{_encode(user, _USER)}{_host(host)}{port}"


def _host(host: str) -> str:
    if _HOST.fullmatch(host):
        return host
    # RFC 5891 section 4 and UTS 46: compatibility forms first, as they may hold dots.
    labels = unicodedata.normalize("NFKC", host.lower()).replace("。", ".").split(".")
    ascii_host = ".".join(
        label if label.isascii() else f"xn--{label.encode('punycode').decode('ascii')}"
        for label in labels
    )
    # Some compatibility forms hold "/" or "@", which would make it another host.
    return ascii_host if _HOST.fullmatch(ascii_host) else _encode(host, f"{_SUB_DELIMS}%")


def _encode(part: str, safe: str) -> str:
    return quote(_LONE_PERCENT.sub("%25", part), safe=safe)
