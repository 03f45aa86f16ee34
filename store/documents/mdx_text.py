"""Leaves JavaScript and attributes of components out of MDX, for its summary. Pure.

Bodies do not come through here: `store.bodies.templates.mdx` replaces components by what they mean.
"""

from __future__ import annotations

import re
from typing import Final

from newsgraph.store.documents.javascript_scanner import JavaScriptScanner
from newsgraph.store.documents.jsx_tags import (
    parse_jsx_tag,
    read_string,
    write_html_tag,
    write_text,
)

_MAX_LENGTH: Final = 20_000
"""How many characters of a body are read; the rest stays as it is."""

_PART: Final = re.compile(
    r"(?<!`)(?P<ticks>`++).{1,500}?(?<!`)(?P=ticks)(?!`)|\\.|(?P<sign>[{<])", re.DOTALL
)


def remove_expressions(mdx: str) -> str:
    """Return MDX without comments and other expressions in braces.

    Code spans stay, and strings are text. Components are elements without their expressions, which
    a sanitizer removes; text remains of those whose names are none of elements.

    Args:
        mdx: MDX; only its first 20,000 characters are read.
    """
    if "{" not in mdx and "<" not in mdx:
        return mdx
    text = mdx[:_MAX_LENGTH]
    scanner = JavaScriptScanner(text)
    pieces: list[str] = []
    position = 0
    while match := _PART.search(text, position):
        start, end = match.span()
        pieces.append(text[position:start])
        replaced = match[0]
        if match["sign"] == "{" and (brace := scanner.skip_braces(start)) is not None:
            end = brace
            value = read_string(text[start + 1 : end - 1])
            replaced = "" if value is None else write_text(value)
            if value is None:
                pieces[-1] = pieces[-1].rstrip(" \t")
        elif match["sign"] == "<" and (tag := parse_jsx_tag(text, start, scanner)) is not None:
            end = tag.end
            is_name_of_html = tag.name.replace("-", "").isalnum()
            replaced = write_html_tag(tag, read_string) if is_name_of_html else ""
        pieces.append(replaced)
        position = end
    return "".join([*pieces, text[position:], mdx[_MAX_LENGTH:]])
