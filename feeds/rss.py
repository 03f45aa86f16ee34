"""Renders entries as an RSS 2.0 feed (https://www.rssboard.org/rss-specification)."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from feedgen.ext.base import BaseEntryExtension, BaseExtension

from newsgraph.feeds.feedgen_base import add_entry, create_feed_generator
from newsgraph.feeds.sanitize_entries import creator_names, sanitize_entry, sanitize_metadata

from .extensions import (
    BuildDateExtension,
    CreatorEntryExtension,
    CreatorExtension,
    PublicationDateEntryExtension,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsgraph.feeds.entry import Entry, FeedMetadata

RSS_MEDIA_TYPE = "application/rss+xml"


def render_rss(metadata: FeedMetadata, entries: Sequence[Entry]) -> bytes:
    """Render a feed as RSS 2.0 in UTF-8, with its entries in the given order.

    Readers parse an item's description as HTML, so its plain text is HTML-escaped. All
    other elements are plain text (RSS Best Practices Profile, "Character Data") and are
    not: many readers would display an HTML-escaped title as ``AT&amp;T``.

    Equal arguments give equal bytes. Call this on one thread at a time: feedgen changes
    the process's locale while it writes the channel.

    Raises:
        ValueError: a time is naive.
    """
    metadata = sanitize_metadata(metadata)
    feed = create_feed_generator(metadata, RSS_MEDIA_TYPE)
    feed.register_extension("dc", CreatorExtension, CreatorEntryExtension)
    feed.register_extension("build_date", BuildDateExtension, BaseEntryExtension)
    feed.register_extension("publication_date", BaseExtension, PublicationDateEntryExtension)
    feed.build_date.set_build_date(metadata.updated)
    if metadata.ttl_minutes is not None:
        feed.ttl(metadata.ttl_minutes)
    for entry in map(sanitize_entry, entries):
        feed_entry = add_entry(feed, metadata, entry)
        if entry.summary is not None:
            feed_entry.description(escape(entry.summary, quote=False), isSummary=True)
        feed_entry.dc.set_names(creator_names(entry))
        if entry.source is not None:
            feed_entry.source(entry.source.feed_url, entry.source.title)
        # An item has one enclosure (RSS Best Practices Profile, "enclosure").
        for file in entry.attachments[:1]:
            feed_entry.enclosure(file.url, file.size, file.media_type)
        if entry.published is not None:
            feed_entry.publication_date.set_published(entry.published)
    return _use_hexadecimal_references(feed.rss_str(pretty=True))


def _use_hexadecimal_references(xml: bytes) -> bytes:
    """Replace the entities of ``&``, ``<`` and ``>`` with hexadecimal character references.

    They mean the same to an XML parser. According to the RSS Best Practices Profile this is
    the form that most readers display as plain text.
    """
    return xml.replace(b"&amp;", b"&#x26;").replace(b"&lt;", b"&#x3C;").replace(b"&gt;", b"&#x3E;")
