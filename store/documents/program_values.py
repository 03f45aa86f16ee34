"""Reads the values that are written out in front matter that is a JavaScript program.

Eleventy runs such a program: variables that it declares, or the properties of an object. newsgraph
runs nothing. It reads literals only, and never evaluates an expression.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from newsgraph.store.documents.diagnostics import DocumentError
from newsgraph.store.documents.value_nodes import build_nodes
from newsgraph.store.documents.yaml_nodes import MAX_DEPTH

if TYPE_CHECKING:
    from yaml import Node

_MAX_CHARACTERS: Final = 100_000
_LEXEME: Final = re.compile(
    r"""//[^\n]*|/\*.*?\*/|\s+"""
    r"""|(?P<text>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`[^`$\\]*`)"""
    r"""|(?P<number>-?\d+(?:\.\d+)?\b)|(?P<word>[A-Za-z_$][\w$]*)|(?P<other>.)""",
    re.DOTALL,
)
_DECLARATIONS: Final = ("const", "let", "var")
_CONSTANTS: Final[dict[str, Any]] = {"true": True, "false": False, "null": None}
_OPENING: Final = "{[("
_CLOSING: Final = "}])"
_HIDING_KEYS: Final = ("draft", "published", "permalink", "eleventyExcludeFromCollections")
"""If one of these is computed, the document is a draft: it must not be shown by mistake."""


class _NotLiteral(Exception):
    """Raised for an expression that is no literal."""


def compose_program(text: str) -> Node | None:
    """Return the literals of a program as a mapping, or None if there are none.

    Raises:
        DocumentError: ``too-complex``.
    """
    if len(text) > _MAX_CHARACTERS:
        message = f"The front matter is a program of more than {_MAX_CHARACTERS:,} characters."
        raise DocumentError("too-complex", _MAX_CHARACTERS, message)
    values = _ProgramReader(text).read()
    return build_nodes(values, text) if values else None


def find_lexemes(text: str) -> list[tuple[str, str, int]]:
    """Return the texts, numbers, words and other characters of a program, without comments.

    Returns:
        For each the kind (``text``, ``number``, ``word`` or ``other``), what is written, and its
        offset.
    """
    matches = _LEXEME.finditer(text)
    return [(match.lastgroup, match[0], match.start()) for match in matches if match.lastgroup]


class _ProgramReader:
    def __init__(self, text: str) -> None:
        self._lexemes = [(kind, lexeme) for kind, lexeme, _ in find_lexemes(text)]

    def read(self) -> dict[str, Any]:
        """Return the values of declared variables, or of the properties of the only object."""
        values: dict[str, Any] = {}
        depth = 0
        # The properties of `{…}`, `module.exports = {…}` and `return {…}` are in braces.
        declares = any(lexeme in _DECLARATIONS for _, lexeme in self._lexemes)
        for index, (_, lexeme) in enumerate(self._lexemes):
            if lexeme in _OPENING:
                depth += 1
            elif lexeme in _CLOSING:
                depth -= 1
            elif depth == (0 if declares else 1) and self._is_key(index, declares=declares):
                self._read_value(lexeme.strip("\"'"), index + 2, values)
        return values

    def _is_key(self, index: int, *, declares: bool) -> bool:
        kind, _ = self._lexemes[index]
        before = self._lexemes[index - 1][1] if index else ""
        if declares:
            return kind == "word" and before in _DECLARATIONS and self._lexeme(index + 1) == "="
        return kind in ("word", "text") and before in "{," and self._lexeme(index + 1) == ":"

    def _read_value(self, key: str, index: int, values: dict[str, Any]) -> None:
        try:
            value, end = self._literal(index, 0)
            if self._lexeme(end) not in ("", ",", ";", "}", *_DECLARATIONS):
                raise _NotLiteral
            values[key] = value
        except _NotLiteral:
            if key in _HIDING_KEYS:
                values["draft"] = True

    def _lexeme(self, index: int) -> str:
        return self._lexemes[index][1] if index < len(self._lexemes) else ""

    def _literal(self, index: int, depth: int) -> tuple[Any, int]:
        """Return the literal that begins with a lexeme, and the index of the lexeme after it."""
        if index >= len(self._lexemes) or depth > MAX_DEPTH:
            raise _NotLiteral
        kind, lexeme = self._lexemes[index]
        if kind == "text":
            return unquote(lexeme), index + 1
        if kind == "number":
            return float(lexeme) if "." in lexeme else int(lexeme), index + 1
        if lexeme in _CONSTANTS:
            return _CONSTANTS[lexeme], index + 1
        if lexeme == "[":
            return self._list(index + 1, depth + 1)
        if lexeme == "{":
            return self._mapping(index + 1, depth + 1)
        raise _NotLiteral

    def _list(self, index: int, depth: int) -> tuple[list[Any], int]:
        items = []
        while self._lexeme(index) != "]":
            item, index = self._literal(index, depth)
            items.append(item)
            index = self._after_comma(index, "]")
        return items, index + 1

    def _mapping(self, index: int, depth: int) -> tuple[dict[str, Any], int]:
        entries = {}
        while self._lexeme(index) != "}":
            if not self._is_key(index, declares=False):
                raise _NotLiteral
            key = self._lexeme(index).strip("\"'")
            entries[key], index = self._literal(index + 2, depth)
            index = self._after_comma(index, "}")
        return entries, index + 1

    def _after_comma(self, index: int, closing: str) -> int:
        if self._lexeme(index) == ",":
            return index + 1
        if self._lexeme(index) != closing:
            raise _NotLiteral
        return index


def unquote(lexeme: str) -> str:
    """Return the text that a lexeme in quotes stands for."""
    inner = lexeme[1:-1]
    if "\\" not in inner:
        return inner
    quoted = '"' + inner.replace('\\"', '"').replace("\\'", "'").replace('"', '\\"') + '"'
    try:
        return str(json.loads(quoted))
    except ValueError:
        # An escape that JSON lacks.
        return inner
