"""Sanitizes the HTML of bodies for the store, and extracts the text of HTML. Pure.

Only this module and `store.documents.reading_html` use nh3.
"""

from __future__ import annotations

import re
from html import unescape
from typing import Final

import nh3

from newsgraph.store.documents.text_cleaning import strip_invalid_characters

_TAG: Final = re.compile(rf"(?i)</?(?:{'|'.join(sorted(nh3.ALLOWED_TAGS))}|script|style)\b[^<>]*>")
_FALLBACKS: Final = (
    "iframe|noembed|noframes|noscript|object|audio|video|textarea|xmp"
    "|svg|math|canvas|select|applet|map|datalist|template"
)
_FALLBACK_TAG: Final = re.compile(rf"(?i)<(?:({_FALLBACKS})\b|/({_FALLBACKS})\s{{0,20}}>)")
"""Tags of elements whose contents browsers do not show, show as source text, or show as no text."""

_PLAINTEXT_TAG: Final = re.compile(r"<plaintext\b[^<>]{0,500}>", re.IGNORECASE)
"""The tag of an element without an end, whose contents browsers show as source text."""


INLINE_ELEMENTS: Final = (
    "a|abbr|b|bdi|bdo|cite|code|del|dfn|em|i|ins|kbd|mark|q|rp|rt|ruby|s|samp|small|span|strike|"
    "strong|sub|sup|tt|u|var|wbr"
)
"""The names of elements that are part of a line, as alternatives of a pattern."""

# Sanitized HTML has "<" in no text and in no attribute, so these match only start tags.
_ATTRIBUTES: Final = re.compile(r'(<[a-z][a-z0-9]*)((?: [a-z-]+="[^"]*"){2,})')
_ATTRIBUTE: Final = re.compile(r' [a-z-]+="[^"]*"')
_INLINE_TAG: Final = re.compile(rf"</?(?:{INLINE_ELEMENTS})(?=[\s/>])[^>]*(?:>|\Z)")
_ANY_TAG: Final = re.compile(r"<[^>]*(?:>|\Z)")

LINK_SCHEMES: Final = frozenset({"geo", "http", "https", "mailto", "sms", "tel", "xmpp"})
"""Schemes of the URLs in stored bodies."""

BODY_TAGS: Final = frozenset(nh3.ALLOWED_TAGS) | {"input", "main", "section", "s", "tfoot"}
"""The elements of bodies."""

_BODY_ATTRIBUTES: Final = {
    # nh3 does not treat `cite` as a URL, so one of any scheme would remain.
    **{tag: names - {"cite"} for tag, names in nh3.ALLOWED_ATTRIBUTES.items()},
    "*": {"class", "dir", "id", "lang", "title"},
    "a": {"href", "data-embed", "aria-label", "hreflang"},
    "details": {"open"},
    "div": {"align"},
    **{f"h{level}": {"align"} for level in range(1, 7)},
    "img": {"align", "alt", "height", "src", "width"},
    "input": {"aria-label", "checked", "disabled", "type"},
    "li": {"value"},
    "ol": {"reversed", "start", "type"},
    "p": {"align"},
    "time": {"datetime"},
}
_BODY_SANITIZER: Final = nh3.Cleaner(
    tags=set(BODY_TAGS),
    attributes=_BODY_ATTRIBUTES,
    link_rel=None,
    # The last one is `store.bodies.context.SITE_SCHEME`, of a package above this one.
    url_schemes={*LINK_SCHEMES, "newsgraph-site"},
)
_BREAK_IN_PRE: Final = re.compile(r"(<pre(?: [^>]*)?>)(?=\n)")
_TEXT_SANITIZER: Final = nh3.Cleaner(
    # Marks of footnotes have such an id.
    attributes={**nh3.ALLOWED_ATTRIBUTES, "sup": {"id"}}
)


def sanitize_body(html: str) -> str:
    """Return the safe part of the HTML of a body, with the URLs as they are."""
    html = _BODY_SANITIZER.clean(html)
    if "<pre" in html:
        # A parser ignores a line break right after the tag, and nh3 writes none in its place.
        html = _BREAK_IN_PRE.sub(r"\1\n", html)
    return _sort_attributes(html)


def _sort_attributes(html: str) -> str:
    """Sort the attributes of each element: nh3 writes them in a different order in each process."""
    return _ATTRIBUTES.sub(_sort_tag, html)


def _sort_tag(match: re.Match[str]) -> str:
    return match[1] + "".join(sorted(_ATTRIBUTE.findall(match[2])))


def sanitize_for_text(html: str) -> str:
    """Return the safe part of untrusted HTML that `html_to_text` and `summary_text` read.

    It has no fallbacks such as `noscript`. A body is stored as `sanitize_body` returns it.
    """
    return _TEXT_SANITIZER.clean(_remove_fallbacks(html))


def _remove_fallbacks(html: str) -> str:
    """Remove elements that show nothing of their contents; those without an end tag stay."""
    html = _PLAINTEXT_TAG.sub(" ", html)
    removed: list[tuple[int, int]] = []
    starts: dict[str, int] = {}
    for match in _FALLBACK_TAG.finditer(html):
        if match[1]:
            starts.setdefault(match[1].lower(), match.start())
        elif (start := starts.get(match[2].lower())) is not None:
            starts = {name: other for name, other in starts.items() if other < start}
            while removed and removed[-1][0] > start:
                removed.pop()
            removed.append((start, match.end()))
    ends = [0, *(end for _, end in removed)]
    starts_of_rest = [*(start for start, _ in removed), len(html)]
    return "".join(html[end:start] for end, start in zip(ends, starts_of_rest, strict=True))


def has_tags(text: str) -> bool:
    """Return whether a text contains tags of HTML, such as ``<p>`` and ``<br/>``."""
    return _TAG.search(text) is not None


def html_to_text(html: str) -> str:
    """Return the text of sanitized HTML, with words of different blocks separated.

    The HTML may end within a tag.
    """
    text = _ANY_TAG.sub(" ", _INLINE_TAG.sub("", html))
    return strip_invalid_characters(unescape(text)).strip()
