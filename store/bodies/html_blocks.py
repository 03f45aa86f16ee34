"""Ends blocks of HTML in Markdown where kramdown ends them.

In CommonMark a block of HTML continues to the next blank line: a heading right after ``</aside>``
shows its ``#``, and ``<pre>`` after ``</p>`` ends at its first blank line, after which its code
reads as Markdown (section 4.6). kramdown ends a block with its end tag, so archives of Jekyll have
both. To Python-Markdown, too, what is indented below a blank line in a block is no code.
"""

from __future__ import annotations

import re
from typing import Final

from newsgraph.store.documents.fences import FenceReader

_CONCERNED: Final = re.compile(r">[ \t\r]*\n(?:#{1,6}[ \t]|<pre\b)", re.IGNORECASE)
_END_TAG: Final = re.compile(r"</[a-zA-Z][\w-]{0,30}>\s*\Z")
_HEADING: Final = re.compile(r"#{1,6}[ \t]")
_INDENTED_LINE: Final = re.compile(r"(?:[ ]{4}|[ ]{0,3}\t)[ \t]*<")
_INDENTED_TAG: Final = re.compile(r"\n[ \t\r]*\n(?:[ ]{4}|[ ]{0,3}\t)[ \t]*<")
_TAG: Final = re.compile(r"<(/?)([a-zA-Z][\w-]{0,30})")
_BLOCK: Final = re.compile(
    r"[ ]{0,3}<(div|section|article|aside|header|footer|nav|main|figure|table|ul|ol|dl|center"
    r"|details|form|fieldset)\b",
    re.IGNORECASE,
)
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


def join_html_blocks(markdown: str) -> str:
    """Return Markdown without the blank lines in HTML before indented tags, which would be code.

    Those in fences stay, and those in an element without an end tag.
    """
    if not _INDENTED_TAG.search(markdown):
        return markdown
    lines = markdown.splitlines(keepends=True)
    last_ends = _find_last_ends(lines)
    parts: list[str] = []
    blank: list[str] = []
    name, depth, fences = "", 0, FenceReader()
    for number, line in enumerate(lines):
        if not line.strip():
            blank.append(line)
            continue
        is_code = fences.read(line)
        if not (name and not is_code and _INDENTED_LINE.match(line)):
            parts += blank
        blank.clear()
        parts.append(line)
        if is_code:
            continue
        if not name and (match := _BLOCK.match(line)) and "markdown=" not in line:
            name = match[1].lower()
            if last_ends.get(name, -1) < number:
                name = ""
        if name:
            tags = [match[1] for match in _TAG.finditer(line) if match[2].lower() == name]
            depth += len(tags) - 2 * tags.count("/")
            if depth <= 0:
                name, depth = "", 0
    return "".join([*parts, *blank])


def _find_last_ends(lines: list[str]) -> dict[str, int]:
    """Return the last line with an end tag of each name."""
    return {
        match[2].lower(): number
        for number, line in enumerate(lines)
        if "</" in line
        for match in _TAG.finditer(line)
        if match[1]
    }


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
