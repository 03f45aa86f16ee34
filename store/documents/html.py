"""Sanitizes HTML, and extracts its text. Pure; the only module that uses nh3."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, Final

import nh3

from newsgraph.store.documents.text_cleaning import strip_invalid_characters

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

# nh3 does not treat `cite` as a URL, so a relative one or one of any scheme would remain.
# Neither readers nor browsers display it.
_SERVED_ATTRIBUTES: Final = {tag: names - {"cite"} for tag, names in nh3.ALLOWED_ATTRIBUTES.items()}
_TAG: Final = re.compile(rf"(?i)</?(?:{'|'.join(sorted(nh3.ALLOWED_TAGS))}|script|style)\b[^<>]*>")
_INLINE_ELEMENTS: Final = (
    "a|abbr|b|bdi|bdo|cite|code|del|dfn|em|i|ins|kbd|mark|q|rp|rt|ruby|s|samp|small|span|strike|"
    "strong|sub|sup|tt|u|var|wbr"
)
_BLOCK_TAG: Final = re.compile(rf"<(?!/?(?:{_INLINE_ELEMENTS})[\s/>])")
"""The start of a block-level tag, which separates words."""


def sanitize_for_store(html: str) -> str:
    """Return the safe part of untrusted HTML, with the URLs as they are."""
    return nh3.clean(html)


def sanitize_for_reading(
    html: str,
    resolve: Callable[[str], str | None],
    *,
    url_schemes: frozenset[str],
    images: bool = True,
    attributes: Mapping[str, Mapping[str, str]] | None = None,
) -> str:
    """Return the safe part of untrusted HTML, in which all URLs are absolute.

    Args:
        html: a fragment of HTML.
        resolve: returns the absolute form of a relative URL, or None to remove it.
        url_schemes: schemes of the absolute URLs that remain.
        images: whether ``img`` elements remain.
        attributes: attributes that every element of a name gets, with their values.
    """
    return nh3.clean(
        html,
        tags=None if images else nh3.ALLOWED_TAGS - {"img"},
        attributes=_SERVED_ATTRIBUTES,
        set_tag_attribute_values=attributes,
        url_schemes=url_schemes,
        url_relative=resolve,
    )


def has_tags(text: str) -> bool:
    """Return whether a text contains tags of HTML, such as ``<p>`` and ``<br/>``."""
    return _TAG.search(text) is not None


def html_to_text(html: str) -> str:
    """Return the text of sanitized HTML, with words of different blocks separated."""
    separated = _BLOCK_TAG.sub(" <", html)
    return strip_invalid_characters(unescape(nh3.clean(separated, tags=set()))).strip()
