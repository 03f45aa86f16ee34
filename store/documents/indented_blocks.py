"""Leaves the first lines of Python-Markdown's admonitions and tabs out of summaries. Pure.

The text of ``!!! note "Title"`` is indented by four spaces, and would be code without that line.
Bodies do not come through here: `store.bodies.templates.python_markdown_blocks` has their HTML.
"""

from __future__ import annotations

import re
from typing import Final

_START: Final = re.compile(
    r"(?P<indent>[ ]{0,12})(?:(?:!!!|\?\?\?\+?)[ \t]?[\w-]+(?:[ \t]+[\w-]+){0,10}(?:[ \t]+\".*\")?"
    r"|===[!+]?[ \t]+\".*\")[ \t]*$"
)
_STEP: Final = 4
_MAX_LENGTH: Final = 20_000
"""How many characters of a body are read; the rest stays as it is."""


def unindent_blocks(markdown: str) -> str:
    """Return Markdown in which the text of admonitions and tabs is not indented.

    Args:
        markdown: Markdown; only its first 20,000 characters are read.
    """
    start = markdown[:_MAX_LENGTH]
    if not any(sign in start for sign in ("!!!", "???", '=== "', '===! "', '===+ "')):
        return markdown
    source = start.split("\n")
    lines: list[str] = []
    indents: list[int] = []
    """Indentation of each admonition around the line."""
    for number, line in enumerate(source):
        is_blank = not line.strip()
        indent = len(line) - len(line.lstrip(" "))
        while indents and not is_blank and indent < indents[-1] + _STEP:
            indents.pop()
            lines.append("")
        match = _START.match(line)
        if match and _has_text(source, number, indent + _STEP):
            indents.append(indent)
            lines.append("")
        else:
            lines.append(line[min(indent, _STEP * len(indents)) :])
    return "\n".join(lines) + markdown[_MAX_LENGTH:]


def _has_text(lines: list[str], number: int, indent: int) -> bool:
    """Return whether the line after a line, or after a blank one, is indented."""
    following = next(filter(str.strip, lines[number + 1 : number + 3]), "")
    return following.startswith(" " * indent)
