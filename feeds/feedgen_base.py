"""What both kinds of feed have in common, said to feedgen.

feedgen asks the clock for every date that it is not given, keeps links and
entries in an order of its own, and names itself and its version as the
generator. All of that is settled here, once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from feedgen.ext.base import BaseEntryExtension
from feedgen.feed import FeedGenerator

from newsgraph.feeds.content import content
from newsgraph.feeds.dates import EPOCH, in_utc
from newsgraph.feeds.extensions import MediaEntryExtension, MediaExtension
from newsgraph.feeds.paging_links import DocumentsExtension

if TYPE_CHECKING:
    from newsgraph.feeds.entry import Channel, Story

# Without a version: a new release alone must not change a feed's bytes.
_GENERATOR = "newsgraph"


def new_feed(channel: Channel, media_type: str) -> Any:  # noqa: ANN401 - feedgen ships no types
    """Begin a feed of a sanitised channel, without entries.

    Args:
        channel: what the feed says of itself.
        media_type: the feed's own, for the link to itself.
    """
    feed = FeedGenerator()
    feed.register_extension("media", MediaExtension, MediaEntryExtension)
    feed.register_extension("documents", DocumentsExtension, BaseEntryExtension)
    feed.documents.channel(channel)
    feed.id(channel.id)
    feed.title(channel.title)
    feed.description(channel.description)
    feed.generator(_GENERATOR)
    feed.updated(EPOCH if channel.updated is None else in_utc(channel.updated))
    if channel.language is not None:
        feed.language(channel.language)
    feed.link(href=channel.self_url, rel="self", type=media_type)
    # The last link added becomes the <link> of an RSS channel, whatever its rel.
    feed.link(href=channel.home_url, rel="alternate", type="text/html")
    return feed


def add_story(feed: Any, channel: Channel, story: Story) -> Any:  # noqa: ANN401 - as above
    """Add a sanitised story of a channel after those that the feed has; return its entry."""
    entry = feed.add_entry(order="append")
    # Sets the guid of RSS too, with isPermaLink="false".
    entry.id(story.guid)
    entry.title(story.title)
    # feedgen loses the rel when it writes an entry of Atom, where none means the
    # same (RFC 4287 section 4.2.7.2); without it there would be no link in RSS.
    entry.link(href=story.link, rel="alternate")
    entry.updated(in_utc(story.updated))
    for category in story.categories:
        entry.category(term=category.term, label=category.label, scheme=category.scheme)
    if (whole := content(story, with_related=channel.with_related)) is not None:
        entry.content(whole, type="html")
    if story.picture is not None:
        entry.media.picture(story.picture)
    return entry
