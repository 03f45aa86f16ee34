"""feedgen extensions for elements that feedgen lacks or writes in a form that clients reject.

feedgen creates one instance of an extension per feed or per entry, and calls its
``extend_rss`` or ``extend_atom`` with the element that it has built so far.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedgen.ext.base import BaseEntryExtension, BaseExtension
from lxml import etree

from .dates import format_rfc822

if TYPE_CHECKING:
    from datetime import datetime

    from lxml.etree import _Element

    from newsgraph.feeds.entry import Image

MEDIA_NAMESPACE = "http://search.yahoo.com/mrss/"
DUBLIN_CORE_NAMESPACE = "http://purl.org/dc/elements/1.1/"

ICON_MEDIA_TYPE = "image/vnd.microsoft.icon"

# Not the standard library's table: that one differs between Python versions and with the
# files of the machine, and equal entries must give equal bytes.
_IMAGE_MEDIA_TYPES = {
    "avif": "image/avif",
    "gif": "image/gif",
    "ico": ICON_MEDIA_TYPE,
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "png": "image/png",
    "svg": "image/svg+xml",
    "webp": "image/webp",
}


class MediaExtension(BaseExtension):  # type: ignore[misc]  # feedgen ships no types
    """Declares the namespace of Media RSS at the feed's root."""

    def extend_ns(self) -> dict[str, str]:
        """Return the namespace with the prefix that readers expect."""
        return {"media": MEDIA_NAMESPACE}


class MediaEntryExtension(BaseEntryExtension):  # type: ignore[misc]  # as above
    """Writes an entry's image as ``media:content``, a child of the entry (Media RSS 1.5.1).

    feedgen's own extension puts it into a ``media:group``, which is for several renditions
    of one object: validators warn about a group of one, and some readers ignore it.
    """

    def __init__(self) -> None:
        self._image: Image | None = None

    def set_image(self, image: Image) -> None:
        """Set the entry's image; its texts are written if it has them."""
        self._image = image

    def extend_rss(self, entry: _Element) -> _Element:
        """Append the image to an RSS item."""
        if self._image is not None:
            content = etree.SubElement(entry, f"{{{MEDIA_NAMESPACE}}}content", url=self._image.url)
            if (media_type := image_media_type(self._image.url)) is not None:
                content.set("type", media_type)
            content.set("medium", "image")
            for name in ("width", "height"):
                if (pixels := getattr(self._image, name)) is not None:
                    content.set(name, str(pixels))
            for name, text in (
                ("title", self._image.title),
                ("description", self._image.alt),
                ("credit", self._image.credit),
            ):
                if text is not None:
                    etree.SubElement(content, f"{{{MEDIA_NAMESPACE}}}{name}").text = text
            # Some readers support only media:content, others only media:thumbnail.
            attributes = {name: content.get(name) for name in ("url", "width", "height")}
            etree.SubElement(
                entry,
                f"{{{MEDIA_NAMESPACE}}}thumbnail",
                {name: value for name, value in attributes.items() if value},
            )
        return entry

    def extend_atom(self, entry: _Element) -> _Element:
        """Append the image to an Atom entry, in the same form as in RSS.

        The summary follows: feedparser has the details of the last one of these, and takes
        ``media:description`` for one. In RSS, content must not precede a description.
        """
        self.extend_rss(entry)
        summary = entry.find("summary")
        if summary is not None and self._image is not None and self._image.alt is not None:
            entry.append(summary)
        return entry


class DublinCoreExtension(BaseExtension):  # type: ignore[misc]  # as above
    """Declares the namespace of Dublin Core at the feed's root."""

    def extend_ns(self) -> dict[str, str]:
        """Return the namespace with the prefix that readers expect."""
        return {"dc": DUBLIN_CORE_NAMESPACE}


class DublinCoreEntryExtension(BaseEntryExtension):  # type: ignore[misc]  # as above
    """Writes creators and language of an RSS item, which RSS itself has no elements for.

    Its ``author`` must contain an e-mail address, not a name (RSS Best Practices Profile), and
    only channels have a ``language``.
    """

    def __init__(self) -> None:
        self._names: list[str] = []
        self._language: str | None = None

    def set_names(self, names: list[str]) -> None:
        """Set the creators' names, in the order in which they are written."""
        self._names = names

    def set_language(self, language: str | None) -> None:
        """Set the item's language; None writes none."""
        self._language = language

    def extend_rss(self, item: _Element) -> _Element:
        """Append one ``dc:creator`` per name, and ``dc:language``."""
        for name in self._names:
            etree.SubElement(item, f"{{{DUBLIN_CORE_NAMESPACE}}}creator").text = name
        if self._language is not None:
            etree.SubElement(item, f"{{{DUBLIN_CORE_NAMESPACE}}}language").text = self._language
        return item


class BuildDateExtension(BaseExtension):  # type: ignore[misc]  # as above
    """Sets or removes the ``lastBuildDate`` of an RSS channel.

    feedgen always writes one and has no option to omit it.
    """

    def __init__(self) -> None:
        self._build_date: datetime | None = None

    def set_build_date(self, build_date: datetime | None) -> None:
        """Set when the feed last changed; None removes the element."""
        self._build_date = build_date

    def extend_rss(self, rss: _Element) -> _Element:
        """Replace feedgen's date in the channel of an ``rss`` element."""
        channel = rss[0]
        for element in channel.findall("lastBuildDate"):
            if self._build_date is None:
                channel.remove(element)
            else:
                element.text = format_rfc822(self._build_date)
        return rss


class PublicationDateEntryExtension(BaseEntryExtension):  # type: ignore[misc]  # as above
    """Writes the ``pubDate`` of an RSS item.

    feedgen changes the locale of the whole process for each date that it writes: that is
    slow, and affects other threads.
    """

    def __init__(self) -> None:
        self._published: datetime | None = None

    def set_published(self, published: datetime) -> None:
        """Set when the entry was published."""
        self._published = published

    def extend_rss(self, item: _Element) -> _Element:
        """Append the date if there is one: RSS 2.0 does not require it."""
        if self._published is not None:
            etree.SubElement(item, "pubDate").text = format_rfc822(self._published)
        return item


def image_media_type(url: str) -> str | None:
    """Guess an image's media type from the file extension in its URL, or return None."""
    path = url.partition("#")[0].partition("?")[0]
    return _IMAGE_MEDIA_TYPES.get(path.rpartition("/")[2].rpartition(".")[2].lower())
