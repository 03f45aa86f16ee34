"""Reads ids, links and titles of an RSS, Atom or JSON feed. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from lxml import etree

from newsgraph.store.documents.plain_text import plain_text

if TYPE_CHECKING:
    from collections.abc import Iterable

FeedFormat: TypeAlias = Literal["rss", "atom", "json"]

_ATOM_NAMESPACES: Final = ("http://www.w3.org/2005/Atom", "http://purl.org/atom/ns#")


class NotAFeed(Exception):
    """A text is no feed; the message says why."""


@dataclass(frozen=True, slots=True)
class OldEntry:
    """An entry of a feed.

    Attributes:
        id: what readers know it by: its id, or else its link.
        link: the URL of the story; an empty text if there is none.
        title: plain text.
    """

    id: str
    link: str
    title: str


@dataclass(frozen=True, slots=True)
class OldFeed:
    """A feed.

    Attributes:
        format: its format.
        link: the URL of its site; an empty text if there is none.
        entries: its entries. Those without id and link are left out: no reader knows them again.
    """

    format: FeedFormat
    link: str
    entries: tuple[OldEntry, ...]


def parse_feed(data: bytes) -> OldFeed:
    """Parse RSS, Atom or a JSON Feed.

    Entities, DTDs and other files are never loaded.

    Raises:
        NotAFeed: it is none of these.
    """
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return _parse_json(data)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, recover=True, huge_tree=False
    )
    try:
        root = etree.fromstring(data.lstrip(b" \t\r\n"), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise NotAFeed(f"it is no XML: {error}") from error
    if root is None:
        raise NotAFeed("it is no XML")
    name = etree.QName(root)
    if name.localname == "feed" and name.namespace in _ATOM_NAMESPACES:
        return OldFeed(
            "atom", _atom_link(root), _unique(map(_atom_entry, _children(root, "entry")))
        )
    if name.localname in ("rss", "RDF"):
        channel = next(iter(_children(root, "channel")), root)
        # RSS 1.0 has its items beside the channel.
        items = [*_children(channel, "item"), *_children(root, "item")]
        return OldFeed("rss", _text(channel, "link"), _unique(map(_rss_entry, items)))
    raise NotAFeed(f"its root element is {name.localname}")


def _parse_json(data: bytes) -> OldFeed:
    try:
        feed = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise NotAFeed("it is no JSON") from error
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list):
        raise NotAFeed("it is no JSON Feed, as it has no items")
    entries = (_json_entry(item) for item in items if isinstance(item, dict))
    return OldFeed("json", _json_text(feed.get("home_page_url")), _unique(entries))


def _json_entry(item: dict[str, Any]) -> OldEntry:
    link = _json_text(item.get("url"))
    title = _json_text(item.get("title")) or _json_text(item.get("summary"))
    return OldEntry(_json_text(item.get("id")) or link, link, _plain(title))


def _json_text(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value).strip()


def _rss_entry(item: etree._Element) -> OldEntry:
    guid, link = _text(item, "guid"), _text(item, "link")
    is_permalink = any(
        child.get("isPermaLink", "true") != "false" for child in _children(item, "guid")
    )
    if not link and guid.startswith("http") and is_permalink:
        link = guid
    return OldEntry(guid or link, link, _plain(_text(item, "title")))


def _atom_entry(entry: etree._Element) -> OldEntry:
    link = _atom_link(entry)
    return OldEntry(_text(entry, "id") or link, link, _plain(_text(entry, "title")))


def _atom_link(element: etree._Element) -> str:
    links = [
        link for link in _children(element, "link") if link.get("rel", "alternate") == "alternate"
    ]
    return (links[0].get("href") or "").strip() if links else ""


def _children(element: etree._Element, name: str) -> list[etree._Element]:
    """Return the children with a name, in no namespace or in that of RSS 1.0 or Atom."""
    return [
        child
        for child in element.iterchildren("*")
        if etree.QName(child).localname == name
        and etree.QName(child).namespace in (None, etree.QName(element).namespace, *_RSS_NAMESPACES)
    ]


_RSS_NAMESPACES: Final = ("http://purl.org/rss/1.0/", "http://backend.userland.com/rss2")


def _text(element: etree._Element, name: str) -> str:
    """Return the text of the first child with a name, also in elements inside it."""
    for child in _children(element, name):
        return "".join(map(str, child.itertext())).strip()
    return ""


def _plain(title: str) -> str:
    return " ".join((plain_text(title) or "").split())


def _unique(entries: Iterable[OldEntry]) -> tuple[OldEntry, ...]:
    return tuple({entry.id: entry for entry in entries if entry.id}.values())
