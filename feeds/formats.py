"""The formats of feeds, by the suffixes that their URLs end with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from newsgraph.feeds.atom import ATOM_MEDIA_TYPE, compose_atom, render_atom_entry
from newsgraph.feeds.json_feed import JSON_FEED_MEDIA_TYPE, compose_json_feed, render_json_item
from newsgraph.feeds.rss import RSS_MEDIA_TYPE, compose_rss, render_rss_item

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from newsgraph.feeds.entry import Entry, EntryOptions, FeedMetadata


@dataclass(frozen=True, slots=True)
class FeedFormat:
    """Renders feeds of one format in two steps, so that rendered entries can be used again.

    Attributes:
        media_type: media type of feeds, without parameters.
        render_entry: renders an entry, which can be a part of any number of feeds.
        compose: composes a feed of rendered entries, on one thread at a time.
    """

    media_type: str
    render_entry: Callable[[EntryOptions, Entry], bytes]
    compose: Callable[[FeedMetadata, Sequence[bytes]], bytes]


FORMATS: Final[Mapping[str, FeedFormat]] = {
    "rss": FeedFormat(RSS_MEDIA_TYPE, render_rss_item, compose_rss),
    "atom": FeedFormat(ATOM_MEDIA_TYPE, render_atom_entry, compose_atom),
    "json": FeedFormat(JSON_FEED_MEDIA_TYPE, render_json_item, compose_json_feed),
}
