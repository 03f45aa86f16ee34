"""Recognizes fenced code of Markdown (CommonMark, section 4.5) in code that reads lines. Pure."""

from __future__ import annotations

import re
from typing import Final

FENCE: Final = re.compile(r"(?P<fence>`{3,}(?=[^`\n]*(?:\n|\Z))|~{3,})")
"""The fence that starts a block of code, at the start of the text of its line."""

_FENCE_LINE: Final = re.compile(
    rf"[ \t>]*(?:(?:[-*+]|\d{{1,9}}[.)])[ \t][ \t>]*)*(?P<line>{FENCE.pattern}.*)"
)


class FenceReader:
    """Goes through lines, and remembers whether they are in fenced code.

    Indentation does not matter to it, and neither do the lists and quotes around a fence.
    """

    def __init__(self) -> None:
        self._fence = ""

    @property
    def is_open(self) -> bool:
        """Whether the next line is in a block of code."""
        return self._fence != ""

    def read(self, line: str) -> bool:
        """Return whether a line is part of fenced code, whose fences are part of it.

        Args:
            line: the next line, with or without its end.
        """
        was_open = self.is_open
        match = match_fence_line(line)
        if match and not was_open:
            self._fence = match["fence"]
        elif match and ends_fence(match["line"], self._fence):
            self._fence = ""
        return was_open or self.is_open


def match_fence_line(line: str) -> re.Match[str] | None:
    """Return the match of a line with a fence, also in lists and quotes; its groups have names.

    ``fence`` is the fence, and ``line`` begins with it.
    """
    return _FENCE_LINE.match(line) if "```" in line or "~~~" in line else None


def ends_fence(text: str, fence: str) -> bool:
    """Return whether a line ends fenced code.

    Args:
        text: the line, without indentation.
        fence: the fence that began the code.
    """
    return text.startswith(fence) and not text.strip().strip(fence[0])
