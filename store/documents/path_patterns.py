"""Patterns of paths as generators write them: globs with ``**`` and braces, and ``.gitignore``.

Patterns are compiled to regular expressions. A pattern that is too long, or has so many asterisks
that matching would take long, matches nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

_MAX_LENGTH: Final = 500
_MAX_ASTERISKS: Final = 8
_PIECE: Final = re.compile(
    r"\*{2,}/|\*+|\?|\[[!^]?\]?[^\]]*\]|\\.|[{},]|[^*?\[\\{},]+|.", re.DOTALL
)
_NEVER: Final = re.compile(r"(?!)")


@lru_cache(maxsize=1024)
def compile_glob(pattern: str, *, crosses_folders: bool = False) -> re.Pattern[str]:
    """Compile a glob: ``*`` and ``?`` match no slash, ``**`` does, ``{a,b}`` are alternatives.

    Args:
        pattern: the glob; ``**/`` also matches nothing.
        crosses_folders: whether ``*`` and ``?`` match slashes, too.
    """
    if len(pattern) > _MAX_LENGTH or len(re.findall(r"\*+", pattern)) > _MAX_ASTERISKS:
        return _NEVER
    depth, parts = 0, []
    for piece in _PIECE.findall(pattern):
        if piece == "{":
            depth += 1
            parts.append("(?:")
        elif piece == "}" and depth:
            depth -= 1
            parts.append(")")
        elif piece == "," and depth:
            parts.append("|")
        else:
            parts.append(_translate(piece, crosses_folders=crosses_folders))
    try:
        return re.compile("".join(parts) + ")" * depth, re.DOTALL)
    except re.error:
        return _NEVER


def _translate(piece: str, *, crosses_folders: bool) -> str:
    any_character = "." if crosses_folders else "[^/]"
    if piece[0] == "*":
        if piece.endswith("/"):
            return "(?:.*/)?"
        return ".*" if len(piece) > 1 or crosses_folders else "[^/]*"
    if piece == "?":
        return any_character
    if piece[0] == "[" and len(piece) > 1:
        negation, characters = ("^", piece[2:-1]) if piece[1] in "!^" else ("", piece[1:-1])
        return f"[{negation}{_escape_class(characters)}]"
    return re.escape(piece[1:] if piece[0] == "\\" and len(piece) > 1 else piece)


def _escape_class(characters: str) -> str:
    """Escape the characters of a class, except for the dashes of ranges."""
    return re.sub(
        r"(.)(?:-(.))?",
        lambda match: "-".join(re.escape(end) for end in match.groups() if end is not None),
        characters,
        flags=re.DOTALL,
    )


def matches_glob(path: str, patterns: Iterable[str], *, crosses_folders: bool = False) -> bool:
    """Return whether a path matches one of the globs."""
    return any(
        compile_glob(pattern, crosses_folders=crosses_folders).fullmatch(path)
        for pattern in patterns
    )


class IgnoreFile:
    """Patterns in the format of ``.gitignore`` (https://git-scm.com/docs/gitignore).

    Of the patterns that match a file itself the last one counts, else of those that match a folder
    above it, as in the library pathspec, which MkDocs uses.

    Args:
        text: the patterns, one in each line.
    """

    def __init__(self, text: str) -> None:
        self._patterns: list[_IgnorePattern] = []
        for line in text.splitlines():
            pattern = line.strip()
            if pattern and not pattern.startswith("#"):
                self._patterns.append(_compile_ignore_pattern(pattern))

    def ignores(self, path: str) -> bool:
        """Return whether a file is ignored."""
        by_folder = by_itself = None
        for pattern in self._patterns:
            if pattern.file is not None and pattern.file.fullmatch(path):
                by_itself = pattern.is_ignored
            elif pattern.below.fullmatch(path):
                by_folder = pattern.is_ignored
        return bool(by_folder if by_itself is None else by_itself)


@dataclass(frozen=True, slots=True)
class _IgnorePattern:
    """A pattern: what matches files (None if it is for folders), and what is below folders."""

    file: re.Pattern[str] | None
    below: re.Pattern[str]
    is_ignored: bool


def _compile_ignore_pattern(pattern: str) -> _IgnorePattern:
    is_negated = pattern.startswith("!")
    pattern = pattern.removeprefix("!").removeprefix("\\")
    glob = pattern.strip("/")
    if "/" not in pattern.rstrip("/"):
        glob = f"**/{glob}"
    return _IgnorePattern(
        None if pattern.endswith("/") else compile_glob(glob),
        compile_glob(f"{glob}/**"),
        not is_negated,
    )
