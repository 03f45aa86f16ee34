"""Ends paragraphs before blocks of HTML that begin in them and end after them.

``- a <details><summary>S</summary>`` with a blank line after it is a paragraph to CommonMark, and
the end tag of the element is further below. Browsers end the paragraph before the element. libxml2
ends the element with the paragraph, so that what follows is no longer in it.
"""

from __future__ import annotations

import re
from typing import Final

_START: Final = re.compile(r"<(details|div|section|article|aside|figure|center)\b")
_MARK: Final = re.compile(r"<(/?)(details|div|section|article|aside|figure|center|p)\b")
_MAX_PARAGRAPH: Final = 5_000
"""How many characters before and after the start of an element are searched for the paragraph."""

_MAX_TAGS: Final = 100


def end_paragraphs(html: str) -> str:
    """Return rendered Markdown whose paragraphs end before blocks that are open at their end.

    Args:
        html: what comrak has written, with the HTML of the author.
    """
    parts: list[str] = []
    position = 0
    for match in _START.finditer(html):
        start = match.start()
        if start < position or not _is_in_paragraph(html, start):
            continue
        end = _end_of_paragraph(html, start, match[1])
        if end is not None:
            parts += (html[position:start], "</p>", html[start:end])
            position = end + len("</p>")
    return "".join([*parts, html[position:]]) if parts else html


def _is_in_paragraph(html: str, position: int) -> bool:
    first = max(0, position - _MAX_PARAGRAPH)
    return html.rfind("<p>", first, position) > html.rfind("</p>", first, position)


def _end_of_paragraph(html: str, position: int, name: str) -> int | None:
    """Return the position of the end tag of a paragraph, if the element is open there, or None."""
    depth = 0
    for number, match in enumerate(_MARK.finditer(html, position, position + _MAX_PARAGRAPH)):
        if match[2] == "p":
            return match.start() if match[1] and html.startswith("</p>", match.start()) else None
        if match[2] == name:
            depth += -1 if match[1] else 1
        if depth == 0 or number == _MAX_TAGS:
            return None
    return None
