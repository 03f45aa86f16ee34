"""A file's text made fit for YAML, a database and XML, and the way back to its lines."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import Final

_REFUSED: Final = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff"
# An allow list, and one class: the search over a clean file is the common case.
_SUSPECT: Final = re.compile(
    r"[^\n\t -~\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]",
)
_REMOVED: Final = re.compile(f"[{_REFUSED}]|\r(?=[{_REFUSED}]*\n)")
_REFUSED_ONE: Final = re.compile(f"[{_REFUSED}]")
_BREAK: Final = re.compile("\r\n|\n|\r")
_BOM: Final = "\ufeff"


def without_refused(text: str) -> str:
    """The text without the characters that PostgreSQL, YAML or XML refuse.

    These are NUL and the other C0 controls but tab and line breaks, DEL and the C1
    controls but NEL (YAML 1.1 section 5.1), surrogates, U+FFFE and U+FFFF (XML 1.0
    section 2.2).
    """
    if text.isprintable():
        return text
    return _REFUSED_ONE.sub("", text)


class SourceText:
    """A file's text, prepared for reading.

    Attributes:
        text: the original without refused characters, and with LF for CRLF.
        first_refused: line and column of the first refused character, or None.
        refused: how many refused characters there were.
    """

    def __init__(self, original: str) -> None:
        self._original = original
        self._gaps: list[int] = []
        self.text = original
        self.first_refused: tuple[int, int] | None = None
        self.refused = 0
        if _SUSPECT.search(original):
            self._prepare()

    def _prepare(self) -> None:
        for count, match in enumerate(_REMOVED.finditer(self._original)):
            # An offset of `text` at or beyond this one lies behind the removed character.
            self._gaps.append(match.start() - count)
            if match[0] != "\r":
                self.refused += 1
                if self.first_refused is None:
                    self.first_refused = self._in_original(match.start())
        if self._gaps:
            self.text = _REMOVED.sub("", self._original)

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column in the original, both from 1, of an offset of ``text``.

        Lines end at CRLF, LF or CR. A byte order mark takes no column.
        """
        return self._in_original(offset + bisect_right(self._gaps, offset))

    def _in_original(self, at: int) -> tuple[int, int]:
        # Both characters of a CRLF are the end of their line.
        if at > 0 and self._original[at - 1 : at + 1] == "\r\n":
            at -= 1
        line, start = 1, 0
        for match in _BREAK.finditer(self._original):
            if match.end() > at:
                break
            line, start = line + 1, match.end()
        if start == 0 and at > 0 and self._original.startswith(_BOM):
            start = 1
        return line, at - start + 1
