"""The entries of one YAML mapping, read by name as the types that documents are made of."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, cast

from yaml import MappingNode, Node, ScalarNode, SequenceNode

from newsgraph.store.documents import times, urls
from newsgraph.store.documents.yaml_values import (
    BOOL,
    FLOAT,
    INT,
    NULL,
    STR,
    Values,
    number,
    offset,
    shortened,
)

if TYPE_CHECKING:
    from collections.abc import Collection

    from newsgraph.store.documents.diagnostics import Code

_LEAST, _GREATEST = -(2**31), 2**31 - 1  # GraphQL has no larger whole numbers
_WHOLE: Final = re.compile(r"[+-]?\d{1,30}(?:\.0*)?", re.ASCII)
_FLAGS: Final = {
    **dict.fromkeys(("true", "yes", "on"), True),
    **dict.fromkeys(("false", "no", "off"), False),
}


def is_empty(node: Node) -> bool:
    """Whether a value is null, blank text or an empty list or mapping: as good as absent."""
    value = node.value
    return not value or node.tag == NULL or (isinstance(value, str) and value.isspace())


def items(node: Node) -> list[Node]:
    """The entries of a list that say something; anything else is a list of itself."""
    if not isinstance(node, SequenceNode):
        return [node]
    return [item for item in cast("list[Node]", node.value) if not is_empty(item)]


class Fields:
    """Reads the entries of a mapping.

    Every method takes names and reads the first that is there and not empty. A value of
    the wrong type is noted as a problem and read as absent.

    Args:
        values: of the file, for merged entries and problems.
        node: the mapping.
        label: what the mapping is, for messages: ``"related 2"``.
        private: entries that are not read.
    """

    def __init__(
        self,
        values: Values,
        node: MappingNode,
        label: str = "",
        private: Collection[str] = (),
    ) -> None:
        self.values = values
        self.mapping = node
        entries = values.entries(node)
        self._entries = {name: one for name, one in entries.items() if name not in private}
        self._label = label

    def find(self, *names: str) -> tuple[str, Node] | None:
        """The first entry that is there and not empty, with the name that it has."""
        for name in names:
            node = self._entries.get(name)
            if node is not None and not is_empty(node):
                return name, node
        return None

    def offset_of(self, name: str) -> int:
        """Where the entry begins, or the mapping where it has none."""
        return offset(self._entries.get(name, self.mapping))

    def label(self, name: str) -> str:
        """What messages call the entry."""
        return f"{self._label}, {name}" if self._label else name

    def text(self, *names: str) -> str | None:
        """Text; other scalars as they are written, so that ``title: 2021`` is ``2021``."""
        found = self.find(*names)
        return self.text_of(found[1], self.label(found[0])) if found else None

    def text_of(self, node: Node, label: str, *, expected: str = "text") -> str | None:
        """The text of a node that was found already."""
        if not isinstance(node, ScalarNode):
            self.wrong_type(node, label, expected)
            return None
        return self.values.text(node) or None

    def integer(self, *names: str, least: int = _LEAST) -> int | None:
        """A whole number of 32 bits, as GraphQL's Int; also as text or a float without fraction."""
        found = self.find(*names)
        if found is None:
            return None
        name, node = found
        value = self._whole(node)
        if value is None or not least <= value <= _GREATEST:
            expected = "a whole number of 32 bits" if least < 0 else "a whole number from 0 on"
            self.wrong_type(node, self.label(name), expected)
            return None
        return value

    def flag(self, *names: str) -> bool | None:
        """True or false; also as text: ``"false"``."""
        found = self.find(*names)
        if found is None:
            return None
        name, node = found
        value = self._flag(node)
        if value is None:
            self.wrong_type(node, self.label(name), "true or false")
        return value

    def flag_or_text(self, *names: str) -> bool | str | None:
        """True or false as `flag` reads them, and else text."""
        found = self.find(*names)
        if found is None:
            return None
        name, node = found
        value = self._flag(node)
        if value is not None:
            return value
        return self.text_of(node, self.label(name), expected="text, true or false")

    def time(self, *names: str) -> str | None:
        """A time as ``YYYY-MM-DDTHH:MM:SSZ``."""
        found = self.find(*names)
        if found is None:
            return None
        name, node = found
        text = self.text_of(node, self.label(name), expected="a date")
        if text is None:
            return None
        value = times.utc(text)
        if value is None:
            message = f"{self.label(name)} is no date: {shortened(text)}."
            self.complain("wrong-date", node, message)
        return value

    def url(self, *names: str) -> str | None:
        """An absolute http(s) address."""
        found = self.find(*names)
        return self.url_of(found[1], self.label(found[0])) if found else None

    def url_of(self, node: Node, label: str, *, relative: bool = False) -> str | None:
        """The address of a node that was found already; relative ones where allowed."""
        text = self.text_of(node, label, expected="an address") or ""
        url = urls.tidied(text)
        if not url or urls.is_web(url):
            return url or None
        scheme = urls.has_scheme(url)
        if relative and not scheme:
            return url
        if scheme and not url.lower().startswith(("http:", "https:")):
            message = f"{label} is no http or https address: {shortened(text)}."
            self.complain("unsafe-url", node, message)
        else:
            message = f"{label} is no whole address: {shortened(text)}."
            self.complain("wrong-url", node, message)
        return None

    def web_url_if_any(self, *names: str) -> str | None:
        """The first entry that is an absolute http(s) address; others are none of our business.

        Hugo and Jekyll use these names for paths of the site too.
        """
        for name in names:
            node = self._entries.get(name)
            if isinstance(node, ScalarNode):
                url = urls.tidied(self.values.text(node))
                if urls.is_web(url):
                    return url
        return None

    def texts(self, *names: str, split: bool = False) -> tuple[str, ...]:
        """A list of texts without duplicates; a text alone is a list of one.

        Args:
            names: read is the first that is there.
            split: whether a text alone is split at blanks, as Jekyll does with ``tags: a b``.
        """
        found = self.find(*names)
        if found is None:
            return ()
        name, node = found
        if split and isinstance(node, ScalarNode):
            return tuple(dict.fromkeys(self.values.text(node).split()))
        expected = "a list of texts"
        texts = (self.text_of(item, self.label(name), expected=expected) for item in items(node))
        return tuple(dict.fromkeys(text for text in texts if text))

    def wrong_type(self, node: Node, label: str, expected: str) -> None:
        """Note that a value is not what its field holds."""
        self.complain("wrong-type", node, f"{label} must be {expected}, not {shape(node)}.")

    def complain(self, code: Code, node: Node, message: str) -> None:
        """Note a problem at a node."""
        self.values.complaints.add(code, offset(node), message)

    def _flag(self, node: Node) -> bool | None:
        if isinstance(node, ScalarNode) and node.tag in (BOOL, STR):
            return _FLAGS.get(self.values.text(node).lower())
        return None

    def _whole(self, node: Node) -> int | None:
        if not isinstance(node, ScalarNode):
            return None
        if node.tag in (INT, FLOAT):
            value = number(node)
            if isinstance(value, float):
                return int(value) if value.is_integer() else None
            return value
        text = self.values.text(node)
        if node.tag != STR or not _WHOLE.fullmatch(text):
            return None
        return int(text.partition(".")[0])


def shape(node: Node) -> str:
    """What a value is, for a message."""
    if isinstance(node, SequenceNode):
        return "a list"
    if isinstance(node, MappingNode):
        return "a mapping"
    return shortened(cast("str", node.value).strip())
