"""A story's body as its page shows it. Pure."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

import nh3

from newsgraph.feeds.text import clean
from newsgraph.store.documents.urls import absolute

if TYPE_CHECKING:
    from collections.abc import Callable

_SCHEMES = {"http", "https", "mailto"}
_LAZY = {"loading": "lazy", "decoding": "async", "referrerpolicy": "no-referrer"}
# What is too wide scrolls, and whoever has no mouse has to get there to scroll it.
_WIDE = {"pre": {"tabindex": "0"}, "table": {"tabindex": "0"}}
# nh3 takes `cite` for no address, so it would pass relative and with any scheme.
_ATTRIBUTES = {tag: names - {"cite"} for tag, names in nh3.ALLOWED_ATTRIBUTES.items()}
# What nh3 gives has "<" in no text and no attribute: these are elements, and no others are.
_HEADING = re.compile(r"(</?h)([1-5])\b")
_PICTURE = re.compile(r'(<a(?: [a-z-]+="[^"]*")*>\s*)?<img((?: [a-z-]+="[^"]*")*)>')
_NAMED = re.compile(r' alt="([^"]+)"')
_UNNAMED = "Picture"
# Editors leave these behind where somebody wanted more room; the style sheet makes room.
_BLANK = re.compile(r"<p>(?:\s|&nbsp;|<br>)*</p>")
_ENOUGH = 60


def body_html(body: str, story: str, base: str | None, *, pictures: bool) -> str:
    """Return a body as HTML that stands below a page's own heading.

    It is sanitised once more, as the last that is done to it. Its headings begin with ``h2``,
    blank paragraphs are left out, its pictures wait until they are scrolled to and are silent
    where nobody says what they show, what may be too wide can be scrolled by keys, and its
    addresses are whole.

    Args:
        body: as the store has it: sanitised, with its own addresses.
        story: where the story is. Links to a part of it lead there: ids are not kept.
        base: what other relative addresses are relative to; `story` without it.
        pictures: whether it may have any.
    """
    body = _BLANK.sub("", clean(body))
    if "<h1" in body:
        body = _HEADING.sub(lambda found: f"{found[1]}{int(found[2]) + 1}", body)
    body = _PICTURE.sub(_told if pictures else _told_instead, body)
    return nh3.clean(
        body,
        tags=None if pictures else nh3.ALLOWED_TAGS - {"img"},
        attributes=_ATTRIBUTES,
        set_tag_attribute_values=_WIDE | {"img": _LAZY} if pictures else _WIDE,
        url_schemes=_SCHEMES,
        url_relative=_resolving(story, base or story),
    )


def begins_with(body: str, excerpt: str) -> bool:
    """Return whether a body begins as its excerpt does, so that one need not read it twice.

    Args:
        body: as `body_html` returns it.
        excerpt: as plain text.
    """
    # All of a body need not be read for its beginning; elements have no text of their own.
    said = _words(unescape(nh3.clean(body[: 100 * _ENOUGH], tags=set())))
    return said.startswith(_words(excerpt)[:_ENOUGH])


def _told(found: re.Match[str]) -> str:
    """Let a picture have a text: without one its address is read out. A link needs a name."""
    link, attributes = found[1] or "", found[2]
    if _NAMED.search(attributes):
        return found[0]
    # Of two attributes with one name the first counts.
    return f'{link}<img alt="{_UNNAMED if link else ""}"{attributes}>'


def _told_instead(found: re.Match[str]) -> str:
    """Let a link that has a picture have a text in its place."""
    named = _NAMED.search(found[2])
    return f"{found[1]}{named[1] if named else _UNNAMED}" if found[1] else ""


def _words(text: str) -> str:
    return "".join(text.split())


def _resolving(story: str, base: str) -> Callable[[str], str | None]:
    def resolve(address: str) -> str | None:
        return absolute(address, story if address.startswith("#") else base)

    return resolve
