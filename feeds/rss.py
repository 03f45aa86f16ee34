"""Renders entries as an RSS 2.0 feed (https://www.rssboard.org/rss-specification)."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from newsgraph.feeds.entry_position import EntryPosition
from newsgraph.feeds.feedgen_base import create_feed_entry, create_feed_generator
from newsgraph.feeds.sanitize_entries import (
    creators,
    entry_options,
    language_in,
    sanitize_entry,
    sanitize_metadata,
)

from .extensions import (
    DUBLIN_CORE_NAMESPACE,
    MEDIA_NAMESPACE,
    BuildDateExtension,
    DublinCoreEntryExtension,
    DublinCoreExtension,
    PublicationDateEntryExtension,
    image_media_type,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsgraph.feeds.entry import Entry, EntryOptions, FeedMetadata

RSS_MEDIA_TYPE = "application/rss+xml"

_CHANNEL_IMAGE_TYPES = ("image/gif", "image/jpeg", "image/png", None)
"""What the specification allows in ``image``, and pictures whose URLs do not show their type."""


_ITEMS = EntryPosition(
    ("rss", "channel"),
    {
        "content": "http://purl.org/rss/1.0/modules/content/",
        "dc": DUBLIN_CORE_NAMESPACE,
        "media": MEDIA_NAMESPACE,
    },
)


def render_rss(metadata: FeedMetadata, entries: Sequence[Entry]) -> bytes:
    """Render a feed as RSS 2.0 in UTF-8, with its entries in the given order.

    Equal arguments give equal bytes. Call this on one thread at a time, as `compose_rss`.

    Raises:
        ValueError: a time is naive.
    """
    options = entry_options(metadata)
    return compose_rss(metadata, [render_rss_item(options, entry) for entry in entries])


def render_rss_item(options: EntryOptions, entry: Entry) -> bytes:
    """Render an entry as an ``item`` of RSS, in UTF-8 and indented as in a feed.

    Readers parse an item's description as HTML, so its plain text is HTML-escaped. All
    other elements are plain text (RSS Best Practices Profile, "Character Data") and are
    not: many readers would display an HTML-escaped title as ``AT&amp;T``.

    An item without a title has no ``title`` if it has a description. If the size of a file is
    unknown, its length is 0 (RSS Best Practices Profile, "enclosure").

    Raises:
        ValueError: a time is naive.
    """
    entry = sanitize_entry(entry)
    item = create_feed_entry(options, entry)
    item.register_extension("dc", DublinCoreEntryExtension)
    item.register_extension("publication_date", PublicationDateEntryExtension)
    if entry.summary is not None:
        item.description(escape(entry.summary, quote=False), isSummary=True)
    if not (entry.title or entry.summary or item.content()):
        # An item needs a title or a description.
        item.title(entry.link or entry.guid)
    item.dc.set_names([author.name for author in creators(entry)])
    item.dc.set_language(language_in(options, entry))
    if entry.source is not None:
        item.source(entry.source.feed_url, entry.source.title)
    # An item has one enclosure (RSS Best Practices Profile, "enclosure").
    for file in entry.attachments[:1]:
        item.enclosure(file.url, file.size or 0, file.media_type)
    if entry.published is not None:
        item.publication_date.set_published(entry.published)
    return _use_hexadecimal_references(_ITEMS.serialize(item.rss_entry()))


def compose_rss(metadata: FeedMetadata, items: Sequence[bytes]) -> bytes:
    """Compose an RSS 2.0 feed in UTF-8 of items, in the given order.

    Equal arguments give equal bytes. Call this on one thread at a time: feedgen changes
    the process's locale while it writes the channel.

    Args:
        metadata: the feed's metadata; what `entry_options` takes from it was used for the items.
        items: results of `render_rss_item`.

    Raises:
        ValueError: a time is naive.
    """
    metadata = sanitize_metadata(metadata)
    feed = create_feed_generator(metadata, RSS_MEDIA_TYPE)
    feed.register_extension("dc", DublinCoreExtension)
    feed.register_extension("build_date", BuildDateExtension)
    feed.build_date.set_build_date(metadata.updated)
    if metadata.ttl_minutes is not None:
        feed.ttl(metadata.ttl_minutes)
    if metadata.email is not None:
        contact = f"{metadata.email} ({_without_parentheses(metadata.author)})"
        feed.managingEditor(contact)
        feed.webMaster(contact)
    for picture in (metadata.logo_url, metadata.icon_url):
        if picture is not None and image_media_type(picture) in _CHANNEL_IMAGE_TYPES:
            feed.image(picture, metadata.title, metadata.home_url)
            break
    return _ITEMS.insert(_use_hexadecimal_references(feed.rss_str(pretty=True)), items)


def _without_parentheses(name: str) -> str:
    """Return a name as a comment of an address can contain it (RFC 822 section 3.4.3)."""
    return name.translate({ord(character): None for character in "()\\"})


def _use_hexadecimal_references(xml: bytes) -> bytes:
    """Replace the entities of ``&``, ``<`` and ``>`` with hexadecimal character references.

    They mean the same to an XML parser. According to the RSS Best Practices Profile this is
    the form that most readers display as plain text.
    """
    return xml.replace(b"&amp;", b"&#x26;").replace(b"&lt;", b"&#x3C;").replace(b"&gt;", b"&#x3E;")
