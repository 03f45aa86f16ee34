"""Reads the entries of a mapping by key, as the types of document fields."""

from __future__ import annotations

import re
from datetime import UTC
from functools import cache
from typing import TYPE_CHECKING, Final, cast

from yaml import MappingNode, Node, ScalarNode, SequenceNode

from newsgraph.store.documents import times, uri_encoding, urls
from newsgraph.store.documents.plain_text import decode_entities, plain_text
from newsgraph.store.documents.yaml_tags import BOOL_TAG, FLOAT_TAG, INT_TAG, NULL_TAG, STR_TAG
from newsgraph.store.documents.yaml_values import (
    YamlConverter,
    node_offset,
    parse_number,
    quote_for_message,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from newsgraph.store.documents.diagnostics import DiagnosticCode

_MIN_INT, _MAX_INT = -(2**31), 2**31 - 1  # GraphQL's Int has 32 bits
_LINE_BREAK: Final = re.compile(r"\s*\n\s*")
_INTEGER: Final = re.compile(r"[+-]?\d{1,30}(?:\.0*)?", re.ASCII)
_BOOLEANS: Final = {
    **dict.fromkeys(("true", "yes", "on"), True),
    **dict.fromkeys(("false", "no", "off"), False),
}


@cache
def _parse_keys(
    keys: tuple[str, ...],
) -> tuple[frozenset[str], tuple[tuple[str, str, tuple[str, ...]], ...]]:
    """Return the names of entries that keys can lead to, and the keys.

    Each key is as it is, in small letters, and a path if it leads into mappings.
    """
    parsed = tuple(
        (key, key.lower(), tuple(key.lower().split(".")) if "." in key else ()) for key in keys
    )
    return frozenset(name for _, small, path in parsed for name in (small, *path[:1])), parsed


def is_empty(node: Node) -> bool:
    """Return whether a value is null, blank text, or an empty list or mapping."""
    value = node.value
    return not value or node.tag == NULL_TAG or (isinstance(value, str) and value.isspace())


def list_items(node: Node) -> list[Node]:
    """Return the items of a list that are not empty; any other node is a list of itself."""
    if not isinstance(node, SequenceNode):
        return [node]
    return [item for item in cast("list[Node]", node.value) if not is_empty(item)]


class FieldReader:
    """Reads the entries of a mapping, whatever the case of their keys.

    The methods ``get_…`` take keys and read the first one that is present and not empty. They
    return None (or an empty tuple) if there is none. They report a value of the wrong type
    as a diagnostic, and treat it as absent.

    Args:
        converter: the file's converter, for merged entries and diagnostics.
        node: the mapping.
        label: name of the mapping in messages, such as ``"related item 2"``.
        private_keys: keys that are not read.
    """

    def __init__(
        self,
        converter: YamlConverter,
        node: MappingNode,
        label: str = "",
        private_keys: Collection[str] = (),
    ) -> None:
        self.converter = converter
        self.node = node
        entries = converter.mapping_entries(node)
        self._entries = {key.lower(): value for key, value in entries.items()}
        if len(self._entries) < len(entries):
            # Of keys that differ only in case, the one in small letters counts.
            self._entries |= {key: value for key, value in entries.items() if key.islower()}
            self._report_duplicates(entries)
        for key in private_keys:
            self._entries.pop(key.lower(), None)
        self._label = label

    def _report_duplicates(self, entries: Mapping[str, Node]) -> None:
        """Report keys that differ from another one only in case, and do not count."""
        for key, value in entries.items():
            used = self._entries[key.lower()]
            if value is not used:
                name = next(name for name, node in entries.items() if node is used)
                message = (
                    f"The key {quote_for_message(key)} differs from {quote_for_message(name)} only "
                    "in case, and is not used."
                )
                self.report("duplicate-key", value, message)

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys, in small letters."""
        return tuple(self._entries)

    def is_empty(self, key: str) -> bool:
        """Return whether an entry is an empty text."""
        node = self._entries.get(key.lower())
        return node is not None and node.tag != NULL_TAG and node.value == ""

    def find(self, *keys: str) -> tuple[str, Node] | None:
        """Return the first entry that is present and not empty, as its key and its value.

        A key with dots, such as ``seo.image``, is also an entry in a mapping.
        """
        names, parsed_keys = _parse_keys(keys)
        # Most often a mapping has none of them.
        if len(keys) > 2 and names.isdisjoint(self._entries):
            return None
        for key, small, path in parsed_keys:
            node = self._entries.get(small)
            if node is None and path:
                node = self._find_nested(path)
            if node is not None and not is_empty(node):
                return key, node
        return None

    def _find_nested(self, path: tuple[str, ...]) -> Node | None:
        node = self._entries.get(path[0])
        for key in path[1:]:
            if not isinstance(node, MappingNode):
                return None
            field = FieldReader(self.converter, node).find(key)
            node = field[1] if field else None
        return node

    def offset_of(self, key: str) -> int:
        """Return the offset of an entry's value, or of the mapping if there is no entry."""
        return node_offset(self._entries.get(key.lower(), self.node))

    def label_of(self, key: str) -> str:
        """Return the name of an entry in messages."""
        return f"{key} of {self._label}" if self._label else key

    def get_text(self, *keys: str) -> str | None:
        """Return text; other scalars as they are written, so that ``title: 2021`` is ``2021``."""
        field = self.find(*keys)
        return self.node_text(field[1], self.label_of(field[0])) if field else None

    def get_plain_text(self, *keys: str) -> str | None:
        """Return text without HTML tags, Markdown and entities; true and false count as absent."""
        field = self.find(*keys)
        text = self.get_text(*keys) if field and field[1].tag != BOOL_TAG else None
        return plain_text(text) if text else text

    def get_name(self, *keys: str) -> str | None:
        """Return text in one line and without entities, such as a title or a name."""
        text = self.get_text(*keys)
        return _LINE_BREAK.sub(" ", decode_entities(text)) if text else text

    def node_text(self, node: Node, label: str, *, expected: str = "text") -> str | None:
        """Return the text of a node.

        Args:
            node: a value of this file.
            label: name of the value in messages.
            expected: what the value must be, in messages.
        """
        if not isinstance(node, ScalarNode):
            self.report_wrong_type(node, label, expected)
            return None
        return self.converter.scalar_text(node) or None

    def get_int(self, *keys: str, minimum: int = _MIN_INT) -> int | None:
        """Return a 32-bit integer, also from text or from a float without a fraction."""
        field = self.find(*keys)
        if field is None:
            return None
        key, node = field
        value = self._parse_int(node)
        if value is None or not minimum <= value <= _MAX_INT:
            expected = f"an integer from {minimum} to {_MAX_INT}"
            self.report_wrong_type(node, self.label_of(key), expected)
            return None
        return value

    def get_bool(self, *keys: str) -> bool | None:
        """Return true or false, also from text such as ``"false"``."""
        field = self.find(*keys)
        if field is None:
            return None
        key, node = field
        value = self._parse_bool(node)
        if value is None:
            self.report_wrong_type(node, self.label_of(key), "true or false")
        return value

    def get_bool_or_text(self, *keys: str) -> bool | str | None:
        """Return true or false as `get_bool` does, or any other text."""
        field = self.find(*keys)
        if field is None:
            return None
        key, node = field
        value = self._parse_bool(node)
        if value is not None:
            return value
        return self.node_text(node, self.label_of(key), expected="text, true or false")

    def matches(self, key: str, value: str) -> bool:
        """Return whether an entry is true or false, as ``value`` says, or has this text.

        Letter case and a value of another type do not matter.
        """
        node = self._entries.get(key.lower())
        if not isinstance(node, ScalarNode):
            return False
        text = self.converter.scalar_text(node).lower()
        return text == value or (value in _BOOLEANS and self._parse_bool(node) is _BOOLEANS[value])

    def find_mapping(self, key: str) -> FieldReader | None:
        """Return a reader of an entry that is a mapping; None for any other value."""
        field = self.find(key)
        if field is None or not isinstance(field[1], MappingNode):
            return None
        return FieldReader(self.converter, field[1], self.label_of(key))

    def has_timestamp(self, key: str) -> bool:
        """Return whether an entry is a date or time."""
        field = self.find(key)
        if field is None or not isinstance(field[1], ScalarNode):
            return False
        return times.to_utc_timestamp(self.converter.scalar_text(field[1])) is not None

    def get_timestamp(self, *keys: str, midnight_in_zone: bool = False) -> str | None:
        """Return a date or time as ``YYYY-MM-DDTHH:MM:SSZ`` in UTC.

        Args:
            keys: the first one that is present and not empty is read.
            midnight_in_zone: whether a date without a time is midnight in the archive's time zone,
                instead of in UTC.
        """
        field = self.find(*keys)
        if field is None:
            return None
        key, node = field
        text = self.node_text(node, self.label_of(key), expected="a date")
        if text is None:
            return None
        zone = self.converter.zone
        timestamp = times.to_utc_timestamp(text, zone, zone if midnight_in_zone else UTC)
        if timestamp is None:
            message = f"{self.label_of(key)} must be a date, not {quote_for_message(text)}."
            self.report("wrong-date", node, message)
        return timestamp

    def get_url(self, *keys: str) -> str | None:
        """Return an absolute http(s) URL."""
        field = self.find(*keys)
        return self.node_url(field[1], self.label_of(field[0])) if field else None

    def node_url(self, node: Node, label: str, *, allow_relative: bool = False) -> str | None:
        """Return the absolute http(s) URL of a node, or also a relative one if allowed."""
        text = self.node_text(node, label, expected="a URL") or ""
        return self.text_url(text, node, label, allow_relative=allow_relative)

    def text_url(
        self, text: str, node: Node, label: str, *, allow_relative: bool = False
    ) -> str | None:
        """Return the URL in a text as `node_url` does.

        Args:
            text: the URL.
            node: the value that contains it.
            label: name of the value in messages.
            allow_relative: whether a relative URL is valid.
        """
        url = uri_encoding.clean_url(text)
        if not url or urls.is_http_url(url):
            return url or None
        has_scheme = urls.has_scheme(url)
        if allow_relative and not has_scheme:
            return url
        if has_scheme and not url.lower().startswith(("http:", "https:")):
            message = f"{label} must be an http or https URL, not {quote_for_message(text)}."
            self.report("unsafe-url", node, message)
        else:
            message = f"{label} must be a complete URL, not {quote_for_message(text)}."
            self.report("wrong-url", node, message)
        return None

    def get_first_http_url(self, *keys: str) -> str | None:
        """Return the first entry that is an absolute http(s) URL; ignore all others.

        Hugo and Jekyll also use these keys for paths on the site.
        """
        for key in keys:
            node = self._entries.get(key.lower())
            if isinstance(node, ScalarNode):
                url = uri_encoding.clean_url(self.converter.scalar_text(node))
                if urls.is_http_url(url):
                    return url
        return None

    def get_text_list(
        self, *keys: str, split: Callable[[str, str], Iterable[str]] | None = None
    ) -> tuple[str, ...]:
        """Return a list of texts without duplicates; a single text is a list of one.

        Lists within the list are flattened, as in Hexo's ``categories``, and a mapping is its
        ``label`` or ``name``.

        Args:
            keys: the first one that is present and not empty is read.
            split: splits a single text, whose key is its first argument.
        """
        field = self.find(*keys)
        if field is None:
            return ()
        key, node = field
        if split is not None and isinstance(node, ScalarNode):
            texts: Iterator[str] = iter(
                split(key, decode_entities(self.converter.scalar_text(node)))
            )
        else:
            texts = map(decode_entities, filter(None, self._list_texts(node, self.label_of(key))))
        return tuple(dict.fromkeys(filter(None, texts)))

    def _list_texts(self, node: Node, label: str) -> Iterator[str | None]:
        for item in list_items(node):
            if isinstance(item, SequenceNode):
                yield from self._list_texts(item, label)
            elif isinstance(item, MappingNode):
                item_fields = FieldReader(self.converter, item, label)
                text = item_fields.get_text("label", "name", "title")
                if text is None:
                    self.report_wrong_type(item, label, "a list of texts")
                yield text
            else:
                yield self.node_text(item, label, expected="a list of texts")

    def report_wrong_type(self, node: Node, label: str, expected: str) -> None:
        """Report a value that does not have the expected type or range."""
        message = f"{label} must be {expected}, not {describe_node(node)}."
        self.report("wrong-type", node, message)

    def report(self, code: DiagnosticCode, node: Node, message: str) -> None:
        """Add a diagnostic at the position of a node."""
        self.converter.diagnostics.add(code, node_offset(node), message)

    def position_of(self, node: Node) -> tuple[int, int]:
        """Return line and column of a node in the file, counted from 1."""
        return self.converter.diagnostics.position(node_offset(node))

    def _parse_bool(self, node: Node) -> bool | None:
        if isinstance(node, ScalarNode) and node.tag in (BOOL_TAG, STR_TAG):
            return _BOOLEANS.get(self.converter.scalar_text(node).lower())
        return None

    def _parse_int(self, node: Node) -> int | None:
        if not isinstance(node, ScalarNode):
            return None
        if node.tag in (INT_TAG, FLOAT_TAG):
            value = parse_number(node)
            if isinstance(value, float):
                return int(value) if value.is_integer() else None
            return value
        text = self.converter.scalar_text(node)
        if node.tag != STR_TAG or not _INTEGER.fullmatch(text):
            return None
        return int(text.partition(".")[0])


def describe_node(node: Node) -> str:
    """Return a description of a value for a message: its type, or its text in quotes."""
    if isinstance(node, SequenceNode):
        return "a list"
    if isinstance(node, MappingNode):
        return "a mapping"
    return quote_for_message(cast("str", node.value).strip())
