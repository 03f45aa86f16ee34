"""The links from a feed document to its hub and to its other documents (RFC 5005)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedgen.ext.base import BaseExtension
from lxml import etree

if TYPE_CHECKING:
    from lxml.etree import _Element

    from newsgraph.feeds.entry import Channel, Paging

ATOM = "http://www.w3.org/2005/Atom"
HISTORY = "http://purl.org/syndication/history/1.0"

RELATIONS = {
    "first": "first",
    "previous": "previous",
    "next": "next",
    "last": "last",
    "prev_archive": "prev-archive",
    "next_archive": "next-archive",
    "current": "current",
}
"""The relation (RFC 5005, registered with IANA) that each part of a `Paging` is."""


def relations(channel: Channel) -> list[tuple[str, str]]:
    """Return the relations of a channel to other documents, and their addresses."""
    found = [(rel, getattr(channel.paging, name)) for name, rel in RELATIONS.items()]
    return [("hub", channel.hub or ""), *found] if channel.hub else found


def is_archive(paging: Paging) -> bool:
    """Tell whether a document is an archive: only those lead back to the feed itself."""
    return paging.current is not None


class DocumentsExtension(BaseExtension):  # type: ignore[misc]  # feedgen ships no types
    """A channel's links in Atom's own form, in RSS too.

    feedgen writes one link of relation ``self`` into RSS, and no other relation.
    """

    def __init__(self) -> None:
        self._channel: Channel | None = None

    def channel(self, channel: Channel) -> None:
        """Set the channel, whose links are sanitised."""
        self._channel = channel

    def extend_ns(self) -> dict[str, str]:
        """Name the prefix of archives, where the document is one."""
        return {"fh": HISTORY} if self._channel and is_archive(self._channel.paging) else {}

    def extend_rss(self, feed: _Element) -> _Element:
        """Write the links into an RSS channel, before its items."""
        self._write(feed[0], f"{{{ATOM}}}link")
        return feed

    def extend_atom(self, feed: _Element) -> _Element:
        """Write the links into an Atom feed, before its entries."""
        # feedgen writes Atom's elements without their namespace, which its root declares.
        self._write(feed, "link")
        return feed

    def _write(self, element: _Element, link: str) -> None:
        if self._channel is None:
            return
        for rel, href in relations(self._channel):
            if href:
                etree.SubElement(element, link, href=href, rel=rel)
        if is_archive(self._channel.paging):
            etree.SubElement(element, f"{{{HISTORY}}}archive")
