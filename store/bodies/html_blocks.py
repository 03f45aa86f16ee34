"""Ends blocks of HTML in Markdown where kramdown ends them.

In CommonMark a block of HTML continues to the next blank line: a heading right after ``</aside>``
shows its ``#``, and ``<pre>`` after ``</p>`` ends at its first blank line, after which its code
reads as Markdown (section 4.6). kramdown ends a block with its end tag, so archives of Jekyll have
both.
"""

from __future__ import annotations

import re
from typing import Final

from newsgraph.store.documents.fences import FenceReader

_CONCERNED: Final = re.compile(r">[ \t\r]*\n(?:#{1,6}[ \t]|<pre\b)", re.IGNORECASE)
_END_TAG: Final = re.compile(r"</[a-zA-Z][\w-]{0,30}>\s*\Z")
_HEADING: Final = re.compile(r"#{1,6}[ \t]")
_PRE: Final = re.compile(r"<pre\b", re.IGNORECASE)


def separate_html_blocks(markdown: str) -> str:
    """Return Markdown with a blank line between HTML and a heading or preformatted text."""
    if not _CONCERNED.search(markdown):
        return markdown
    lines = markdown.splitlines(keepends=True)
    broken = _find_blank_lines(lines)
    parts: list[str] = []
    previous, fences = "", FenceReader()
    for number, line in enumerate(lines):
        if (
            not fences.read(line)
            and (_HEADING.match(line) or (broken[number] and _PRE.match(line)))
            # Only the end of the line before matters, and it can be long.
            and _END_TAG.search(previous[-100:])
        ):
            parts.append("\n")
        parts.append(line)
        previous = line
    return "".join(parts)


def _find_blank_lines(lines: list[str]) -> list[bool]:
    """Return for each line whether a blank line is between it and the next ``</pre>``."""
    result: list[bool] = []
    is_blank: bool | None = None
    for line in reversed(lines):
        if "</pre" in line.lower():
            is_blank = False
        elif is_blank is False and not line.strip():
            is_blank = True
        result.append(bool(is_blank))
    return result[::-1]
