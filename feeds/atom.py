"""Renders entries as an Atom 1.0 feed (RFC 4287)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsgraph.feeds.atom_source_and_links import AtomEntryExtension
from newsgraph.feeds.entry_position import EntryPosition
from newsgraph.feeds.extensions import MEDIA_NAMESPACE
from newsgraph.feeds.feedgen_base import create_feed_entry, create_feed_generator
from newsgraph.feeds.sanitize_entries import (
    creators,
    entry_options,
    language_in,
    sanitize_entry,
    sanitize_metadata,
)

from .dates import to_utc

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsgraph.feeds.entry import Entry, EntryOptions, FeedMetadata

ATOM_MEDIA_TYPE = "application/atom+xml"


# feedgen creates Atom's elements without a namespace, because the root declares it.
_ENTRIES = EntryPosition(("feed",), {"media": MEDIA_NAMESPACE})


def render_atom(metadata: FeedMetadata, entries: Sequence[Entry]) -> bytes:
    """Render a feed as Atom 1.0 in UTF-8, with its entries in the given order.

    Equal arguments give equal bytes.

    Raises:
        ValueError: a time is naive.
    """
    options = entry_options(metadata)
    return compose_atom(metadata, [render_atom_entry(options, entry) for entry in entries])


def render_atom_entry(options: EntryOptions, entry: Entry) -> bytes:
    """Render an entry as an ``entry`` of Atom, in UTF-8 and indented as in a feed.

    Titles and summaries are text constructs of type ``text`` (section 3.1.1.1):
    readers display markup in them instead of interpreting it. An entry without a title has an
    empty ``title``, which section 4.1.2 requires.

    Raises:
        ValueError: a time is naive.
    """
    entry = sanitize_entry(entry)
    element = create_feed_entry(options, entry)
    element.register_extension("newsgraph_atom", AtomEntryExtension, rss=False)
    element.newsgraph_atom.set_entry(entry, language_in(options, entry))
    element.id(entry.atom_id or entry.guid)
    if not entry.title:
        # feedgen requires a title; the extension removes it.
        element.title(entry.guid)
    if entry.summary is not None:
        element.summary(entry.summary, type="text")
    for creator in creators(entry):
        uri = {"uri": creator.url} if creator.url else {}
        element.author({"name": creator.name, **uri})
    if entry.published is not None:
        element.published(to_utc(entry.published))
    return _ENTRIES.serialize(element.atom_entry())


def compose_atom(metadata: FeedMetadata, entries: Sequence[bytes]) -> bytes:
    """Compose an Atom 1.0 feed in UTF-8 of entries, in the given order.

    The feed's author applies to every entry without authors (section 4.2.1). Equal arguments give
    equal bytes.

    Args:
        metadata: the feed's metadata; what `entry_options` takes from it was used for the entries.
        entries: results of `render_atom_entry`.

    Raises:
        ValueError: a time is naive.
    """
    metadata = sanitize_metadata(metadata)
    feed = create_feed_generator(metadata, ATOM_MEDIA_TYPE)
    author = {"name": metadata.author, "uri": metadata.author_url, "email": metadata.email}
    feed.author({name: text for name, text in author.items() if text})
    feed.icon(metadata.icon_url)
    feed.logo(metadata.logo_url)
    return _ENTRIES.insert(feed.atom_str(pretty=True), entries)
