"""Rendering of an article's body for its page. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from newsgraph.feeds.text import clean_text
from newsgraph.store.documents.html import html_to_text, sanitize_for_reading
from newsgraph.store.documents.urls import resolve_url

if TYPE_CHECKING:
    from collections.abc import Callable

_URL_SCHEMES = frozenset({"http", "https", "mailto"})
_IMAGE_ATTRIBUTES = {"loading": "lazy", "decoding": "async", "referrerpolicy": "no-referrer"}
# Wide elements scroll; without a mouse, one has to be able to focus them for that.
_FOCUSABLE = {"pre": {"tabindex": "0"}, "table": {"tabindex": "0"}}
# Sanitized HTML has "<" in no text and in no attribute, so these patterns match only elements.
_HEADING = re.compile(r"(</?h)([1-5])\b")
_IMAGE = re.compile(r'(<a(?: [a-z-]+="[^"]*")*>\s*)?<img((?: [a-z-]+="[^"]*")*)>')
_ALT = re.compile(r' alt="([^"]+)"')
_DEFAULT_LINK_TEXT = "Picture"
# Editors leave these behind where somebody wanted more space; the style sheet adds space.
_BLANK_PARAGRAPH = re.compile(r"<p>(?:\s|&nbsp;|<br>)*</p>")
_COMPARED_CHARACTERS = 60


def render_body(body: str, story_url: str, base_url: str | None, *, show_images: bool) -> str:
    """Return a body as HTML that fits below a page's own heading.

    The result is sanitized in the last step. Headings start at ``h2``, blank paragraphs are
    removed, images load lazily and have an ``alt`` attribute, elements that may be too wide can
    be scrolled with the keyboard, and URLs are absolute.

    Args:
        body: sanitized HTML from the store, with the URLs of the document.
        story_url: URL of the story. Links to a fragment lead there, as ids are removed here.
        base_url: base of all other relative URLs; None for `story_url`.
        show_images: whether to keep images; otherwise only their links and texts remain.
    """
    body = _BLANK_PARAGRAPH.sub("", clean_text(body))
    if "<h1" in body:
        body = _HEADING.sub(lambda match: f"{match[1]}{int(match[2]) + 1}", body)
    body = _IMAGE.sub(_add_alt if show_images else _replace_image, body)
    return sanitize_for_reading(
        body,
        _url_resolver(story_url, base_url or story_url),
        url_schemes=_URL_SCHEMES,
        images=show_images,
        attributes=_FOCUSABLE | {"img": _IMAGE_ATTRIBUTES} if show_images else _FOCUSABLE,
    )


def starts_with_excerpt(body_html: str, excerpt: str) -> bool:
    """Return whether a body starts with the text of its excerpt, which is then redundant.

    Args:
        body_html: the result of `render_body`.
        excerpt: plain text.
    """
    # Only the start of the body has to be parsed for this.
    text = html_to_text(body_html[: 100 * _COMPARED_CHARACTERS])
    return _remove_spaces(text).startswith(_remove_spaces(excerpt)[:_COMPARED_CHARACTERS])


def _add_alt(match: re.Match[str]) -> str:
    """Add an ``alt`` attribute to an image without one.

    Without it, screen readers read the image's URL aloud. It is empty, but for an image that is
    the content of a link, as a link needs a name.
    """
    link_tag, attributes = match[1] or "", match[2]
    if _ALT.search(attributes):
        return match[0]
    # Of two attributes with the same name the first one counts.
    return f'{link_tag}<img alt="{_DEFAULT_LINK_TEXT if link_tag else ""}"{attributes}>'


def _replace_image(match: re.Match[str]) -> str:
    """Replace an image within a link by its alternative text; remove any other image."""
    alt = _ALT.search(match[2])
    return f"{match[1]}{alt[1] if alt else _DEFAULT_LINK_TEXT}" if match[1] else ""


def _remove_spaces(text: str) -> str:
    return "".join(text.split())


def _url_resolver(story_url: str, base_url: str) -> Callable[[str], str | None]:
    def resolve(url: str) -> str | None:
        return resolve_url(url, story_url if url.startswith("#") else base_url)

    return resolve
