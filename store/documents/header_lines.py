"""Front matter of lines ``Key: value`` without a line of dashes above them.

Pelican reads it as the extension Meta-Data of Python-Markdown does, MkDocs as MultiMarkdown, and
Hexo reads YAML or JSON that only has a closing line.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from yaml import MappingNode, Mark, Node, ScalarNode, SequenceNode

from newsgraph.store.documents.diagnostics import DocumentError
from newsgraph.store.documents.frontmatter_formats import JsonFormat, YamlFormat
from newsgraph.store.documents.yaml_nodes import MAX_NODES, too_complex_error
from newsgraph.store.documents.yaml_tags import MAP_TAG, SEQ_TAG, STR_TAG

if TYPE_CHECKING:
    from collections.abc import Iterator

_ENTRY: Final = re.compile(r"[ ]{0,3}(?P<key>[A-Za-z0-9_-]+):[ \t]*(?P<value>.*)")
_LINE: Final = re.compile(r"(.*)(?:\n|\Z)")
_KEY_AND_COLON: Final = re.compile(r"""["']?[^\W\d][\w .-]*["']?[ \t]*:(?:\s|$)""")
_BEFORE_KEY: Final = " \t{[,?-"
_HEXO_CLOSING: Final = re.compile(r"^(-{3,}|;{3,})[ \t]*$", re.MULTILINE)
_TABS: Final = re.compile(r"(?<=\n)\t+")


class MetadataLines:
    """Lines ``Key: value`` that end at the first blank line; values are texts.

    https://python-markdown.github.io/extensions/meta_data/ and
    https://www.mkdocs.org/user-guide/writing-your-docs/#multimarkdown-style-meta-data describe it.

    Args:
        continuation: what a line begins with that continues the value of the line above it.
        closing: what a line begins with that ends the entries, too; None for only a blank one.
        list_keys: keys whose values are a list if they have several lines.
    """

    def __init__(
        self, continuation: str, closing: str | None = None, list_keys: tuple[str, ...] = ()
    ) -> None:
        self._continuation = re.compile(rf"(?:{continuation})[ \t]*(?P<value>.*)")
        self._closing = re.compile(rf"(?:{closing})(?:\s.*)?") if closing else None
        self._list_keys = list_keys

    def split(self, text: str) -> tuple[str, str] | None:
        """Return the lines and the text below them; None if the first line is no entry."""
        end = 0
        for start, line in _lines(text):
            is_closing = self._closing is not None and self._closing.fullmatch(line)
            if not line.strip() or (start and is_closing):
                # The blank or closing line belongs to neither.
                return (text[:start], text[start + len(line) :]) if start else None
            is_entry = _ENTRY.fullmatch(line) is not None
            if not is_entry and not (start and self._continuation.fullmatch(line)):
                break
            end = start + len(line)
        return (text[:end], text[end:]) if end else None

    def compose(self, text: str) -> Node | None:
        """Return the lines as a mapping.

        Raises:
            DocumentError: ``too-complex``.
        """
        entries: dict[str, tuple[ScalarNode, list[ScalarNode]]] = {}
        key = None
        for count, (start, line) in enumerate(_lines(text)):
            if count > MAX_NODES:
                raise too_complex_error(start, f"more than {MAX_NODES:,} values")
            match = _ENTRY.fullmatch(line)
            if match is not None:
                key = match["key"].lower()
                entries.setdefault(key, (_text_node(key, start + match.start("key")), []))
            else:
                match = self._continuation.fullmatch(line)
            if match is not None and key is not None:
                value = _text_node(match["value"].strip(), start + match.start("value"))
                entries[key][1].append(value)
        pairs = [
            (node, self._join(key, values) if len(values) > 1 else values[0])
            for key, (node, values) in entries.items()
        ]
        return MappingNode(MAP_TAG, pairs, _mark(0), _mark(0)) if pairs else None

    def _join(self, key: str, values: list[ScalarNode]) -> Node:
        mark = values[0].start_mark
        if key in self._list_keys:
            return SequenceNode(SEQ_TAG, values, mark, mark)
        return ScalarNode(STR_TAG, " ".join(node.value for node in values), mark, mark)


class HexoHeader:
    """YAML or JSON without braces that begins with the file, or after a line of semicolons.

    Source: https://github.com/hexojs/hexo-front-matter. A text above a line of dashes is front
    matter only if it is a mapping.
    """

    def split(self, text: str) -> tuple[str, str] | None:
        """Return the front matter with its closing line, and the body; None if there is none."""
        closing = _HEXO_CLOSING.search(text, 1)
        if closing is None or not _KEY_AND_COLON.match(text):
            return None
        return text[: closing.end()], text[closing.end() :]

    def compose(self, text: str) -> Node | None:
        """Return the root node of the front matter, or None if it is empty.

        Raises:
            DocumentError: ``broken-yaml``, ``broken-json`` or ``too-complex``.
        """
        front, _, closing = text.rpartition("\n")
        if closing.startswith(";"):
            return JsonFormat().compose_entries(front)
        return compose_hexo_yaml(front)


METADATA_OF_PYTHON_MARKDOWN: Final = MetadataLines(
    "[ ]{4}", closing=r"-{3}|\.{3}", list_keys=("tags", "authors")
)
METADATA_OF_MKDOCS: Final = MetadataLines("[ ]{4}|\t")
HEXO_HEADER: Final = HexoHeader()


def compose_pelican_yaml(text: str) -> Node | None:
    """Compose what Pelican reads between lines of dashes: YAML (by a plugin), or else entries.

    Raises:
        DocumentError: ``broken-yaml`` or ``too-complex``; the text is neither.
    """
    try:
        return YamlFormat().compose(text)
    except DocumentError:
        parts = METADATA_OF_PYTHON_MARKDOWN.split(text.lstrip("\n"))
        if parts is None or parts[1].strip():
            raise
        return METADATA_OF_PYTHON_MARKDOWN.compose(text)


def compose_hexo_yaml(text: str) -> Node | None:
    """Compose YAML that may be indented by tabs, which Hexo replaces by spaces.

    Raises:
        DocumentError: ``broken-yaml`` or ``too-complex``.
    """
    try:
        return YamlFormat().compose(text)
    except DocumentError:
        with_spaces = _TABS.sub(lambda match: " " * len(match[0]), text)
        if with_spaces == text:
            raise
        return YamlFormat().compose(with_spaces)


def has_entry(text: str) -> bool:
    """Return whether a line of a text has the form of an entry, ``key: value``."""
    return any(_KEY_AND_COLON.match(line.lstrip(_BEFORE_KEY)) for _, line in _lines(text))


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield the offset and the text of each line, without its end."""
    for match in _LINE.finditer(text):
        if match[0]:
            yield match.start(), match[1]


def _text_node(text: str, offset: int) -> ScalarNode:
    return ScalarNode(STR_TAG, text, _mark(offset), _mark(offset))


def _mark(offset: int) -> Mark:
    return Mark("", offset, 0, 0, None, 0)
