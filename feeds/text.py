"""Removes from text what a feed cannot contain.

XML 1.0 cannot represent some characters, not even as a reference. Some readers do worse than
rejecting them: after a U+000B they drop every ``&`` and ``<``. So every string is cleaned
here before it is rendered.
"""

from __future__ import annotations

import re

# The characters that XML 1.0 (5th ed.) section 2.2 excludes from production [2] Char, and the
# C1 controls and noncharacters, which its note discourages and feed validators warn about.
# U+0085 is not included: it is a line end and becomes a newline.
_NONCHARACTERS = "".join(
    chr(plane << 16 | low) for plane in range(1, 17) for low in (0xFFFE, 0xFFFF)
)
_INVALID = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f"
    f"\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff{_NONCHARACTERS}]"
)
# XML parsers turn CR and CRLF into newlines (XML 1.0 section 2.11); a CR written as a
# reference would stay a CR and show up in readers.
_LINE_END = re.compile("\r\n?|\x85")
_WHITESPACE = re.compile("[ \t\n]+")


def clean_text(text: str) -> str:
    """Remove the characters that XML 1.0 cannot represent, and surrounding whitespace.

    Tabs and newlines are preserved, other line ends become newlines. The function is
    idempotent.
    """
    return _LINE_END.sub("\n", _INVALID.sub("", text)).strip()


def clean_line(text: str) -> str:
    """Clean a text that is a single line, such as a title or a name.

    Runs of spaces, tabs and newlines become one space; no-break spaces are preserved.
    """
    return _WHITESPACE.sub(" ", clean_text(text))
