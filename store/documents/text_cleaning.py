"""Removes characters from a file's text that YAML, databases or XML do not allow.

Positions in the cleaned text can be mapped back to lines and columns of the original.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import Final

_INVALID: Final = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff"
# An allow list in a single character class: searching a clean file is the common case.
_NEEDS_CLEANING: Final = re.compile(
    r"[^\n\t -~\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]",
)
_REMOVED: Final = re.compile(f"[{_INVALID}]|\r(?=[{_INVALID}]*\n)")
_INVALID_CHARACTER: Final = re.compile(f"[{_INVALID}]")
_LINE_END: Final = re.compile("\r\n|\n|\r")
_SPACES: Final = ("\v", "\f")
_BOM: Final = "\ufeff"


def strip_invalid_characters(text: str) -> str:
    """Remove the characters that PostgreSQL, YAML or XML do not allow.

    These are NUL and the other C0 controls except tab and line ends, DEL and the C1
    controls except NEL (YAML 1.1 section 5.1), surrogates, U+FFFE and U+FFFF (XML 1.0
    section 2.2).
    """
    return text if _is_printable(text) else _INVALID_CHARACTER.sub("", text)


def _is_printable(text: str) -> bool:
    """Return whether a text has only printable characters and LF; most texts have no others.

    This takes a third of the time of a search for the other characters.
    """
    return text.replace("\n", "").isprintable()


def _replacement(match: re.Match[str]) -> str:
    return " " if match[0] in _SPACES else ""


class SourceText:
    """A file's text, cleaned for parsing.

    Attributes:
        text: the original without invalid characters, and with LF instead of CRLF. Vertical tabs
            and form feeds, which separate words, are spaces.
        first_invalid_position: line and column of the first invalid character, or None.
        invalid_count: number of invalid characters.
    """

    def __init__(self, original: str) -> None:
        self._original = original
        # Ascending offsets in `text`; before each of them one more character was removed.
        self._removal_offsets: list[int] = []
        # Computed when a position is needed, which most files never need.
        self._line_starts: list[int] | None = None
        self.text = original
        self.first_invalid_position: tuple[int, int] | None = None
        self.invalid_count = 0
        if not _is_printable(original) and _NEEDS_CLEANING.search(original):
            self._clean()

    def _clean(self) -> None:
        for match in _REMOVED.finditer(self._original):
            if match[0] not in _SPACES:
                self._removal_offsets.append(match.start() - len(self._removal_offsets))
            if match[0] != "\r":
                self.invalid_count += 1
                if self.first_invalid_position is None:
                    self.first_invalid_position = self._original_position(match.start())
        if self._removal_offsets or self.invalid_count:
            self.text = _REMOVED.sub(_replacement, self._original)

    def position(self, offset: int) -> tuple[int, int]:
        """Return line and column in the original, counted from 1, of an offset in ``text``.

        Lines end at CRLF, LF or CR. A byte order mark does not count as a column.
        """
        return self._original_position(offset + bisect_right(self._removal_offsets, offset))

    def _original_position(self, offset: int) -> tuple[int, int]:
        # Both characters of a CRLF are the end of the same line.
        if offset > 0 and self._original[offset - 1 : offset + 1] == "\r\n":
            offset -= 1
        if self._line_starts is None:
            starts = (match.end() for match in _LINE_END.finditer(self._original))
            self._line_starts = [0, *starts]
        line = bisect_right(self._line_starts, offset)
        line_start = self._line_starts[line - 1]
        if line_start == 0 and offset > 0 and self._original.startswith(_BOM):
            line_start = 1
        return line, offset - line_start + 1
