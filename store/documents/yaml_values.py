"""Converts YAML nodes to JSON values, as far as JSON, the database and XML can represent them."""

from __future__ import annotations

import math
import re
from datetime import UTC
from typing import TYPE_CHECKING, Final, cast

from yaml import MappingNode, Node, ScalarNode, SequenceNode
from yaml.constructor import SafeConstructor

from newsgraph.store.documents import times
from newsgraph.store.documents.diagnostics import DocumentError
from newsgraph.store.documents.text_cleaning import strip_invalid_characters
from newsgraph.store.documents.yaml_nodes import MAX_DEPTH, MAX_NODES, too_complex_error
from newsgraph.store.documents.yaml_tags import (
    BINARY_TAG,
    BOOL_TAG,
    FLOAT_TAG,
    INT_TAG,
    KNOWN_TAGS,
    MERGE_TAG,
    NULL_TAG,
    SET_TAG,
    STR_TAG,
    TIMESTAMP_TAG,
)

if TYPE_CHECKING:
    from datetime import tzinfo

    from newsgraph.store.documents.diagnostics import DiagnosticCollector
    from newsgraph.store.documents.document import JsonValue

_MAX_FAST_INT_LENGTH: Final = 19
_MAX_NUMBER_LENGTH: Final = 400
_MAX_QUOTED_LENGTH: Final = 40
_MAX_CHARACTERS: Final = 10_000_000

MIN_INT64: Final = -(2**63)
MAX_INT64: Final = 2**63 - 1

# Its constructors of scalars are stateless.
_CONSTRUCTOR: Final = SafeConstructor()


def node_offset(node: Node) -> int:
    """Return the offset of a node in the YAML text."""
    return node.start_mark.index


def parse_number(node: ScalarNode) -> int | float | None:
    """Return the number of a scalar with the tag int or float, or None if it is malformed."""
    text = node.value
    if (
        node.tag == INT_TAG
        and text.isdecimal()
        and text[0] != "0"
        and len(text) < _MAX_FAST_INT_LENGTH
    ):
        return int(text)
    # Python parses long numbers in quadratic time.
    if len(text) > _MAX_NUMBER_LENGTH:
        return None
    try:
        if node.tag == INT_TAG:
            return _CONSTRUCTOR.construct_yaml_int(node)
        return _CONSTRUCTOR.construct_yaml_float(node)
    except (ValueError, IndexError, OverflowError):
        return None


def quote_for_message(text: str) -> str:
    """Return a text in quotes for a message, truncated if it is long."""
    return repr(text if len(text) <= _MAX_QUOTED_LENGTH else text[:_MAX_QUOTED_LENGTH] + "…")


class YamlConverter:
    """Converts the YAML nodes of a file to JSON, and reports problems as diagnostics.

    The limits count everything that is converted, and each use of an alias, so that a few
    lines of aliases cannot expand to gigabytes.

    Attributes:
        diagnostics: collects the diagnostics of the file.
        zone: time zone of times without one.
    """

    def __init__(self, diagnostics: DiagnosticCollector, zone: tzinfo = UTC) -> None:
        self.diagnostics, self.zone = diagnostics, zone
        # By id() of the mapping node.
        self._entries_cache: dict[int, dict[str, Node]] = {}
        self._node_count = 0
        self._character_count = 0

    def to_json(self, node: Node, depth: int = 0) -> JsonValue:
        """Convert a node: dates become ISO 8601 text, sets lists, and binary base64.

        Args:
            node: the node.
            depth: number of lists and mappings around the node.

        Raises:
            DocumentError: ``too-complex``, or ``broken-yaml`` for a key that is not text.
        """
        if isinstance(node, ScalarNode):
            value = cast("str", node.value)
            self._count(node, nodes=1, characters=len(value))
            if node.tag == STR_TAG and value.isprintable():
                return value
            return self._scalar_to_json(node, value)
        if depth >= MAX_DEPTH:
            raise _too_deep_error(node)
        self._count(node, nodes=1)
        self._check_tag(node)
        if isinstance(node, MappingNode):
            if node.tag == SET_TAG:
                return list(self.mapping_entries(node, depth))
            return self.mapping_to_json(node, depth)
        return [self.to_json(item, depth + 1) for item in cast("list[Node]", node.value)]

    def mapping_to_json(self, node: MappingNode, depth: int = 0) -> dict[str, JsonValue]:
        """Convert a mapping.

        Raises:
            DocumentError: as `to_json` does.
        """
        entries = self.mapping_entries(node, depth)
        return {key: self.to_json(value, depth + 1) for key, value in entries.items()}

    def mapping_entries(self, node: MappingNode, depth: int = 0) -> dict[str, Node]:
        """Return the entries of a mapping by key, merged ones (``<<``) included.

        If a key occurs more than once, the last entry is used.

        Raises:
            DocumentError: as `to_json` does.
        """
        cached = self._entries_cache.get(id(node))
        if cached is not None:
            return cached
        # Cached before it is complete: a mapping can merge itself.
        entries = self._entries_cache[id(node)] = {}
        merge_values: list[Node] = []
        for key_node, value in cast("list[tuple[Node, Node]]", node.value):
            if key_node.tag == MERGE_TAG:
                merge_values.append(value)
                continue
            key = key_node.value if key_node.tag == STR_TAG else ""
            # A fast path: almost all keys are printable text. A list is never a valid key.
            if not (key and isinstance(key, str) and key.isprintable()):
                key = self._key_text(key_node)
            self._character_count += len(key)
            if key in entries:
                message = f"The key {quote_for_message(key)} occurs more than once."
                self.diagnostics.add("duplicate-key", node_offset(key_node), message)
            entries[key] = value
        for value in merge_values:
            self._merge_into(entries, value, depth)
        return entries

    def scalar_text(self, node: ScalarNode) -> str:
        """Return the source text of a scalar of any type, without surrounding whitespace."""
        return strip_invalid_characters(cast("str", node.value)).strip()

    def _merge_into(self, entries: dict[str, Node], source: Node, depth: int) -> None:
        if depth >= MAX_DEPTH:
            raise _too_deep_error(source)
        if isinstance(source, MappingNode):
            source_entries = self.mapping_entries(source, depth + 1)
            self._count(source, nodes=len(source_entries) + 1)
            for key, value in list(source_entries.items()):
                entries.setdefault(key, value)
        elif isinstance(source, SequenceNode):
            self._count(source, nodes=1)
            for item in cast("list[Node]", source.value):
                self._merge_into(entries, item, depth + 1)
        else:
            message = "Only a mapping can be merged with `<<`."
            raise DocumentError("broken-yaml", node_offset(source), message)

    def _key_text(self, node: Node) -> str:
        if not isinstance(node, ScalarNode):
            raise DocumentError(
                "broken-yaml",
                node_offset(node),
                "A key must be text, not a list or a mapping.",
                "If this is a value with braces or brackets, such as {{ … }}, put it in quotes.",
            )
        value = cast("str", node.value)
        self._check_tag(node)
        return value if value.isprintable() else self._clean(node, value)

    def _scalar_to_json(self, node: ScalarNode, value: str) -> JsonValue:
        tag = node.tag
        if tag == NULL_TAG:
            return None
        if tag in (INT_TAG, FLOAT_TAG):
            return self._number_to_json(node, value)
        if tag == BOOL_TAG and value.lower() in SafeConstructor.bool_values:
            return SafeConstructor.bool_values[value.lower()]
        if tag == TIMESTAMP_TAG:
            return times.to_iso8601(value) or self._clean(node, value)
        if tag == BINARY_TAG:
            return re.sub(r"\s+", "", self._clean(node, value))
        self._check_tag(node)
        return self._clean(node, value)

    def _number_to_json(self, node: ScalarNode, value: str) -> JsonValue:
        number = parse_number(node)
        if isinstance(number, float):
            if math.isfinite(number):
                return number
            message = f"JSON cannot represent {quote_for_message(value)}; it was read as null."
            self.diagnostics.add("number-normalised", node_offset(node), message)
            return None
        if number is not None and MIN_INT64 <= number <= MAX_INT64:
            return number
        message = f"{quote_for_message(value)} is not a 64-bit number; it was read as text."
        self.diagnostics.add("number-normalised", node_offset(node), message)
        return self._clean(node, value)

    def _clean(self, node: Node, value: str) -> str:
        cleaned = strip_invalid_characters(value)
        if len(cleaned) != len(value):
            message = "An escape here represents a control character, which was removed."
            self.diagnostics.add("characters-removed", node_offset(node), message)
        return cleaned

    def _check_tag(self, node: Node) -> None:
        if node.tag not in KNOWN_TAGS:
            tag = quote_for_message(strip_invalid_characters(node.tag))
            self.diagnostics.add("unknown-tag", node_offset(node), f"Unknown YAML tag {tag}.")

    def _count(self, node: Node, *, nodes: int, characters: int = 0) -> None:
        self._node_count += nodes
        self._character_count += characters
        if self._node_count > MAX_NODES:
            raise _expansion_error(node, f"{MAX_NODES:,} values")
        if self._character_count > _MAX_CHARACTERS:
            raise _expansion_error(node, f"{_MAX_CHARACTERS:,} characters")


def _too_deep_error(node: Node) -> DocumentError:
    return too_complex_error(node_offset(node), f"more than {MAX_DEPTH} nested levels")


def _expansion_error(node: Node, limit: str) -> DocumentError:
    excess = f"more than {limit}, counting each use of an alias"
    return too_complex_error(node_offset(node), excess)
