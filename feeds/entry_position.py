"""The place of entries in an XML feed: serializes entries apart from their feed, and inserts them.

An entry that is in many feeds, or in a feed that is rendered again, is serialized once.
"""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING

from lxml import etree

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lxml.etree import _Element


class EntryPosition:
    """Where the entries of a format are: the last children of an element, indented by feedgen."""

    def __init__(self, parents: Sequence[str], namespaces: Mapping[str, str]) -> None:
        """Set up the position.

        Args:
            parents: names of the elements that entries are in, the root first.
            namespaces: namespaces by prefix that feeds declare at the root.
        """
        self._root = parent = etree.Element(parents[0], nsmap=dict(namespaces))
        for name in parents[1:]:
            parent = etree.SubElement(parent, name)
        self._depth = len(parents)
        entry = etree.Element("entry")
        before, self._end = self._wrap(entry).split(b"  " * self._depth + b"<entry/>\n")
        self._length_before = len(before)

    def serialize(self, entry: _Element) -> bytes:
        """Serialize an entry as in a feed, in UTF-8; the element is moved to another document."""
        return self._wrap(entry)[self._length_before : -len(self._end)]

    def insert(self, feed: bytes, entries: Sequence[bytes]) -> bytes:
        """Insert entries into a feed that has none.

        Args:
            feed: the feed, as feedgen has written and indented it.
            entries: results of `serialize`, in order.

        Raises:
            ValueError: this is not the end of a feed of the format.
        """
        if not feed.endswith(self._end):
            raise ValueError(f"The feed does not end with {self._end!r}.")
        return b"".join((feed.removesuffix(self._end), *entries, self._end))

    def _wrap(self, entry: _Element) -> bytes:
        root = copy(self._root)
        parent = root
        while len(parent):
            parent = parent[0]
        parent.append(entry)
        return etree.tostring(root, pretty_print=True, encoding="UTF-8")
