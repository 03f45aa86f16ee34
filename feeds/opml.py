"""Renders a list of feeds as OPML 2.0 (http://opml.org/spec2.opml)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lxml import etree

from newsgraph.store.documents.uri_encoding import iri_to_uri

from .text import clean_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lxml.etree import _Element


@dataclass(frozen=True, slots=True)
class Outline:
    """An outline of a subscription list: a feed, or a group of outlines.

    Attributes:
        title: the text that programs display.
        xml_url: absolute URL of the feed; None for a group.
        html_url: URL of the HTML page that the feed belongs to.
        description: the feed's description, plain text.
        children: the outlines of the group, in order.
    """

    title: str
    xml_url: str | None = None
    html_url: str | None = None
    description: str | None = None
    children: tuple[Outline, ...] = ()


def render_opml(title: str, outlines: Sequence[Outline]) -> bytes:
    """Render a subscription list as OPML 2.0 in UTF-8.

    ``type`` is ``rss`` for Atom feeds too: the specification has no other type for feeds.
    A group has only the attribute ``text``: with another one it would need a type.
    The head has no dates, as both are optional: equal arguments give equal bytes.
    """
    root = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(root, "head"), "title").text = clean_line(title)
    _append_outlines(etree.SubElement(root, "body"), outlines)
    xml: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)
    return xml


def _append_outlines(parent: _Element, outlines: Sequence[Outline]) -> None:
    for outline in outlines:
        title = clean_line(outline.title) or iri_to_uri(outline.xml_url or "")
        element = etree.SubElement(parent, "outline", text=title)
        is_feed = outline.xml_url is not None
        optional = {
            "title": title if is_feed else None,
            "type": "rss" if is_feed else None,
            "xmlUrl": iri_to_uri(outline.xml_url or ""),
            "htmlUrl": iri_to_uri(outline.html_url or ""),
            "description": clean_line(outline.description or ""),
        }
        for name, value in optional.items():
            if value:
                element.set(name, value)
        _append_outlines(element, outline.children)
