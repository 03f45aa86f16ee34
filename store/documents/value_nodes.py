"""Converts the values of TOML and JSON to YAML nodes, which all front matter is read from.

The parsers of TOML and JSON do not return positions. A value is assumed to be where its key occurs
next in the text, as both return keys in the order of the text.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any, Final

from yaml import MappingNode, Mark, Node, ScalarNode, SequenceNode

from newsgraph.store.documents.yaml_nodes import MAX_DEPTH, MAX_NODES, too_complex_error
from newsgraph.store.documents.yaml_tags import (
    BOOL_TAG,
    FLOAT_TAG,
    INT_TAG,
    MAP_TAG,
    NULL_TAG,
    SEQ_TAG,
    STR_TAG,
    TIMESTAMP_TAG,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

_AFTER_KEY: Final = re.compile(r"""["']?[ \t]*[=:.\]][ \t]*""")
_WORD_CHARACTER: Final = re.compile(r"[\w-]")
_MAX_STEPS: Final = 10_000
"""After so many places that may be a key, positions are no longer searched."""


class Pairs(list[tuple[str, Any]]):
    """The entries of a JSON object, in which a key may occur more than once."""


def build_nodes(value: object, text: str, mark: Mark | None = None) -> Node:
    """Return the root node of parsed TOML or JSON.

    Args:
        value: a mapping, `Pairs`, a list, text, a number, a boolean, a date or time, or None.
        text: the text that it was parsed from.
        mark: position of all nodes, instead of that in the text.

    Raises:
        DocumentError: ``too-complex``.
    """
    return _NodeBuilder(text, mark).build(value, 0)


class _NodeBuilder:
    def __init__(self, text: str, mark: Mark | None = None) -> None:
        self._text, self._position, self._fixed_mark = text, 0, mark
        self._count, self._steps_left = 0, _MAX_STEPS

    def build(self, value: object, depth: int) -> Node:
        """Return the node of a value at the current position."""
        start = self._mark()
        self._count += 1
        if depth > MAX_DEPTH:
            raise too_complex_error(self._position, f"more than {MAX_DEPTH} nested levels")
        if self._count > MAX_NODES:
            raise too_complex_error(self._position, f"more than {MAX_NODES:,} values")
        if isinstance(value, dict):
            return MappingNode(MAP_TAG, self._build_entries(value.items(), depth), start, start)
        if isinstance(value, Pairs):
            return MappingNode(MAP_TAG, self._build_entries(value, depth), start, start)
        if isinstance(value, list):
            items = [self.build(item, depth + 1) for item in value]
            return SequenceNode(SEQ_TAG, items, start, start)
        return ScalarNode(*_scalar(value), start, start)

    def _build_entries(
        self, entries: Iterable[tuple[str, object]], depth: int
    ) -> list[tuple[Node, Node]]:
        nodes: list[tuple[Node, Node]] = []
        for key, value in entries:
            key_start = self._find(key)
            mark = self._mark(key_start)
            nodes.append((ScalarNode(STR_TAG, key, mark, mark), self.build(value, depth + 1)))
        return nodes

    def _find(self, key: str) -> int:
        """Return the next position of a key, and move to its value; stay if there is none."""
        start = self._position - 1
        while self._steps_left > 0 and key:
            self._steps_left -= 1
            start = self._text.find(key, start + 1)
            if start < 0:
                break
            end = _AFTER_KEY.match(self._text, start + len(key))
            if end and not _WORD_CHARACTER.match(self._text[start - 1 : start]):
                self._position = end.end()
                return start
        return self._position

    def _mark(self, position: int | None = None) -> Mark:
        if self._fixed_mark is not None:
            return self._fixed_mark
        index = self._position if position is None else position
        return Mark("", index, 0, 0, None, 0)


def _scalar(value: object) -> tuple[str, str]:
    """Return the tag and the source text of a value."""
    match value:
        case None:
            return NULL_TAG, "null"
        case bool():
            return BOOL_TAG, str(value).lower()
        case int():
            return INT_TAG, str(value)
        case float():
            # As YAML writes them: .inf and .nan.
            text = repr(value)
            return FLOAT_TAG, re.sub("(?=inf|nan)", ".", text) if text[-1].isalpha() else text
        case datetime() | date():
            return TIMESTAMP_TAG, value.isoformat()
        case time():
            return STR_TAG, value.isoformat()
        case _:
            return STR_TAG, str(value)
