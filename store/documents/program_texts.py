"""Finds the texts that a program assigns to variables and to properties of objects. Pure.

`newsgraph.store.documents.program_values` reads the literals of front matter, which is one object.
Here, a value that is computed hides no other: a file with a site's title has functions, types and
other objects around it.
"""

from __future__ import annotations

from typing import Any, Final, TypeAlias

from newsgraph.store.documents.program_values import find_lexemes, unquote

_MAX_CHARACTERS: Final = 100_000
_OPENING: Final = "{[("
_CLOSING: Final = "}])"
_EXPORTS: Final = ("exports", "default")
_STARTS: Final = ("", "default", "return")
"""What stands before an object that is all there is, and before a call with it."""

_Texts: TypeAlias = dict[str, Any]


def find_program_texts(text: str) -> _Texts:
    """Return the texts of a program by the names of variables and properties.

    Those of an object that is assigned to a name are a mapping under this name. The properties of
    an object that is exported, or returned by a function, are like variables. What is in lists and
    the variables of functions are left out.
    """
    if len(text) > _MAX_CHARACTERS:
        return {}
    return _TextFinder(text).find()


class _TextFinder:
    def __init__(self, text: str) -> None:
        self._lexemes = [(kind, lexeme) for kind, lexeme, _ in find_lexemes(text)]
        self._texts: _Texts = {}
        self._body: _Texts = {}
        """The texts in bodies of functions, which are left out."""

    def find(self) -> _Texts:
        # None stands for what is left out.
        containers: list[_Texts | None] = [self._texts]
        for index, (kind, lexeme) in enumerate(self._lexemes):
            container = containers[-1]
            if lexeme in _OPENING:
                containers.append(self._find_container(index, container))
            elif lexeme in _CLOSING:
                if len(containers) > 1:
                    containers.pop()
            elif container is not None and kind in ("word", "text"):
                value = self._find_text(index + 1)
                if value is not None:
                    container.setdefault(lexeme.strip("\"'"), value)
        return self._texts

    def _find_container(self, index: int, parent: _Texts | None) -> _Texts | None:
        """Return where the texts in a bracket belong."""
        if self._lexeme(index) == "{":
            return self._find_object(index, parent)
        # The arguments of a call belong where the call is.
        return parent if self._lexeme(index) == "(" else None

    def _find_object(self, index: int, parent: _Texts | None) -> _Texts | None:
        """Return where the texts in braces belong.

        Args:
            index: the index of the opening brace.
            parent: where the texts around them belong.
        """
        if parent is None:
            return None
        index -= 1
        before = self._lexeme(index)
        if before in (")", ">"):
            return self._body if parent is self._texts else None
        if before == "(":
            index -= 1
            while self._is_callee(index):
                index -= 1
            before = self._lexeme(index)
        name = self._find_name(index) if before in (":", "=") else None
        if name is None or name in _EXPORTS:
            # An arrow is before the parenthesis in `=> ({…})`.
            is_export = name in _EXPORTS or before in (*_STARTS, ">")
            return (
                self._texts
                if is_export and (parent is self._texts or parent is self._body)
                else None
            )
        child = parent.setdefault(name, {})
        return child if isinstance(child, dict) else None

    def _is_callee(self, index: int) -> bool:
        lexeme = self._lexeme(index)
        is_word = index >= 0 and self._lexemes[index][0] == "word"
        return lexeme == "." or (is_word and lexeme not in _STARTS)

    def _find_name(self, index: int) -> str | None:
        """Return the name before a colon or an equals sign; a type may be between them."""
        if self._lexeme(index) == "=" and self._lexeme(index - 2) == ":":
            index -= 2
        kind, name = self._lexemes[index - 1] if index else ("", "")
        return name.strip("\"'") if kind in ("word", "text") else None

    def _find_text(self, index: int) -> str | None:
        """Return the text that a colon or an equals sign assigns; None if it is computed."""
        if self._lexeme(index - 2) == ":" and self._lexeme(index) == "=":
            # What is before the equals sign is the type of a variable.
            return None
        if self._lexeme(index) == ":" and self._lexeme(index + 2) == "=":
            index += 2
        if self._lexeme(index) not in (":", "="):
            return None
        kind, value = self._lexemes[index + 1] if index + 1 < len(self._lexemes) else ("", "")
        is_computed = self._lexeme(index + 2) in ("+", ".", "?")
        return unquote(value).strip() if kind == "text" and not is_computed else None

    def _lexeme(self, index: int) -> str:
        return self._lexemes[index][1] if 0 <= index < len(self._lexemes) else ""
