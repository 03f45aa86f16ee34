"""Replaces videos, audio, frames and other embedded content by links to what they show.

A feed reader and a sanitizer remove such elements, and with them every trace of what was there. A
page offers to load the content: it finds the links by their ``data-embed``.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from newsgraph.store.bodies.context import LEFT_OUT_URL
from newsgraph.store.bodies.html_tree import (
    create_element,
    parse_html,
    replace_element,
    select,
    select_path,
)
from newsgraph.store.bodies.video_pages import page_of_player

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_KINDS: Final = {
    "iframe": "frame",
    "frame": "frame",
    "embed": "object",
    "object": "object",
    "video": "video",
    "audio": "audio",
}
_NAMES: Final = {"frame": "Content", "object": "Content", "video": "Video", "audio": "Audio"}
_URL_ATTRIBUTES: Final = ("src", "data", "data-src", "data-lazy-src", "data-litespeed-src")
_NO_URLS: Final = ("about:", "data:", "javascript:", "blob:", LEFT_OUT_URL)
_MEDIA_SUFFIXES: Final = {
    "video": re.compile(r"\.(?:mp4|m4v|webm|ogv|mov)(?:[?#]|$)", re.IGNORECASE),
    "audio": re.compile(r"\.(?:mp3|m4a|ogg|oga|opus|wav|flac)(?:[?#]|$)", re.IGNORECASE),
}
_PICTURE: Final = re.compile(r"\.(?:png|jpe?g|gif|webp|avif|svg|bmp)(?:[?#]|$)", re.IGNORECASE)

_VIDEO_HOSTS: Final = re.compile(
    r"(?:^|\.)(?:youtube(?:-nocookie)?\.com|youtu\.be|vimeo\.com|dailymotion\.com|twitch\.tv|wistia\.\w+"
    r"|peertube\.\w+)$|^(?:video|videos|tv)\."
)
_HIDDEN: Final = re.compile(r"\b(?:display\s*:\s*none|visibility\s*:\s*hidden)\b", re.IGNORECASE)
_SIZE: Final = re.compile(r"(?<![\w-])(?:width|height)\s*:\s*([\w.%]+)", re.IGNORECASE)
_PIXELS: Final = re.compile(r"\s*0*(\d{1,5})(?:px)?\s*", re.IGNORECASE)
_MAX_DESCRIPTION: Final = 500
"""A longer text for other browsers is no text of a link, in characters."""

_BOILERPLATE: Final = re.compile(
    r"\b(?:browsers?|i?frames?|html5?|javascript|plug-?in|flash|(?:un)?support(?:ed|s)?|embed(?:ded)?)\b",
    re.IGNORECASE,
)
"""Words of a text for browsers that do not know an element, rather than about what it shows."""

_BLOCKS_WITH_INLINE: Final = frozenset(("p", "h1", "h2", "h3", "h4", "h5", "h6", "a", "span"))
_find_embeds = select(*_KINDS)
_find_links = select_path("a[@data-embed]")


def replace_embeds(root: HtmlElement) -> Counter[str]:
    """Replace embedded content by links.

    Returns:
        how many elements of each name were removed, as they have no URL; those that nobody would
        see are removed, too.
    """
    removed = Counter[str]()
    _remove_marks(root)
    for element in _find_embeds(root):
        if any(parent.tag in _KINDS for parent in element.iterancestors()):
            continue  # It is what browsers show that do not know the outer element.
        if _is_hidden(element):
            replace_element(element)
        elif not _replace_embed(element) and element.get("src") != LEFT_OUT_URL:
            removed[element.tag] += 1
    return removed


def _is_hidden(element: HtmlElement) -> bool:
    """Return whether a browser shows nothing of an element, such as one that counts visitors."""
    if element.tag == "audio":
        return False
    style = element.get("style") or ""
    if _HIDDEN.search(style) or element.get("hidden") is not None:
        return True
    sizes = [element.get(name) or "" for name in ("width", "height")]
    if "padding" not in style:  # It can give an element its height.
        sizes += [match[1] for match in _SIZE.finditer(style)]
    values = [int(match[1]) for size in sizes if (match := _PIXELS.fullmatch(size))]
    return 0 in values or (len(values) > 1 and max(values) <= 1)


def _remove_marks(root: HtmlElement) -> None:
    """Remove the attribute of links that only `replace_embeds` sets: a page loads their URLs."""
    for link in _find_links(root):
        del link.attrib["data-embed"]


def _replace_embed(element: HtmlElement) -> bool:
    """Replace an element; return whether there is a URL of what it shows."""
    kind = _KINDS[element.tag]
    url, fallback = _find_url(element), _fallback(element)
    if not url:
        replace_element(element, *_own_children(fallback))
        return False
    if kind == "object" and _PICTURE.search(url):
        pictures = (picture.get("alt") for picture in fallback.iter("img"))
        text = element.get("title") or element.get("aria-label") or fallback.text_content().strip()
        text = text or next(filter(None, pictures), "")
        replace_element(element, create_element("img", src=url, alt=text))
        return True
    for media, suffix in _MEDIA_SUFFIXES.items():
        if suffix.search(url):
            kind = media
    text = _describe(element, fallback, kind, url)
    link = create_element("a", text, href=page_of_player(url) or url, data_embed=kind)
    parent = element.getparent()
    if parent is None or parent.tag not in _BLOCKS_WITH_INLINE:
        paragraph = create_element("p")
        paragraph.set("class", "embed")
        paragraph.append(link)
        replace_element(element, paragraph)
        return True
    replace_element(element, link)
    is_alone = parent[0] is link and link.getnext() is None and not (parent.text or "").strip()
    if parent.tag == "p" and is_alone and not (link.tail or "").strip():
        parent.set("class", "embed")
    return True


def _find_url(element: HtmlElement) -> str:
    """Return the URL of what an element shows, or an empty text."""
    candidates = [element, *element.iterdescendants("source", "embed", "object", "iframe", "video")]
    for candidate in candidates:
        for name in _URL_ATTRIBUTES:
            url = (candidate.get(name) or "").strip()
            if url and not url.lower().startswith(_NO_URLS):
                return url
    for parameter in element.iterdescendants("param"):
        if (parameter.get("name") or "").lower() in ("movie", "src", "url", "filename"):
            return (parameter.get("value") or "").strip()
    return ""


def _fallback(element: HtmlElement) -> HtmlElement:
    """Return the content for browsers that do not know the element.

    What an ``iframe`` contains is text to a parser.
    """
    if element.tag == "iframe" and element.text:
        fallback = parse_html(element.text)
        _remove_marks(fallback)
        return fallback
    return element


def _own_children(fallback: HtmlElement) -> list[HtmlElement]:
    """Return what remains of embedded content without a URL: its text and links."""
    container = create_element("span", fallback.text or "")
    container.extend(
        [child for child in fallback if child.tag not in ("source", "track", "param", *_KINDS)]
    )
    return [container] if container.text_content().strip() else []


def _describe(element: HtmlElement, fallback: HtmlElement, kind: str, url: str) -> str:
    """Return the text of a link: a title, or the link or the text for other browsers."""
    for text in (element.get("title"), element.get("aria-label")):
        if text and text.strip():
            return " ".join(text.split())
    for anchor in fallback.iter("a"):
        text = " ".join(anchor.text_content().split())
        if text and anchor.get("href"):
            return text
    text = " ".join(fallback.text_content().split())
    if 0 < len(text) <= _MAX_DESCRIPTION and not _BOILERPLATE.search(text):
        return text
    host = _host(url)
    if kind == "frame" and _VIDEO_HOSTS.search(host):
        kind = "video"
    return f"{_NAMES[kind]} on {host}" if host else _NAMES[kind]


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""
