"""The parts of RSS and Atom feeds that are the same, as calls to feedgen.

By default feedgen reads the clock for missing dates, orders links and entries in its own
way, and writes its name and version as the generator. The functions here override this.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from feedgen.entry import FeedEntry
from feedgen.feed import FeedGenerator

from newsgraph.feeds.content_html import content_html
from newsgraph.feeds.dates import UNKNOWN_UPDATED, to_utc
from newsgraph.feeds.extensions import MediaEntryExtension, MediaExtension
from newsgraph.feeds.hub_and_paging_links import PagingLinksExtension

if TYPE_CHECKING:
    from newsgraph.feeds.entry import Entry, EntryOptions, FeedMetadata, Image

# Without a version: a new release alone must not change a feed's bytes.
_GENERATOR = "newsgraph"


def create_feed_generator(metadata: FeedMetadata, media_type: str) -> Any:  # noqa: ANN401 - feedgen ships no types
    """Create a feedgen ``FeedGenerator`` without entries.

    Args:
        metadata: sanitized metadata of the feed.
        media_type: the feed's media type, for the link to itself.
    """
    feed = FeedGenerator()
    feed.register_extension("media", MediaExtension)
    feed.register_extension("paging_links", PagingLinksExtension)
    feed.paging_links.set_metadata(metadata)
    feed.id(metadata.id)
    feed.title(metadata.title)
    feed.description(metadata.description)
    feed.generator(_GENERATOR)
    feed.updated(UNKNOWN_UPDATED if metadata.updated is None else to_utc(metadata.updated))
    if metadata.language is not None:
        feed.language(metadata.language)
    if metadata.copyright is not None:
        feed.rights(metadata.copyright)
    feed.link(href=metadata.self_url, rel="self", type=media_type)
    # The last link added becomes the <link> of an RSS channel, whatever its rel.
    feed.link(href=metadata.home_url, rel="alternate", type="text/html")
    return feed


def create_feed_entry(options: EntryOptions, entry: Entry) -> Any:  # noqa: ANN401 - as above
    """Create a feedgen ``FeedEntry`` of a sanitized entry."""
    feed_entry = FeedEntry()
    feed_entry.register_extension("media", MediaEntryExtension)
    # Sets the guid of RSS too, with isPermaLink="false".
    feed_entry.id(entry.guid)
    if entry.title:
        feed_entry.title(entry.title)
    # feedgen omits the rel when it writes an Atom entry, where no rel means the same
    # (RFC 4287 section 4.2.7.2); without the rel there would be no link in RSS.
    feed_entry.link(href=entry.link, rel="alternate")
    feed_entry.updated(to_utc(entry.updated))
    for category in entry.categories:
        feed_entry.category(term=category.term, label=category.label, scheme=category.scheme)
    html = (
        None
        if options.summary_only
        else content_html(entry, include_related=options.include_related)
    )
    if html is not None:
        feed_entry.content(html, type="html")
    if entry.image is not None:
        feed_entry.media.set_image(_described_image(entry.image, entry, html))
    return feed_entry


def _described_image(image: Image, entry: Entry, html: str | None) -> Image:
    """Return an image without the texts that programs take for those of the entry.

    feedparser, and what is built with it, reads ``media:title`` as the title of an entry without
    one, and ``media:description`` as the content or the summary of an entry that lacks it.
    """
    return replace(
        image,
        title=image.title if entry.title else None,
        alt=image.alt if entry.summary and html is not None else None,
    )
