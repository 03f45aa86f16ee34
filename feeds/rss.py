"""Stories as RSS 2.0 (https://www.rssboard.org/rss-specification)."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from feedgen.ext.base import BaseEntryExtension, BaseExtension

from newsgraph.feeds.feedgen_base import add_story, new_feed
from newsgraph.feeds.sanitize import creators, sanitised_channel, sanitised_story

from .extensions import (
    BuildDateExtension,
    CreatorEntryExtension,
    CreatorExtension,
    PublicationDateEntryExtension,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsgraph.feeds.entry import Channel, Story

RSS_TYPE = "application/rss+xml"


def render_rss(channel: Channel, stories: Sequence[Story]) -> bytes:
    """Render a channel and its stories, in the given order, as RSS 2.0 in UTF-8.

    An item's description is HTML to every reader, so its plain text is escaped
    once more. All else is plain text (RSS Best Practices Profile, "Character
    Data") and is not: a title escaped twice shows ``AT&amp;T`` in many readers.

    The same arguments give the same bytes. Call it on one thread at a time:
    feedgen switches the process's locale while it writes the channel.

    Raises:
        ValueError: a time is naive.
    """
    channel = sanitised_channel(channel)
    feed = new_feed(channel, RSS_TYPE)
    feed.register_extension("dc", CreatorExtension, CreatorEntryExtension)
    feed.register_extension("built", BuildDateExtension, BaseEntryExtension)
    feed.register_extension("dates", BaseExtension, PublicationDateEntryExtension)
    feed.built.built(channel.updated)
    if channel.ttl_minutes is not None:
        feed.ttl(channel.ttl_minutes)
    for story in map(sanitised_story, stories):
        entry = add_story(feed, channel, story)
        if story.summary is not None:
            entry.description(escape(story.summary, quote=False), isSummary=True)
        entry.dc.names(creators(story))
        if story.source is not None:
            entry.source(story.source.feed_url, story.source.title)
        if story.published is not None:
            entry.dates.published(story.published)
    return _hexadecimal(feed.rss_str(pretty=True))


def _hexadecimal(xml: bytes) -> bytes:
    """Write ``&``, ``<`` and ``>`` in text as hexadecimal references.

    To an XML parser they are the same. The RSS Best Practices Profile found that
    the most readers take these, and only these, for plain text.
    """
    return xml.replace(b"&amp;", b"&#x26;").replace(b"&lt;", b"&#x3C;").replace(b"&gt;", b"&#x3E;")
