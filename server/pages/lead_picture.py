"""Finds out whether a body shows the picture that its page shows above it. Pure."""

from __future__ import annotations

import re
from html import unescape

from newsgraph.store.documents.urls import canonicalize_url

# Sanitized HTML has "<" in no text and in no attribute, so this matches only elements.
_SOURCE = re.compile(r'<img\b[^<>]*? src="([^"]+)"')
_LOCAL_FILE = re.compile(r"/files/([0-9a-f]{64})/[^/]*")
# The import takes the article's picture from a `srcset`. Without one, WordPress writes the size at
# the end of the file's name; services that scale pictures have it in the query.
_SIZE_IN_NAME = re.compile(r"(?:-\d{2,5}x\d{2,5}|-scaled)(?=\.[a-z]{3,4}(?:\?|\Z))", re.IGNORECASE)
_SIZE_PARAMETER = re.compile(
    r"(?<=[?&])(?:w|h|width|height|size|resize|fit|crop|dpr|q|quality|auto|ssl|strip)=[^&]*(?:&|\Z)"
)


def shows_picture(body_html: str, url: str, site_url: str) -> bool:
    """Return whether a body shows a picture, at this URL or at that of another size.

    Args:
        body_html: HTML of the result of `server.pages.body.render_body`.
        url: URL of the picture.
        site_url: public URL of this site. Files of this site are the same if their digests are.
    """
    key = _picture_key(url, site_url)
    sources = _SOURCE.findall(body_html) if "<img" in body_html else ()
    return any(_picture_key(unescape(source), site_url) == key for source in sources)


def _picture_key(url: str, site_url: str) -> str:
    """Return what is equal for the URLs of one picture."""
    match = _LOCAL_FILE.fullmatch(url.removeprefix(site_url.rstrip("/")))
    if match:
        return match[1]
    canonical_url = canonicalize_url(url) or url
    return _SIZE_PARAMETER.sub("", _SIZE_IN_NAME.sub("", canonical_url)).rstrip("?&")
