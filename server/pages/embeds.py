"""Buttons that load players of other sites into a page. Pure.

Stored HTML has a paragraph with a link for each video, recording or frame of a document. A page
loads none of them by itself. A button beside the link, which `static/embeds.js` shows, does.
"""

from __future__ import annotations

import re
from html import escape, unescape
from typing import Final
from urllib.parse import urlsplit

from newsgraph.store.bodies.video_pages import player_of_page

EMBED_KINDS: Final = frozenset({"frame", "video", "audio", "object"})
"""Values of ``data-embed``; what is an object is only a link on pages, too."""

# Sanitized HTML has "<" and ">" in no text and in no attribute.
_EMBED: Final = re.compile(r'<p class="embed"><a((?: [a-z-]+="[^"]*")+)>[^<]*</a>(?=</p>)')
_URL: Final = re.compile(r' href="([^"]*)"')
_KIND: Final = re.compile(r' data-embed="(frame|video|audio)"')
_CONTENTS: Final = {"frame": "content", "video": "video", "audio": "audio"}


def add_load_buttons(html: str, site_url: str) -> tuple[str, int]:
    """Add buttons to the links of embeds that a page may load.

    These are frames of other origins by https, and videos and recordings by https or of this site.
    The Content-Security-Policy of a page with such buttons allows exactly these.

    Args:
        html: sanitized HTML.
        site_url: public URL of this site.

    Returns:
        The HTML with the buttons, and their number.
    """
    count = 0
    own_origin = _origin(site_url)

    def add_button(match: re.Match[str]) -> str:
        nonlocal count
        link, href, embed = match[0], _URL.search(match[1]), _KIND.search(match[1])
        if href is None or embed is None:
            return link
        url, kind = unescape(href[1]), embed[1]
        origin = _origin(url)
        if origin is None:
            return link
        scheme, host = origin
        # A frame of this origin could use its scripts on the page around it.
        is_own, is_secure = origin == own_origin, scheme == "https"
        may_load = is_secure and not is_own if kind == "frame" else is_secure or is_own
        if not may_load:
            return link
        count += 1
        label = f"Load {_CONTENTS[kind]}" + ("" if is_own else f" from {escape(host)}")
        player = escape(player_of_page(url) or url)
        return f'{link} <button type="button" data-load="{player}" hidden>{label}</button>'

    return _EMBED.sub(add_button, html), count


def _origin(url: str) -> tuple[str, str] | None:
    """Return scheme, and host with port, of an http or https URL; None for other URLs."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
        return None
    return parts.scheme, parts.netloc.lower()
