"""Turns directives between lines of colons into alerts: ``:::note Title`` … ``:::``.

Docusaurus, Starlight and VitePress have them; `Admonitions`_ describes those of Docusaurus.

.. _Admonitions: https://docusaurus.io/docs/markdown-features/admonitions
"""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, Final

from newsgraph.store.bodies.templates.scanner import NO_TAGS, split_body

from . import blocks

if TYPE_CHECKING:
    from collections import Counter

_DIRECTIVE: Final = re.compile(
    r"^(?P<prefix>[ \t]*(?:>[ \t]?)*)(?P<colons>:{3,})[ \t]*"
    r"(?:(?P<name>[A-Za-z][\w-]*)(?P<rest>[^\n]*))?$",
    re.MULTILINE,
)
_TITLE: Final = re.compile(
    r"(?:\[(?P<label>(?:[^\[\]]|\[[^\[\]]*\])*)\])?[ \t]*(?:\{[^{}]*\})?(?P<title>.*)"
)
_TYPES: Final = {
    *("note", "tip", "info", "caution", "danger", "warning", "success", "secondary"),
    "important",
}
_DETAILS: Final = {"details", "spoiler"}


def expand_directives(body: str, left_out: Counter[str], *, has_indented_code: bool) -> str:
    """Return Markdown whose directives are alerts.

    The text in a directive that is unknown stays, without its lines of colons.

    Args:
        body: Markdown.
        left_out: counts the directives that are unknown.
        has_indented_code: whether lines that are indented by four spaces are code.
    """
    if ":::" not in body:
        return body
    expansion = _Expansion(left_out)
    pieces = []
    for segment in split_body(body, NO_TAGS, is_html=False, has_indented_code=has_indented_code):
        text = body[segment.start : segment.end]
        starts_line = segment.start == 0 or body[segment.start - 1] == "\n"
        if segment.type == "text" and ":::" in text:
            text = expansion.expand(text, 0 if starts_line else text.find("\n") + 1 or len(text))
        pieces.append(text)
    return "".join([*pieces, expansion.end()])


class _Expansion:
    """The directives that have begun, as the numbers of their colons and what ends them."""

    def __init__(self, left_out: Counter[str]) -> None:
        self._left_out = left_out
        self._open: list[tuple[int, str]] = []

    def expand(self, text: str, start: int) -> str:
        return text[:start] + _DIRECTIVE.sub(self._replace, text[start:])

    def end(self) -> str:
        """Return the ends of directives that nothing ends."""
        ends = [f"\n\n{end}\n" for _, end in reversed(self._open) if end]
        self._open.clear()
        return "".join(ends)

    def _replace(self, match: re.Match[str]) -> str:
        prefix, count, name = match["prefix"], len(match["colons"]), match["name"]
        blank = f"\n{prefix.rstrip()}\n{prefix}"
        if name is None:
            ends = []
            while self._open and self._open[-1][0] < count:
                ends.append(self._open.pop()[1])
            if self._open and self._open[-1][0] == count:
                ends.append(self._open.pop()[1])
            elif not ends:
                return match[0]
            return f"\n{prefix}" + blank.join(filter(None, ends)) + f"\n{prefix.rstrip()}"
        title = _TITLE.match(match["rest"].strip())
        text = (title["label"] or title["title"].strip() or None) if title else None
        name = name.lower()
        if name in _TYPES:
            start, end = blocks.alert_start(name, text), blocks.ALERT_END
        elif name in _DETAILS:
            summary = escape(text or "Details", quote=False)
            start, end = f"<details>\n<summary>{summary}</summary>", "</details>"
        else:
            self._left_out[f":::{name[:40]}"] += 1
            start, end = blocks.label(text) if text else "", ""
        self._open.append((count, end))
        return prefix + start.replace("\n", f"\n{prefix}") + f"\n{prefix.rstrip()}"
