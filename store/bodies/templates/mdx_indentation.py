"""Removes the indentation of text in MDX that is no code, as MDX has no indented code.

Text in elements is usually indented, and would become code in Markdown.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from newsgraph.store.documents.fences import FENCE, ends_fence

_LINE: Final = re.compile(r"(?P<indent>[ \t]*)(?P<marker>(?:[-*+]|\d{1,9}[.)])[ \t]+)?")
_CODE_INDENT: Final = 4


class _List(NamedTuple):
    """A list item: the column of its text in MDX, and in the result."""

    source: int
    result: int


def remove_indentation(markdown: str) -> str:
    """Return Markdown with less indentation, and with the same lists and fenced code."""
    if "\n    " not in markdown and "\n\t" not in markdown and markdown[:1] not in " \t":
        return markdown
    lines: list[str] = []
    lists: list[_List] = []
    fence, shift = "", 0
    for line in markdown.split("\n"):
        match = _LINE.match(line)
        if match is None or not line.strip():
            lines.append(line if fence else "")
            continue
        indent = len(match["indent"].expandtabs(_CODE_INDENT))
        text = line[len(match["indent"]) :]
        if fence:
            spaces = match["indent"].expandtabs(_CODE_INDENT) if shift else match["indent"]
            lines.append(spaces[min(shift, len(spaces)) :] + text)
            fence = "" if ends_fence(text, fence) else fence
            continue
        while lists and indent < lists[-1].source:
            lists.pop()
        base = lists[-1] if lists else _List(0, 0)
        relative = indent - base.source
        result = base.result + (relative if relative < _CODE_INDENT else 0)
        lines.append(" " * result + text)
        if opened := FENCE.match(text):
            fence, shift = opened["fence"], indent - result
        elif marker := match["marker"]:
            width = len(marker.rstrip()) + min(len(marker) - len(marker.rstrip()), _CODE_INDENT)
            lists.append(_List(indent + width, result + width))
    return "\n".join(lines)
