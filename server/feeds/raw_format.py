"""The source of a feed for people: the same bytes, in a media type that browsers show.

Browsers offer feeds in their own media types as downloads, or hand them to another program.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl

if TYPE_CHECKING:
    from starlette.responses import Response

_PARAMETER: Final = ("format", "raw")

_MEDIA_TYPES: Final = {
    "rss": "text/xml; charset=utf-8",
    "atom": "text/xml; charset=utf-8",
    "json": "application/json",
}

_HEADERS: Final = {
    # The bodies in a feed come from other sites. Browsers show XML with styles and
    # pictures of their own.
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}


def is_raw_request(query_string: str) -> bool:
    """Return whether a query string asks for the source of a feed (``format=raw``)."""
    return _PARAMETER in parse_qsl(query_string)


def raw_url(url: str) -> str:
    """Return the URL of the source of a feed.

    Args:
        url: canonical URL of the feed, absolute or relative.
    """
    return f"{url}{'&' if '?' in url else '?'}{'='.join(_PARAMETER)}"


def make_raw(response: Response, suffix: str) -> Response:
    """Give the response with a feed the media type and headers of a source.

    Args:
        response: a 200 with a feed, or a 304.
        suffix: format suffix of the feed.
    """
    if "content-type" in response.headers:
        response.headers["Content-Type"] = _MEDIA_TYPES[suffix]
        response.headers.update(_HEADERS)
    return response
