"""Stories as Atom 1.0 (RFC 4287)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedgen.ext.base import BaseExtension

from newsgraph.feeds.atom_entry import BesideEntryExtension
from newsgraph.feeds.feedgen_base import add_story, new_feed
from newsgraph.feeds.sanitize import creators, sanitised_channel, sanitised_story

from .dates import in_utc

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsgraph.feeds.entry import Channel, Story

ATOM_TYPE = "application/atom+xml"


def render_atom(channel: Channel, stories: Sequence[Story]) -> bytes:
    """Render a channel and its stories, in the given order, as Atom 1.0 in UTF-8.

    Titles and summaries are text constructs of type ``text`` (section 3.1.1.1):
    markup in them is shown, not interpreted. The channel's author serves every
    entry that names none (section 4.2.1).

    The same arguments give the same bytes.

    Raises:
        ValueError: a time is naive.
    """
    channel = sanitised_channel(channel)
    feed = new_feed(channel, ATOM_TYPE)
    feed.register_extension("beside", BaseExtension, BesideEntryExtension, rss=False)
    feed.author(name=channel.author)
    for story in map(sanitised_story, stories):
        entry = add_story(feed, channel, story)
        entry.beside.story(story)
        if story.summary is not None:
            entry.summary(story.summary, type="text")
        for name in creators(story):
            entry.author(name=name)
        if story.published is not None:
            entry.published(in_utc(story.published))
    xml: bytes = feed.atom_str(pretty=True)
    return xml
