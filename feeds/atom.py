"""Renders entries as an Atom 1.0 feed (RFC 4287)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedgen.ext.base import BaseExtension

from newsgraph.feeds.atom_source_and_links import AtomEntryExtension
from newsgraph.feeds.feedgen_base import add_entry, create_feed_generator
from newsgraph.feeds.sanitize_entries import (
    creators,
    language_in,
    sanitize_entry,
    sanitize_metadata,
    source_in,
)

from .dates import to_utc

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsgraph.feeds.entry import Entry, FeedMetadata

ATOM_MEDIA_TYPE = "application/atom+xml"


def render_atom(metadata: FeedMetadata, entries: Sequence[Entry]) -> bytes:
    """Render a feed as Atom 1.0 in UTF-8, with its entries in the given order.

    Titles and summaries are text constructs of type ``text`` (section 3.1.1.1):
    readers display markup in them instead of interpreting it. The feed's author
    applies to every entry without authors (section 4.2.1). An entry without a title has an empty
    ``title``, which section 4.1.2 requires.

    Equal arguments give equal bytes.

    Raises:
        ValueError: a time is naive.
    """
    metadata = sanitize_metadata(metadata)
    feed = create_feed_generator(metadata, ATOM_MEDIA_TYPE)
    feed.register_extension("newsgraph_atom", BaseExtension, AtomEntryExtension, rss=False)
    author = {"name": metadata.author, "uri": metadata.author_url, "email": metadata.email}
    feed.author({name: text for name, text in author.items() if text})
    feed.icon(metadata.icon_url)
    feed.logo(metadata.logo_url)
    for entry in map(sanitize_entry, entries):
        feed_entry = add_entry(feed, metadata, entry)
        feed_entry.newsgraph_atom.set_entry(
            entry, source_in(metadata, entry), language_in(metadata, entry)
        )
        feed_entry.id(entry.atom_id or entry.guid)
        if not entry.title:
            # feedgen requires a title; the extension removes it.
            feed_entry.title(entry.guid)
        if entry.summary is not None:
            feed_entry.summary(entry.summary, type="text")
        for creator in creators(entry):
            uri = {"uri": creator.url} if creator.url else {}
            feed_entry.author({"name": creator.name, **uri})
        if entry.published is not None:
            feed_entry.published(to_utc(entry.published))
    xml: bytes = feed.atom_str(pretty=True)
    return xml
