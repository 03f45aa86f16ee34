"""Finds the ends of JavaScript in MDX: of expressions in braces, and of imports and exports."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

_TOKEN: Final = re.compile(
    r"\"(?:[^\"\\\n]++|\\.)*\"|'(?:[^'\\\n]++|\\.)*'|(?P<template>`)"
    r"|/\*(?:[^*/]++|\*(?!/)|/(?!\*))*\*/|(?<![:\w])//[^\n]*|\\."
    r"|(?P<bracket>[][(){}])|(?P<newline>\n)",
    re.DOTALL,
)
_IN_TEMPLATE: Final = re.compile(r"\\.|(?P<expression>\$\{)|(?P<end>`)", re.DOTALL)
_STATEMENT: Final = re.compile(
    r"import(?:\s*[\"'{*]|\s+(?:type\s+)?[\w$]+\s*(?:,\s*[{*]|\s+from\s*[\"']))"
    r"|export\s+(?:(?:const|let|var|type|interface|enum|class|async\s+function|function\*?)\s+[\w${[]"
    r"|default\s+(?:function|class|async|\(|\{|[\w$]+\s*(?:;|\(|$))|\{|\*)",
    re.MULTILINE,
)
_CONTINUES: Final = re.compile(r"[ \t.}\])]|from\b")
_BLANK: Final = re.compile(r"\n[ \t]*(?=\n|\Z)")
_NEXT_STATEMENT: Final = re.compile(r"(?:import|export)\b|[ \t]*(?:\n|\Z)")
_BRACKETS: Final = {"{": 0, "}": 0, "(": 1, ")": 1, "[": 2, "]": 2}
_MAX_LENGTH: Final = 50_000
"""Longest expression or statement, in characters."""

_MAX_WASTED: Final = 200_000
"""How many characters of a text are scanned in vain before nothing more is."""


class JavaScriptScanner:
    """Finds the ends of expressions and statements, in a time that is limited for any text.

    Args:
        text: a text that contains JavaScript.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._wasted = 0

    def waste(self, count: int) -> None:
        """Count characters that were scanned in vain."""
        self._wasted += count

    def skip_braces(self, position: int) -> int | None:
        """Return the position after the brace that closes the one at a position, or None."""
        depth = 0
        for match in self._tokens(position):
            if match["bracket"] == "{":
                depth += 1
            elif match["bracket"] == "}":
                depth -= 1
                if depth == 0:
                    return match.end()
        self.waste(min(_MAX_LENGTH, len(self._text) - position))
        return None

    def skip_statement(self, position: int) -> int | None:
        """Return the end of the line that ends an import or export, or None if there is none.

        A statement ends with its line once its brackets are closed; if they are not, with the
        paragraph.
        """
        if _STATEMENT.match(self._text, position) is None:
            return None
        depths = [0, 0, 0]
        for match in self._tokens(position):
            if (bracket := match["bracket"]) is not None:
                depths[_BRACKETS[bracket]] += 1 if bracket in "{([" else -1
            elif match["newline"] and max(depths) <= 0 and self._ends_at(match.start()):
                return match.end()
        if max(depths) <= 0 and len(self._text) - position < _MAX_LENGTH:
            return len(self._text)
        self.waste(min(_MAX_LENGTH, len(self._text) - position))
        blank = _BLANK.search(self._text, position)
        return blank.start() + 1 if blank else len(self._text)

    def _tokens(self, position: int) -> Iterable[re.Match[str]]:
        end = position + _MAX_LENGTH
        while self._wasted <= _MAX_WASTED and (match := _TOKEN.search(self._text, position, end)):
            position = match.end()
            if match["template"]:
                # A backtick that nothing closes is one in the text of an element.
                position = self._skip_template(position, end) or position
            else:
                yield match

    def _skip_template(self, position: int, end: int) -> int | None:
        """Return the position after a template literal, which can contain others, or None."""
        start = position
        depths: list[int] = []  # Of each expression around the position: its open braces.
        in_template = True
        while match := (_IN_TEMPLATE if in_template else _TOKEN).search(self._text, position, end):
            position = match.end()
            if not in_template:
                in_template = match["template"] is not None
                depths[-1] += {"{": 1, "}": -1}.get(match["bracket"], 0)
                if depths[-1] == 0:
                    depths.pop()
                    in_template = True
            elif match["expression"]:
                depths.append(1)
                in_template = False
            elif match["end"]:
                if not depths:
                    return position
                in_template = False
        self.waste(position - start)
        return None

    def _ends_at(self, newline: int) -> bool:
        """Whether a statement with closed brackets ends with a line."""
        if _NEXT_STATEMENT.match(self._text, newline + 1):
            return True
        last = self._text[newline - 1 : newline]
        return last in set(";'\"`)}]") and not _CONTINUES.match(self._text, newline + 1)
