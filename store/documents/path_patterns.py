"""Patterns of paths as generators write them: globs with ``**`` and braces, and ``.gitignore``.

Both are compiled to regular expressions, which can take exponential time to match. Patterns come
from archives, so one that is too long, or that would take long to match a path, does not match it.

No library has globs as these generators match them. In Hugo's (gobwas/glob) and Zola's (globset),
``**`` matches slashes beside other characters too, Zola's ``*`` matches slashes, and ``{a}`` is a
group. The library wcmatch follows Bash in all of this, and does not limit the time for ``**``.
"""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass
from functools import lru_cache
from math import comb
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pathspec import GitIgnoreSpec
    from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

_MAX_LENGTH: Final = 500
_MAX_STEPS: Final = 10_000_000
"""Steps of a regular expression that take about a quarter of a second."""

_PIECE: Final = re.compile(
    r"\*{2,}/|\*+|\?|\[[!^]?\]?[^\]]*\]|\\.|[{},]|[^*?\[\\{},]+|.", re.DOTALL
)
_WILDCARD: Final = re.compile(r"(?<![^/])\*\*/|\*")
"""What pathspec compiles to one repetition each."""


@dataclass(frozen=True, slots=True)
class Glob:
    """A compiled glob.

    Attributes:
        expression: the regular expression; None if the glob matches nothing.
        asterisks: how many sequences of asterisks can match at the same time.
        choices: in how many ways one can choose from its alternatives.
    """

    expression: re.Pattern[str] | None
    asterisks: int = 0
    choices: int = 1

    def matches(self, path: str) -> bool:
        """Return whether the glob matches a whole path."""
        if self.expression is None or self.choices > _max_choices(len(path), self.asterisks):
            return False
        return self.expression.fullmatch(path) is not None


@lru_cache(maxsize=1024)
def compile_glob(pattern: str, *, crosses_folders: bool = False) -> Glob:
    """Compile a glob: ``*`` and ``?`` match no slash, ``**`` does, ``{a,b}`` are alternatives.

    Args:
        pattern: the glob; ``**/`` also matches nothing.
        crosses_folders: whether ``*`` and ``?`` match slashes, too.
    """
    if len(pattern) > _MAX_LENGTH:
        return Glob(None)
    parts = []
    choices = 1
    groups = [_Group()]  # that are open, below the whole glob
    for piece in _PIECE.findall(pattern):
        if piece == "{":
            groups.append(_Group())
            parts.append("(?:")
        elif piece == "}" and len(groups) > 1:
            choices *= _close_group(groups)
            parts.append(")")
        elif piece == "," and len(groups) > 1:
            groups[-1].begin_alternative()
            parts.append("|")
        else:
            groups[-1].asterisks += piece[0] == "*"
            parts.append(_translate(piece, crosses_folders=crosses_folders))
    while len(groups) > 1:
        choices *= _close_group(groups)
        parts.append(")")
    try:
        expression = re.compile("".join(parts), re.DOTALL)
    except re.error:
        return Glob(None)
    return Glob(expression, groups[0].asterisks, choices)


@dataclass(slots=True)
class _Group:
    """Counts sequences of asterisks: in an alternative, and the most of those before it."""

    asterisks: int = 0
    max_asterisks: int = 0
    alternatives: int = 1

    def begin_alternative(self) -> None:
        self.max_asterisks = max(self.max_asterisks, self.asterisks)
        self.asterisks = 0
        self.alternatives += 1


def _close_group(groups: list[_Group]) -> int:
    """Add a group's asterisks to those of the group around it; return its alternatives."""
    group = groups.pop()
    groups[-1].asterisks += max(group.max_asterisks, group.asterisks)
    return group.alternatives


@lru_cache(maxsize=4096)
def _max_choices(length: int, asterisks: int) -> int:
    """Return how many alternatives may be tried, if asterisks end anywhere in a path."""
    return _MAX_STEPS // comb(length + asterisks, asterisks)


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
        compile_glob(pattern, crosses_folders=crosses_folders).matches(path) for pattern in patterns
    )


class IgnoreFile:
    """Patterns in the format of ``.gitignore``, matched by pathspec, which MkDocs uses.

    Of the patterns that match a file itself the last one counts, else of those that match a folder
    above it. A line that is no pattern is left out.

    Args:
        text: the patterns, one in each line (https://git-scm.com/docs/gitignore).
    """

    def __init__(self, text: str) -> None:
        self._patterns = list(_compile_ignore_patterns(text))
        self._max_wildcards = max((count for count, _ in self._patterns), default=0)
        self._specs: dict[int, GitIgnoreSpec] = {}

    def ignores(self, path: str) -> bool:
        """Return whether a file is ignored."""
        if not self._patterns:
            return False
        wildcards = self._max_wildcards
        while _max_choices(len(path), wildcards) == 0:
            wildcards -= 1
        return self._patterns_up_to(wildcards).match_file(path)

    def _patterns_up_to(self, wildcards: int) -> GitIgnoreSpec:
        from pathspec import GitIgnoreSpec

        if wildcards not in self._specs:
            patterns = [pattern for count, pattern in self._patterns if count <= wildcards]
            # Its other engines are used if they are installed, and differ in what they accept.
            self._specs[wildcards] = GitIgnoreSpec(patterns, backend="simple")
        return self._specs[wildcards]


def _compile_ignore_patterns(text: str) -> Iterator[tuple[int, GitIgnoreSpecPattern]]:
    """Yield the patterns, each with the number of its repetitions."""
    lines = [line for line in text.splitlines() if line.strip() and len(line) <= _MAX_LENGTH]
    if not lines:
        return
    # Importing pathspec takes 30 ms, and few archives have such patterns.
    from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

    for line in lines:
        glob = line.strip().removeprefix("!").removesuffix("/**")
        is_at_any_depth = "/" not in glob.rstrip("/")
        try:
            with warnings.catch_warnings():
                # Python warns of brackets that mean something else in other languages.
                warnings.simplefilter("ignore", FutureWarning)
                pattern = GitIgnoreSpecPattern(line)
        except (ValueError, re.error):
            continue
        yield len(_WILDCARD.findall(glob)) + is_at_any_depth, pattern
