"""The links of a feed document to its WebSub hub and to the feed's other documents (RFC 5005)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedgen.ext.base import BaseExtension
from lxml import etree

if TYPE_CHECKING:
    from lxml.etree import _Element

    from newsgraph.feeds.entry import FeedMetadata, PagingLinks

ATOM_NAMESPACE = "http://www.w3.org/2005/Atom"
HISTORY_NAMESPACE = "http://purl.org/syndication/history/1.0"

PAGING_RELATIONS = {
    "first": "first",
    "previous": "previous",
    "next": "next",
    "last": "last",
    "prev_archive": "prev-archive",
    "next_archive": "next-archive",
    "current": "current",
}
"""The link relation (RFC 5005, registered with IANA) of each attribute of `PagingLinks`."""


def link_relations(metadata: FeedMetadata) -> list[tuple[str, str | None]]:
    """Return pairs of a link relation and its URL; the URL is None where there is no link."""
    links = [(rel, getattr(metadata.paging, name)) for name, rel in PAGING_RELATIONS.items()]
    return [("hub", metadata.hub_url or ""), *links] if metadata.hub_url else links


def is_archive(paging: PagingLinks) -> bool:
    """Return whether a document is an archive: only archives link to the current feed."""
    return paging.current is not None


class PagingLinksExtension(BaseExtension):  # type: ignore[misc]  # feedgen ships no types
    """Writes a feed's links as ``atom:link``, in RSS too.

    feedgen writes only the link with ``rel="self"`` into RSS.
    """

    def __init__(self) -> None:
        self._metadata: FeedMetadata | None = None

    def set_metadata(self, metadata: FeedMetadata) -> None:
        """Set the feed's metadata, which must be sanitized."""
        self._metadata = metadata

    def extend_ns(self) -> dict[str, str]:
        """Return the namespace of archives if the document is one."""
        if self._metadata and is_archive(self._metadata.paging):
            return {"fh": HISTORY_NAMESPACE}
        return {}

    def extend_rss(self, rss: _Element) -> _Element:
        """Append the links to an RSS channel, before its items."""
        self._append_links(rss[0], f"{{{ATOM_NAMESPACE}}}link")
        return rss

    def extend_atom(self, feed: _Element) -> _Element:
        """Append the links to an Atom feed, before its entries."""
        # feedgen creates Atom's elements without a namespace, because the root declares it.
        self._append_links(feed, "link")
        return feed

    def _append_links(self, parent: _Element, tag: str) -> None:
        if self._metadata is None:
            return
        for rel, href in link_relations(self._metadata):
            if href:
                etree.SubElement(parent, tag, href=href, rel=rel)
        if is_archive(self._metadata.paging):
            etree.SubElement(parent, f"{{{HISTORY_NAMESPACE}}}archive")
