"""Rendering of an article's body for its page. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pygments.token import STANDARD_TYPES

from newsgraph.feeds.text import clean_text
from newsgraph.server.pages.body_ids import BodyIds
from newsgraph.server.pages.embeds import EMBED_KINDS, add_load_buttons
from newsgraph.store.documents.reading_html import ReadingSanitizer
from newsgraph.store.documents.summary_text import summary_text
from newsgraph.store.documents.urls import resolve_url

if TYPE_CHECKING:
    from collections.abc import Callable

_ALERT_KINDS = ("note", "tip", "important", "warning", "caution")
CLASSES = {
    "a": {"footnote-backref"},
    "div": {"markdown-alert", *(f"markdown-alert-{kind}" for kind in _ALERT_KINDS)},
    "p": {"embed", "markdown-alert-title"},
    "section": {"footnotes"},
    "span": set(filter(None, STANDARD_TYPES.values())),
    "sup": {"footnote-ref"},
}
"""The classes that bodies may have, by elements; ``static/bodies.css`` and ``code.css`` style them.

Those of ``span`` are Pygments' classes of tokens.
"""

_WITH_IMAGES = ReadingSanitizer(
    classes=CLASSES, attribute_values={"a": {"data-embed": EMBED_KINDS}}, checkboxes=True
)
_WITHOUT_IMAGES = ReadingSanitizer(without_tags={"img"}, classes=CLASSES, checkboxes=True)

# Sanitized HTML has "<" in no text and in no attribute, so these patterns match only elements.
_HEADING = re.compile(r"(</?h)([1-5])\b")
_IMAGE = re.compile(r'(<a(?: [a-z-]+="[^"]*")*>\s*)?<img((?: [a-z-]+="[^"]*")*)>')
_ALT = re.compile(r' alt="([^"]+)"')
_DEFAULT_LINK_TEXT = "Picture"
# Editors leave these behind where somebody wanted more space; the style sheet adds space.
_BLANK_PARAGRAPH = re.compile(r"<p>(?:\s|&nbsp;|<br>)*</p>")
_ADDED_ATTRIBUTES = (
    # Firefox loads an image at once if its address comes before this attribute.
    ("<img", ' loading="lazy" decoding="async" referrerpolicy="no-referrer"'),
    # Wide elements scroll; without a mouse, one has to be able to focus them for that.
    ("<pre", ' tabindex="0"'),
    ("<table", ' tabindex="0"'),
)
_COMPARED_CHARACTERS = 60
_SEARCHED_CHARACTERS = 20_000


@dataclass(frozen=True, slots=True)
class Body:
    """A body as a page shows it.

    Attributes:
        html: sanitized HTML.
        has_load_buttons: whether it has buttons that load players of other sites.
    """

    html: str
    has_load_buttons: bool


def render_body(body: str, story_url: str, site_url: str, *, show_images: bool) -> Body:
    """Return a body as HTML that fits below a page's own heading.

    The result is sanitized; only buttons and constant attributes are added to that. Headings
    start at ``h2``, blank paragraphs are removed, images load lazily and have an ``alt``
    attribute, elements that may be too wide can be scrolled with the keyboard, and no id is one
    of the page's own. URLs are absolute, but for those of fragments of the body.

    Args:
        body: sanitized HTML from the store, in which only links to fragments are relative.
        story_url: URL of the story. Links to fragments that the body lacks lead there.
        site_url: public URL of this site.
        show_images: whether to keep images and players; otherwise only their links and texts
            remain.
    """
    body = _BLANK_PARAGRAPH.sub("", clean_text(body))
    if "<h1" in body:
        body = _HEADING.sub(lambda match: f"{match[1]}{int(match[2]) + 1}", body)
    body = _IMAGE.sub(_add_alt if show_images else _replace_image, body)
    ids = BodyIds(body)
    sanitizer = _WITH_IMAGES if show_images else _WITHOUT_IMAGES
    html = sanitizer.sanitize(ids.rename(body), _url_resolver(ids, story_url))
    for tag, attributes in _ADDED_ATTRIBUTES:
        html = html.replace(tag, tag + attributes)
    html, count = add_load_buttons(html, site_url) if show_images else (html, 0)
    return Body(html, count > 0)


def contains_excerpt(body_html: str, excerpt: str) -> bool:
    """Return whether a body contains the text of its excerpt, which is then redundant.

    An excerpt that the import has made is the first paragraph, and a heading, list or table can be
    above it.

    Args:
        body_html: HTML of the result of `render_body`; only its start is searched.
        excerpt: plain text.
    """
    text = summary_text(body_html[:_SEARCHED_CHARACTERS])
    return _remove_spaces(excerpt)[:_COMPARED_CHARACTERS] in _remove_spaces(text)


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


def _url_resolver(ids: BodyIds, story_url: str) -> Callable[[str], str | None]:
    def resolve(url: str) -> str | None:
        fragment = ids.find_fragment(url) if url.startswith("#") else None
        return fragment or resolve_url(url, story_url)

    return resolve
