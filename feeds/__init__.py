"""Renders feeds as RSS 2.0, Atom 1.0 and JSON Feed 1.1, and lists of feeds as OPML.

All functions are pure: they take values and return bytes, and equal values give equal bytes.
None of them reads a file, a socket, a clock or a setting. Of the other packages, this one
imports only `store.documents`, for HTML and URLs.
"""

from __future__ import annotations

from newsgraph.feeds.dates import UNKNOWN_UPDATED
from newsgraph.feeds.entry import (
    Attachment,
    Author,
    Category,
    Entry,
    EntryOptions,
    FeedMetadata,
    Image,
    PagingLinks,
    RelatedStory,
    SourceFeed,
)
from newsgraph.feeds.hub_and_paging_links import link_relations
from newsgraph.feeds.sanitize_entries import entry_options

from .atom import ATOM_MEDIA_TYPE, render_atom
from .formats import FORMATS, FeedFormat
from .json_feed import JSON_FEED_MEDIA_TYPE, render_json_feed
from .opml import Outline, render_opml
from .rss import RSS_MEDIA_TYPE, render_rss

__all__ = [
    "ATOM_MEDIA_TYPE",
    "FORMATS",
    "JSON_FEED_MEDIA_TYPE",
    "RSS_MEDIA_TYPE",
    "UNKNOWN_UPDATED",
    "Attachment",
    "Author",
    "Category",
    "Entry",
    "EntryOptions",
    "FeedFormat",
    "FeedMetadata",
    "Image",
    "Outline",
    "PagingLinks",
    "RelatedStory",
    "SourceFeed",
    "entry_options",
    "link_relations",
    "render_atom",
    "render_json_feed",
    "render_opml",
    "render_rss",
]
