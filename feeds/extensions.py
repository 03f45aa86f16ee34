"""What feedgen lacks, or writes in a way that validators or readers reject.

Each class is a feedgen extension: feedgen makes one per feed or per entry and
calls ``extend_rss`` or ``extend_atom`` with the element it has built so far.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedgen.ext.base import BaseEntryExtension, BaseExtension
from lxml import etree

from .dates import rfc822

if TYPE_CHECKING:
    from datetime import datetime

    from lxml.etree import _Element

    from newsgraph.feeds.entry import Picture

MEDIA = "http://search.yahoo.com/mrss/"
DUBLIN_CORE = "http://purl.org/dc/elements/1.1/"

# A table of our own: the standard library's grows from one Python to the next and
# with the files of the machine, and the same story must give the same bytes.
_IMAGE_TYPES = {
    "avif": "image/avif",
    "gif": "image/gif",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "png": "image/png",
    "svg": "image/svg+xml",
    "webp": "image/webp",
}


class MediaExtension(BaseExtension):  # type: ignore[misc]  # feedgen ships no types
    """Declares the namespace of Media RSS at the feed's root."""

    def extend_ns(self) -> dict[str, str]:
        """Name the prefix that readers expect."""
        return {"media": MEDIA}


class MediaEntryExtension(BaseEntryExtension):  # type: ignore[misc]  # as above
    """A picture as ``media:content``, straight in its item (Media RSS 1.5.1).

    feedgen's own puts it in a ``media:group``, which is for several renditions
    of one thing: validators warn of a group of one, and some readers pass it by.
    """

    def __init__(self) -> None:
        self._picture: Picture | None = None

    def picture(self, picture: Picture) -> None:
        """Set the entry's picture."""
        self._picture = picture

    def extend_rss(self, feed: _Element) -> _Element:
        """Write the picture into an item."""
        if self._picture is not None:
            content = etree.SubElement(feed, f"{{{MEDIA}}}content", url=self._picture.url)
            if (media_type := image_type(self._picture.url)) is not None:
                content.set("type", media_type)
            content.set("medium", "image")
            for name in ("width", "height"):
                if (pixels := getattr(self._picture, name)) is not None:
                    content.set(name, str(pixels))
            # Some readers look only for the one, and some only for the other.
            attributes = {name: content.get(name) for name in ("url", "width", "height")}
            etree.SubElement(
                feed, f"{{{MEDIA}}}thumbnail", {k: v for k, v in attributes.items() if v}
            )
        return feed

    def extend_atom(self, feed: _Element) -> _Element:
        """Write the picture into an entry, where it looks the same."""
        return self.extend_rss(feed)


class CreatorExtension(BaseExtension):  # type: ignore[misc]  # as above
    """Declares the namespace of Dublin Core at the feed's root."""

    def extend_ns(self) -> dict[str, str]:
        """Name the prefix that readers expect."""
        return {"dc": DUBLIN_CORE}


class CreatorEntryExtension(BaseEntryExtension):  # type: ignore[misc]  # as above
    """Who an RSS item is by, as ``dc:creator`` (RSS Best Practices Profile).

    RSS's own ``author`` must be an e-mail address, which a name is not.
    """

    def __init__(self) -> None:
        self._names: tuple[str, ...] = ()

    def names(self, names: tuple[str, ...]) -> None:
        """Set the names, in the order in which they are written."""
        self._names = names

    def extend_rss(self, feed: _Element) -> _Element:
        """Write one element for each name."""
        for name in self._names:
            etree.SubElement(feed, f"{{{DUBLIN_CORE}}}creator").text = name
        return feed


class BuildDateExtension(BaseExtension):  # type: ignore[misc]  # as above
    """The ``lastBuildDate`` of RSS 2.0, from the data or not at all.

    feedgen always writes one, and it cannot be told that there is none.
    """

    def __init__(self) -> None:
        self._when: datetime | None = None

    def built(self, when: datetime | None) -> None:
        """Set when the channel last changed; None takes the element away."""
        self._when = when

    def extend_rss(self, feed: _Element) -> _Element:
        """Put our date in place of feedgen's."""
        channel = feed[0]
        for element in channel.findall("lastBuildDate"):
            if self._when is None:
                channel.remove(element)
            else:
                element.text = rfc822(self._when)
        return feed


class PublicationDateEntryExtension(BaseEntryExtension):  # type: ignore[misc]  # as above
    """The ``pubDate`` of an RSS item.

    feedgen switches the whole process's locale and back for each date it writes:
    slow, and other threads would see it.
    """

    def __init__(self) -> None:
        self._when: datetime | None = None

    def published(self, when: datetime) -> None:
        """Set when the story was published."""
        self._when = when

    def extend_rss(self, feed: _Element) -> _Element:
        """Write the date where there is one: RSS 2.0 does not require it."""
        if self._when is not None:
            etree.SubElement(feed, "pubDate").text = rfc822(self._when)
        return feed


def image_type(url: str) -> str | None:
    """Tell an image's media type from its address, where its ending says so."""
    path = url.partition("#")[0].partition("?")[0]
    return _IMAGE_TYPES.get(path.rpartition("/")[2].rpartition(".")[2].lower())
