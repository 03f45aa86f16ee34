"""Turns the blocks of Python-Markdown and Material for MkDocs into HTML around Markdown.

Admonitions (``!!! note "Title"``), collapsible ones (``???``) and tabs (``=== "Tab"``) contain the
lines below them that are indented by four spaces.
https://python-markdown.github.io/extensions/admonition/ and
https://facelessuser.github.io/pymdown-extensions/ describe them.
"""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, Final

from newsgraph.store.documents.fences import FENCE, ends_fence

from . import blocks

if TYPE_CHECKING:
    from collections import Counter

_ADMONITION: Final = re.compile(
    r"(?P<sign>!!!|\?\?\?\+?)[ \t]?(?P<name>[\w-]+)(?P<classes>(?:[ \t]+[\w-]+){0,10})"
    r"(?:[ \t]+(?P<title>\".*\"))?[ \t]*$"
)
_TAB: Final = re.compile(r"===[!+]?[ \t]+\"(?P<title>.*)\"[ \t]*$")
_AUTODOC: Final = re.compile(r":::[ \t]+[\w.:]*\w\.[\w.:]+[ \t]*$")
"""mkdocstrings' documentation of Python code; its options are below it."""

_ICON: Final = re.compile(
    r"[ \t]?:(?:material|octicons|fontawesome|simple)-[\w-]+:(?:\{[^{}\n]*\})?"
)
_MARKER: Final = re.compile(r"(?:[-*+]|\d{1,9}[.)])[ \t]|\[\^[^\]]+\]:")
_STEP: Final = 4


def expand_python_markdown(body: str, left_out: Counter[str]) -> str:
    """Return Markdown whose admonitions and tabs are HTML.

    Args:
        body: Markdown.
        left_out: counts the documentation of code that is left out.
    """
    if not any(sign in body for sign in ("!!!", "???", "===", ":::", ":material-", ":octicons-")):
        return body
    return _Expansion(left_out).expand(body)


class _Expansion:
    """Goes through the lines. `_open` has the indentation and the end of each block."""

    def __init__(self, left_out: Counter[str]) -> None:
        self._left_out = left_out
        self._open: list[tuple[int, str]] = []
        self._lines: list[str] = []
        self._fence: str | None = None
        self._fence_indent = 0
        self._in_list = False
        self._skipped: int | None = None

    def expand(self, body: str) -> str:
        for line in body.split("\n"):
            text = line.lstrip(" ")
            indent = len(line) - len(text)
            if self._skipped is not None and (indent > self._skipped or not text.strip()):
                continue
            self._skipped = None
            if text.strip():
                self._add(text, indent)
            else:
                self._lines.append(line[min(indent, _STEP * len(self._open)) :])
        self._close(0)
        return "\n".join(self._lines)

    def _add(self, text: str, indent: int) -> None:
        self._close(indent)
        indent -= _STEP * len(self._open)
        if indent < _STEP:
            self._in_list = _MARKER.match(text) is not None
        spaces = " " * indent
        is_code = indent >= _STEP and not self._open and not self._in_list
        if self._fence is not None and indent > self._fence_indent - _STEP:
            if ends_fence(text, self._fence):
                self._fence = None
            self._lines.append(spaces + text)
        elif is_code:
            self._fence = None
            self._lines.append(spaces + text)
        elif fence := FENCE.match(text):
            self._fence, self._fence_indent = fence["fence"], indent
            self._lines.append(spaces + text)
        elif admonition := _ADMONITION.match(text):
            self._start_admonition(admonition, indent)
        elif tab := _TAB.match(text):
            self._start(indent, blocks.label(_ICON.sub("", tab["title"])), "")
        elif _AUTODOC.match(text):
            self._left_out[":::"] += 1
            self._skipped = indent + _STEP * len(self._open)
        else:
            self._lines.append(spaces + (text if "`" in text else _ICON.sub("", text)))

    def _close(self, indent: int) -> None:
        """End the blocks to which a line with this indentation does not belong."""
        while self._open and indent < self._open[-1][0] + _STEP * len(self._open):
            base, end = self._open.pop()
            self._fence = None
            self._lines += ["", " " * base + end, ""] if end else [""]

    def _start(self, indent: int, start: str, end: str) -> None:
        lines = start.split("\n")
        self._lines += ["", *(" " * indent + line for line in lines), ""]
        self._open.append((indent, end))

    def _start_admonition(self, match: re.Match[str], indent: int) -> None:
        title = None if match["title"] is None else _ICON.sub("", match["title"][1:-1])
        if match["sign"] == "!!!":
            self._start(indent, blocks.alert_start(match["name"], title), blocks.ALERT_END)
            return
        summary = escape(match["name"].capitalize() if title is None else title, quote=False)
        is_open = " open" if match["sign"].endswith("+") else ""
        self._start(indent, f"<details{is_open}>\n<summary>{summary}</summary>", "</details>")
