"""What feedgen cannot write of an Atom entry: source, links, language, and an empty title."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedgen.ext.base import BaseEntryExtension
from lxml import etree

from newsgraph.feeds.dates import to_utc

if TYPE_CHECKING:
    from lxml.etree import _Element

    from newsgraph.feeds.entry import Entry, SourceFeed

_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


class AtomEntryExtension(BaseEntryExtension):  # type: ignore[misc]  # feedgen ships no types
    """Writes an entry's ``source``, its language, and its links to related stories and files.

    feedgen's own ``source`` has no id, which RFC 4287 section 4.2.11 recommends, and feedgen
    refuses an entry without a title. feedgen creates Atom's elements without a namespace, because
    the root declares it; so does this class.
    """

    def __init__(self) -> None:
        self._entry: Entry | None = None
        self._language: str | None = None

    def set_entry(self, entry: Entry, language: str | None) -> None:
        """Set the entry to write.

        Args:
            entry: the sanitized entry.
            language: its language; None writes none, and that of the feed applies.
        """
        self._entry, self._language = entry, language

    def extend_atom(self, element: _Element) -> _Element:
        """Append the links and then the source to an ``entry`` element."""
        entry = self._entry
        if entry is None:
            return element
        if self._language is not None:
            element.set(_LANGUAGE, self._language)
        title = element.find("title")
        if not entry.title and title is not None:
            title.text = None
        for story in entry.related:
            link = etree.SubElement(element, "link", href=story.link, rel="related")
            link.set("title", story.title)
        for file in entry.attachments:
            # feedgen's own links have no attributes besides the URL.
            enclosure = etree.SubElement(element, "link", href=file.url, rel="enclosure")
            enclosure.set("type", file.media_type)
            if file.size is not None:
                enclosure.set("length", str(file.size))
        if entry.source is not None:
            # The source feed was updated no earlier than the entry taken from it.
            element.append(_source_element(entry.source, to_utc(entry.updated).isoformat()))
        return element


def _source_element(source: SourceFeed, updated: str) -> _Element:
    element = etree.Element("source")
    for name, text in (("id", source.id), ("title", source.title), ("updated", updated)):
        etree.SubElement(element, name).text = text
    etree.SubElement(element, "link", href=source.feed_url, rel="self")
    etree.SubElement(element, "link", href=source.home_url, rel="alternate")
    return element
