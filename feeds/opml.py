"""A list of feeds as OPML 2.0 (http://opml.org/spec2.opml)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lxml import etree

from .text import one_line
from .uri import uri

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lxml.etree import _Element


@dataclass(frozen=True, slots=True)
class Outline:
    """One line of a subscription list: a feed, or a group of further lines.

    Attributes:
        title: what people read.
        xml_url: the feed's absolute address; None for a group.
        html_url: the page for people that the feed belongs to.
        description: the feed's own description, plain text.
        children: the group's lines, in order.
    """

    title: str
    xml_url: str | None = None
    html_url: str | None = None
    description: str | None = None
    children: tuple[Outline, ...] = ()


def render_opml(title: str, outlines: Sequence[Outline]) -> bytes:
    """Render a subscription list as OPML 2.0 in UTF-8.

    ``type`` is ``rss`` for Atom too: the specification has no other for feeds.
    A group has only a ``text``: with another attribute it would need a type.
    Neither date of the head is written, as both are optional and a list has none
    of its own: the same arguments give the same bytes.
    """
    root = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(root, "head"), "title").text = one_line(title)
    _append(etree.SubElement(root, "body"), outlines)
    xml: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)
    return xml


def _append(parent: _Element, outlines: Sequence[Outline]) -> None:
    for outline in outlines:
        title = one_line(outline.title) or uri(outline.xml_url or "")
        element = etree.SubElement(parent, "outline", text=title)
        is_feed = outline.xml_url is not None
        optional = {
            "title": title if is_feed else None,
            "type": "rss" if is_feed else None,
            "xmlUrl": uri(outline.xml_url or ""),
            "htmlUrl": uri(outline.html_url or ""),
            "description": one_line(outline.description or ""),
        }
        for name, value in optional.items():
            if value:
                element.set(name, value)
        _append(element, outline.children)
