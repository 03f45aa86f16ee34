"""Stories become feeds: RSS 2.0, Atom 1.0, JSON Feed 1.1, and OPML lists of them.

Everything here is pure: values go in, bytes come out, and the same values give
the same bytes. Nothing reads a file, a socket, a clock or a setting, and nothing
of ours outside this package is imported.
"""

from __future__ import annotations

from newsgraph.feeds.entry import Category, Channel, Paging, Picture, Related, Source, Story
from newsgraph.feeds.paging_links import relations

from .atom import ATOM_TYPE, render_atom
from .json_feed import JSON_FEED_TYPE, render_json
from .opml import Outline, render_opml
from .rss import RSS_TYPE, render_rss

__all__ = [
    "ATOM_TYPE",
    "JSON_FEED_TYPE",
    "RSS_TYPE",
    "Category",
    "Channel",
    "Outline",
    "Paging",
    "Picture",
    "Related",
    "Source",
    "Story",
    "relations",
    "render_atom",
    "render_json",
    "render_opml",
    "render_rss",
]
