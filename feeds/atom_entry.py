"""What an Atom entry says of other feeds and stories: its source and related links."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedgen.ext.base import BaseEntryExtension
from lxml import etree

from newsgraph.feeds.dates import in_utc

if TYPE_CHECKING:
    from lxml.etree import _Element

    from newsgraph.feeds.entry import Source, Story


class BesideEntryExtension(BaseEntryExtension):  # type: ignore[misc]  # feedgen ships no types
    """The ``source`` and the links of relation ``related`` of an entry (RFC 4287).

    feedgen's own source has no id, which section 4.2.11 asks for. It writes Atom's elements
    without their namespace, which the root declares; so does this.
    """

    def __init__(self) -> None:
        self._story: Story | None = None

    def story(self, story: Story) -> None:
        """Set the entry's story, which is sanitised."""
        self._story = story

    def extend_atom(self, entry: _Element) -> _Element:
        """Write the links, then the source."""
        story = self._story
        if story is None:
            return entry
        for one in story.related:
            link = etree.SubElement(entry, "link", href=one.link, rel="related")
            link.set("title", one.title)
        if story.source is not None:
            # The source was no older than what it has given.
            entry.append(_source(story.source, in_utc(story.updated).isoformat()))
        return entry


def _source(source: Source, updated: str) -> _Element:
    element = etree.Element("source")
    for name, text in (("id", source.id), ("title", source.title), ("updated", updated)):
        etree.SubElement(element, name).text = text
    etree.SubElement(element, "link", href=source.feed_url, rel="self")
    etree.SubElement(element, "link", href=source.home_url, rel="alternate")
    return element
