"""Includes the files that pymdownx.snippets includes, also in code: ``--8<-- "file"``.

The extension reads lines before anything else of Markdown is read. A name can be followed by lines
(``file.py:4:6``) or by a section between ``--8<-- [start:name]`` and ``--8<-- [end:name]``.
https://facelessuser.github.io/pymdown-extensions/extensions/snippets/ describes it.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Final, NamedTuple

from newsgraph.store.documents.fences import FenceReader

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator, Sequence

    from newsgraph.store.bodies.context import BodyContext

_LINE: Final = re.compile(
    r"(?P<space>[ \t]*)(?P<escape>;*)-+8<-+"
    r"(?:[ \t]+(?P<quote>[\"'])(?P<name>[^\"'\n]{1,300})(?P=quote))?[ \t]*$"
)
"""A line that includes a file or, without a name, starts or ends a list of names."""

_RANGE: Final = r"\d{0,9}(?::\d{0,9})?"
_PARTS: Final = re.compile(
    rf"(?P<path>.*?)(?::(?P<ranges>{_RANGE}(?:,{_RANGE})*)|:(?P<section>[a-zA-Z][\w-]*))?$"
)
_SECTION: Final = re.compile(
    r"(?<![;-])-+8<-+[ \t]+\[[ \t]*(?P<type>start|end)[ \t]*:[ \t]*(?P<name>[a-z][\w-]*)[ \t]*\]",
    re.IGNORECASE,
)
_MAX_DEPTH: Final = 3
"""How many files can be in each other."""

_MAX_INCLUDED: Final = 300_000
"""How many characters files can add to a body."""

_MAX_FOLDERS: Final = 10
"""In how many folders a file is looked for."""


class _File(NamedTuple):
    """The lines of a file, its sections by their names, and which lines begin or end one."""

    lines: list[str]
    sections: dict[str, tuple[int, int]]
    marks: frozenset[int]


def expand_snippets(body: str, context: BodyContext, left_out: Counter[str]) -> str:
    """Return Markdown with the files that it includes.

    A path is relative to the archive's folder, or else to one of the folders around the document,
    or to a folder for includes.

    Args:
        body: Markdown.
        context: the document and its archive.
        left_out: counts the files that are left out.
    """
    if "8<-" not in body:
        return body
    return "\n".join(_Expansion(context, left_out).expand(body.split("\n"), depth=0))


class _Expansion:
    """Expands lines; `_remaining` is how many characters they can still get."""

    def __init__(self, context: BodyContext, left_out: Counter[str]) -> None:
        self._context = context
        self._is_mkdocs = context.kind.name == "mkdocs"
        self._left_out = left_out
        self._remaining = _MAX_INCLUDED
        self._files: dict[str, _File | None] = {}
        self._open: list[str] = []

    def expand(self, lines: Sequence[str], depth: int) -> Iterator[str]:
        matches = {
            number: match
            for number, line in enumerate(lines)
            if "8<-" in line and (match := _LINE.match(line))
        }
        bounds = [n for n, match in matches.items() if not match["name"] and not match["escape"]]
        # Elsewhere, `--8<--` can be where to cut a page.
        last_bound = bounds[-1] if bounds and self._is_mkdocs else -1
        fences, in_list = FenceReader(), False
        for number, line in enumerate(lines):
            match = matches.get(number)
            if match is None:
                if in_list:
                    yield from self._expand_item(line, depth)
                else:
                    fences.read(line)
                    yield line
            elif match["escape"]:
                yield line.replace(";", "", 1)
            elif match["name"]:
                if not in_list:
                    yield from self._expand_name(match, depth, in_code=fences.is_open)
            elif in_list or number < last_bound:
                in_list = not in_list
            else:
                yield line

    def _expand_name(self, match: re.Match[str], depth: int, *, in_code: bool) -> Iterator[str]:
        included = self._include(match["name"].strip(), match["space"], depth)
        if included is not None:
            yield from included
        elif in_code and not self._is_mkdocs:
            # It can be an example of what only MkDocs surely reads.
            yield match.string
        else:
            self._leave_out(match["name"])

    def _expand_item(self, line: str, depth: int) -> Iterator[str]:
        name = line.strip()
        if not name:
            yield ""
        elif not name.startswith(";"):
            included = self._include(name[:300], line[: len(line) - len(line.lstrip())], depth)
            if included is None:
                self._leave_out(name)
            else:
                yield from included

    def _leave_out(self, name: str) -> None:
        self._left_out[f'--8<-- "{name[:40]}"'] += 1

    def _include(self, name: str, space: str, depth: int) -> list[str] | None:
        """Return the lines that are meant, indented, or None if they are left out."""
        match = _PARTS.match(name)
        if match is None or depth >= _MAX_DEPTH or self._remaining <= 0:
            return None
        path = match["path"].strip()
        if path in self._open:
            return []
        file = self._read(path)
        lines = None if file is None else _select_lines(file, match["ranges"], match["section"])
        self._remaining -= sum(map(len, lines or ())) + 100
        if lines is None or self._remaining < 0:
            return None
        indent = space.expandtabs(4)
        self._open.append(path)
        included = [indent + line if line else "" for line in self.expand(lines, depth + 1)]
        self._open.pop()
        return included

    def _read(self, path: str) -> _File | None:
        if path not in self._files:
            text = self._find(path)
            self._files[path] = None if text is None else _parse_file(text)
        return self._files[path]

    def _find(self, path: str) -> str | None:
        """Return the text of a file. Those outside of the archive's folder are not read."""
        if not path or path.startswith("/") or "://" in path:
            return None
        targets = self._context.targets
        own = posixpath.dirname(self._context.path)
        parts = own.split("/") if own else []
        for count in range(min(len(parts) + 1, _MAX_FOLDERS)):
            target = posixpath.join(*parts[:count], path)
            text = targets.read_include(posixpath.relpath(target, own or "."), relative=True)
            if text is not None:
                return text
        return targets.read_include(path, relative=False)


def _parse_file(text: str) -> _File:
    lines = text.replace("\r\n", "\n").removesuffix("\n").split("\n")
    starts: dict[str, int] = {}
    sections: dict[str, tuple[int, int]] = {}
    marks: set[int] = set()
    for number, line in enumerate(lines):
        match = _SECTION.search(line) if "8<-" in line else None
        if match is None:
            continue
        marks.add(number)
        name = match["name"]
        if match["type"].lower() == "start":
            starts.setdefault(name, number)
        elif name in starts:
            sections.setdefault(name, (starts[name], number))
    for name, number in starts.items():
        sections.setdefault(name, (number, len(lines)))
    return _File(lines, sections, frozenset(marks))


def _select_lines(file: _File, ranges: str | None, section: str | None) -> list[str] | None:
    """Return lines of a file, or None if it has no such section."""
    if section is not None:
        if section not in file.sections:
            return None
        start, end = file.sections[section]
        return [file.lines[n] for n in range(start + 1, end) if n not in file.marks]
    if not ranges or not ranges.strip(":"):
        return file.lines
    lines: list[str] = []
    for item in ranges.split(","):
        first, _, last = item.partition(":")
        # A range without an end continues to the end of the file.
        lines += file.lines[max(0, int(first or 1) - 1) : int(last) if last else None]
    return lines
