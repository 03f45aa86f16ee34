"""YAML nodes to JSON values, nothing lost but what JSON, a database or XML cannot say."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Final, cast

from yaml import MappingNode, Node, ScalarNode, SequenceNode
from yaml.constructor import SafeConstructor

from newsgraph.store.documents import times
from newsgraph.store.documents.diagnostics import UnreadableError
from newsgraph.store.documents.source_text import without_refused
from newsgraph.store.documents.yaml_nodes import MAX_DEPTH, MAX_NODES, too_complex

if TYPE_CHECKING:
    from newsgraph.store.documents.diagnostics import Complaints
    from newsgraph.store.documents.document import Json

_YAML: Final = "tag:yaml.org,2002:"
STR: Final = _YAML + "str"
NULL: Final = _YAML + "null"
INT: Final = _YAML + "int"
FLOAT: Final = _YAML + "float"
BOOL: Final = _YAML + "bool"
TIMESTAMP: Final = _YAML + "timestamp"
_BINARY: Final = _YAML + "binary"
_MERGE: Final = _YAML + "merge"
_SET: Final = _YAML + "set"
_SEQ: Final = _YAML + "seq"
_MAP: Final = _YAML + "map"
_OTHERS: Final = (_YAML + "omap", _YAML + "pairs", _YAML + "value")
_KNOWN: Final = frozenset(
    (STR, NULL, INT, FLOAT, BOOL, TIMESTAMP, _BINARY, _MERGE, _SET, _SEQ, _MAP, *_OTHERS)
)
_SURELY_INT: Final = 19
_LONGEST_NUMBER: Final = 400
_LONGEST_SHOWN: Final = 40
_MAX_CHARACTERS: Final = 10_000_000

LEAST_INT: Final = -(2**63)
GREATEST_INT: Final = 2**63 - 1

# Its scalar constructors keep no state.
_CONSTRUCTOR: Final = SafeConstructor()


def offset(node: Node) -> int:
    """Where the node begins in the YAML text."""
    return node.start_mark.index


def number(node: ScalarNode) -> int | float | None:
    """The number a scalar stands for by YAML's rules; None where it stands for none."""
    text = node.value
    if node.tag == INT and text.isdecimal() and text[0] != "0" and len(text) < _SURELY_INT:
        return int(text)
    # Python reads long numbers in quadratic time.
    if len(text) > _LONGEST_NUMBER:
        return None
    try:
        if node.tag == INT:
            return _CONSTRUCTOR.construct_yaml_int(node)
        return _CONSTRUCTOR.construct_yaml_float(node)
    except (ValueError, IndexError, OverflowError):
        return None


def shortened(text: str) -> str:
    """The text in quotes for a message, cut where it is long."""
    return repr(text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + "…")


class Values:
    """The values of one file's YAML, with what was found wrong on the way.

    The budgets cover everything that is read, aliases each time they are followed, so a
    few lines of aliases cannot become gigabytes.
    """

    def __init__(self, complaints: Complaints) -> None:
        self.complaints = complaints
        self._entries: dict[int, dict[str, Node]] = {}
        self._nodes = 0
        self._characters = 0

    def json(self, node: Node, depth: int = 0) -> Json:
        """The node as JSON: dates are ISO 8601 text, sets lists, binary base64.

        Raises:
            UnreadableError: ``too-complex``, or ``broken-yaml`` for a key that is no text.
        """
        if isinstance(node, ScalarNode):
            value = cast("str", node.value)
            self._spend(node, 1, len(value))
            if node.tag == STR and value.isprintable():
                return value
            return self._scalar(node, value)
        if depth >= MAX_DEPTH:
            raise too_complex(offset(node), f"more than {MAX_DEPTH} levels")
        self._spend(node, 1, 0)
        self._know_tag(node)
        if isinstance(node, MappingNode):
            return (
                list(self.entries(node, depth)) if node.tag == _SET else self.mapping(node, depth)
            )
        return [self.json(item, depth + 1) for item in cast("list[Node]", node.value)]

    def mapping(self, node: MappingNode, depth: int = 0) -> dict[str, Json]:
        """The mapping as JSON.

        Raises:
            UnreadableError: as `json` does.
        """
        entries = self.entries(node, depth)
        return {name: self.json(value, depth + 1) for name, value in entries.items()}

    def entries(self, node: MappingNode, depth: int = 0) -> dict[str, Node]:
        """The entries of a mapping by name, merged ones (``<<``) included; the last one counts.

        Raises:
            UnreadableError: as `json` does.
        """
        known = self._entries.get(id(node))
        if known is not None:
            return known
        # Known before it is complete: a mapping can merge itself.
        entries = self._entries[id(node)] = {}
        merged: list[Node] = []
        for key, value in cast("list[tuple[Node, Node]]", node.value):
            if key.tag == _MERGE:
                merged.append(value)
                continue
            name = key.value if key.tag == STR else ""
            # The first test is true of nearly every key, and of no list.
            if not (name and isinstance(name, str) and name.isprintable()):
                name = self._name(key)
            self._characters += len(name)
            if name in entries:
                self.complaints.add(
                    "duplicate-key", offset(key), f"{shortened(name)} is here again."
                )
            entries[name] = value
        for value in merged:
            self._merge(entries, value, depth)
        return entries

    def text(self, node: ScalarNode) -> str:
        """The source text of a scalar, whatever its type, without blanks around it."""
        return without_refused(cast("str", node.value)).strip()

    def _merge(self, entries: dict[str, Node], source: Node, depth: int) -> None:
        if depth >= MAX_DEPTH:
            raise too_complex(offset(source), f"more than {MAX_DEPTH} levels")
        if isinstance(source, MappingNode):
            more = self.entries(source, depth + 1)
            self._spend(source, len(more) + 1, 0)
            for name, value in list(more.items()):
                entries.setdefault(name, value)
        elif isinstance(source, SequenceNode):
            self._spend(source, 1, 0)
            for item in cast("list[Node]", source.value):
                self._merge(entries, item, depth + 1)
        else:
            raise UnreadableError(
                "broken-yaml", offset(source), "Only a mapping can be merged with `<<`."
            )

    def _name(self, key: Node) -> str:
        if not isinstance(key, ScalarNode):
            raise UnreadableError(
                "broken-yaml",
                offset(key),
                "A key is a list or a mapping.",
                "If this is a value with braces or brackets, such as {{ … }}, put it in quotes.",
            )
        value = cast("str", key.value)
        self._know_tag(key)
        return value if value.isprintable() else self._cleaned(key, value)

    def _scalar(self, node: ScalarNode, value: str) -> Json:
        tag = node.tag
        if tag == NULL:
            return None
        if tag in (INT, FLOAT):
            return self._number(node, value)
        if tag == BOOL and value.lower() in SafeConstructor.bool_values:
            return SafeConstructor.bool_values[value.lower()]
        if tag == TIMESTAMP:
            return times.iso(value) or self._cleaned(node, value)
        if tag == _BINARY:
            return re.sub(r"\s+", "", self._cleaned(node, value))
        self._know_tag(node)
        return self._cleaned(node, value)

    def _number(self, node: ScalarNode, value: str) -> Json:
        found = number(node)
        if isinstance(found, float):
            if math.isfinite(found):
                return found
            message = f"{shortened(value)} is no number that JSON has; it is read as null."
            self.complaints.add("number-normalised", offset(node), message)
            return None
        if found is not None and LEAST_INT <= found <= GREATEST_INT:
            return found
        message = f"{shortened(value)} is no number of 64 bits; it is kept as text."
        self.complaints.add("number-normalised", offset(node), message)
        return self._cleaned(node, value)

    def _cleaned(self, node: Node, value: str) -> str:
        cleaned = without_refused(value)
        if len(cleaned) != len(value):
            message = "An escape here stands for a control character."
            self.complaints.add("characters-removed", offset(node), message)
        return cleaned

    def _know_tag(self, node: Node) -> None:
        if node.tag not in _KNOWN:
            message = f"The tag {shortened(without_refused(node.tag))} is not known."
            self.complaints.add("unknown-tag", offset(node), message)

    def _spend(self, node: Node, nodes: int, characters: int) -> None:
        self._nodes += nodes
        self._characters += characters
        if self._nodes > MAX_NODES:
            raise too_complex(offset(node), f"more than {MAX_NODES:,} values, aliases followed")
        if self._characters > _MAX_CHARACTERS:
            raise too_complex(
                offset(node), f"more than {_MAX_CHARACTERS:,} characters, aliases followed"
            )
