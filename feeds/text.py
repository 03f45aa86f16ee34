"""The one sanitiser: what may stand in a feed's text.

XML 1.0 has no way to write some characters, not even as a reference, and
readers do worse than refuse them: one U+000B makes some drop every ``&`` and
``<`` after it. So every string passes here before it is rendered.
"""

from __future__ import annotations

import re

# XML 1.0 (5th ed.) section 2.2: what production [2] Char leaves out, and of what
# its note discourages the C1 controls and noncharacters, which feed validators
# warn of. U+0085 is not among them: as an end of line it becomes a newline.
_NONCHARACTERS = "".join(
    chr(plane << 16 | low) for plane in range(1, 17) for low in (0xFFFE, 0xFFFF)
)
_REFUSED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f"
    f"\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff{_NONCHARACTERS}]"
)
# XML 1.0 section 2.11 turns CR and CRLF into newlines when read; a CR written as
# a reference would survive that and show up in readers.
_LINE_END = re.compile("\r\n?|\x85")
_BLANKS = re.compile("[ \t\n]+")


def clean(text: str) -> str:
    """Make text writable in XML 1.0: all that is refused is dropped.

    Tabs and newlines are kept, other line ends become newlines, and white space
    around the text goes. Cleaning twice is cleaning once.
    """
    return _LINE_END.sub("\n", _REFUSED.sub("", text)).strip()


def one_line(text: str) -> str:
    """Clean what is one line by nature, such as a title or a name.

    Runs of blanks, tabs and newlines become one blank; a no-break space is a
    letter of its line and stays.
    """
    return _BLANKS.sub(" ", clean(text))
