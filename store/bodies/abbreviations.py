"""Abbreviations of kramdown and Python-Markdown: ``*[HTML]: HyperText Markup Language``.

comrak does not know them. Their definitions are taken out of the Markdown, and `mark_abbreviations`
puts the words into ``abbr`` elements.

https://kramdown.gettalong.org/syntax.html#abbreviations and
https://python-markdown.github.io/extensions/abbreviations/ describe them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from newsgraph.store.bodies.html_tree import create_element
from newsgraph.store.documents.fences import FenceReader

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lxml.html import HtmlElement

_DEFINITION: Final = re.compile(r"[ ]{0,3}\*\[(?P<word>[^\]\n]{1,100})\]:(?P<title>[^\n]*)\n?")
_MAX_ABBREVIATIONS: Final = 200
"""How many different words are looked for."""

_MAX_MARKED: Final = 5_000
"""How many words become elements: a long title of each could make a short body very long."""

_MAX_TITLE: Final = 300
_UNMARKED: Final = frozenset(("code", "pre", "abbr", "script", "style", "textarea"))


def take_abbreviations(markdown: str, *, in_paragraphs: bool) -> tuple[str, dict[str, str]]:
    """Return Markdown without definitions of abbreviations, and their titles by the words.

    Args:
        markdown: a body.
        in_paragraphs: whether a line in a paragraph can be a definition, as in Python-Markdown.
    """
    titles: dict[str, str] = {}
    if "*[" not in markdown:
        return markdown, titles
    lines: list[str] = []
    fences = FenceReader()
    starts_block = True
    for line in markdown.splitlines(keepends=True):
        match = None if fences.read(line) else _DEFINITION.fullmatch(line)
        if match and (starts_block or in_paragraphs):
            titles[match["word"]] = match["title"].strip()[:_MAX_TITLE]
            continue
        lines.append(line)
        starts_block = not line.strip()
    return "".join(lines), titles


def mark_abbreviations(root: HtmlElement, titles: Mapping[str, str]) -> None:
    """Put the words that are abbreviations into ``abbr`` elements, except in code."""
    words = sorted([word for word, title in titles.items() if title], key=len, reverse=True)
    if not words:
        return
    alternatives = "|".join(map(re.escape, words[:_MAX_ABBREVIATIONS]))
    pattern = re.compile(rf"(?<!\w)(?:{alternatives})(?!\w)")
    count = 0
    for element in list(root.iter()):
        if element is not root and element.tail and pattern.search(element.tail):
            parent = element.getparent()
            if parent is not None and not _is_unmarked(parent):
                before, marked = _split(element.tail, pattern, titles)
                _add_after(element, before, marked)
                count += len(marked)
        if element.text and pattern.search(element.text) and not _is_unmarked(element):
            element.text, marked = _split(element.text, pattern, titles)
            element[:0] = marked
            count += len(marked)
        if count > _MAX_MARKED:
            return


def _split(
    text: str, pattern: re.Pattern[str], titles: Mapping[str, str]
) -> tuple[str, list[HtmlElement]]:
    """Return the text before the first word, and elements with the words, and their tails."""
    elements: list[HtmlElement] = []
    matches = list(pattern.finditer(text))
    ends = [*(match.start() for match in matches[1:]), len(text)]
    for match, end in zip(matches, ends, strict=True):
        element = create_element("abbr", match[0], title=titles[match[0]])
        element.tail = text[match.end() : end]
        elements.append(element)
    return text[: matches[0].start()], elements


def _add_after(element: HtmlElement, text: str, elements: list[HtmlElement]) -> None:
    """Put a text and elements in the place of what follows an element."""
    element.tail = None
    last = element
    for following in elements:
        last.addnext(following)
        last = following
    element.tail = text


def _is_unmarked(element: HtmlElement) -> bool:
    return any(item.tag in _UNMARKED for item in _with_ancestors(element))


def _with_ancestors(element: HtmlElement) -> Iterator[HtmlElement]:
    yield element
    yield from element.iterancestors()
