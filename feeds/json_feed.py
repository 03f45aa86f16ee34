"""Renders entries as a JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from newsgraph.feeds.content_html import content_html
from newsgraph.feeds.extensions import ICON_MEDIA_TYPE, image_media_type
from newsgraph.feeds.sanitize_entries import (
    creators,
    entry_options,
    language_in,
    sanitize_entry,
    sanitize_metadata,
)

from .dates import format_rfc3339

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsgraph.feeds.entry import Attachment, Author, Entry, EntryOptions, FeedMetadata

JSON_FEED_MEDIA_TYPE = "application/feed+json"

_VERSION = "https://jsonfeed.org/version/1.1"
_NO_ITEMS = b"[]\n}"
"""End of a feed without items."""


def render_json_feed(metadata: FeedMetadata, entries: Sequence[Entry]) -> bytes:
    """Render a feed as JSON Feed 1.1 in UTF-8, with its entries in the given order.

    Equal arguments give equal bytes.

    Raises:
        ValueError: a time is naive.
    """
    options = entry_options(metadata)
    return compose_json_feed(metadata, [render_json_item(options, entry) for entry in entries])


def compose_json_feed(metadata: FeedMetadata, items: Sequence[bytes]) -> bytes:
    """Compose a JSON Feed 1.1 in UTF-8 of items, in the given order.

    Optional members without a value are omitted. Equal arguments give equal bytes.

    Args:
        metadata: the feed's metadata; what `entry_options` takes from it was used for the items.
        items: results of `render_json_item`.
    """
    metadata = sanitize_metadata(metadata)
    feed = {
        "version": _VERSION,
        "title": metadata.title,
        "home_page_url": metadata.home_url,
        "feed_url": metadata.self_url,
        "description": metadata.description,
        "authors": [{"name": metadata.author, **_without_empty(url=metadata.author_url)}],
        **_without_empty(
            icon=_large_icon(metadata),
            favicon=metadata.icon_url,
            language=metadata.language,
            next_url=_next_url(metadata),
            hubs=_hubs(metadata),
        ),
        "items": [],
    }
    text = json.dumps(feed, ensure_ascii=False, indent=1).encode()
    if items:
        text = text.removesuffix(_NO_ITEMS) + b"[\n" + b",\n".join(items) + b"\n ]\n}"
    return text + b"\n"


def _next_url(metadata: FeedMetadata) -> str | None:
    return metadata.paging.next or metadata.paging.prev_archive


def _large_icon(metadata: FeedMetadata) -> str | None:
    """Return a picture for timelines, where an icon of a browser would be too small."""
    icon, logo = metadata.icon_url, metadata.logo_url
    is_small = icon is not None and image_media_type(icon) == ICON_MEDIA_TYPE
    return logo or icon if is_small else icon or logo


def _hubs(metadata: FeedMetadata) -> list[dict[str, str]]:
    return [{"type": "WebSub", "url": metadata.hub_url}] if metadata.hub_url else []


def render_json_item(options: EntryOptions, entry: Entry) -> bytes:
    """Render an entry as an item of a JSON Feed, in UTF-8 and indented as in a feed.

    An item must have content: without a body, that is the summary.

    Raises:
        ValueError: a time is naive.
    """
    item = json.dumps(_build_item(options, sanitize_entry(entry)), ensure_ascii=False, indent=1)
    # JSON escapes the line breaks of strings.
    return f"  {item}".replace("\n", "\n  ").encode()


def _build_item(options: EntryOptions, entry: Entry) -> dict[str, Any]:
    html = (
        None
        if options.summary_only
        else content_html(entry, include_related=options.include_related)
    )
    content = {"content_text": entry.summary or ""} if html is None else {"content_html": html}
    return {
        "id": entry.guid,
        "url": entry.link,
        **_without_empty(title=entry.title),
        **content,
        **_without_empty(
            summary=html and entry.summary,
            image=entry.image and entry.image.url,
            date_published=entry.published and format_rfc3339(entry.published),
            date_modified=format_rfc3339(entry.updated),
            authors=[_author(author) for author in creators(entry)],
            tags=[category.label for category in entry.categories],
            language=language_in(options, entry),
            attachments=[_attachment(file) for file in entry.attachments],
        ),
    }


def _author(author: Author) -> dict[str, str]:
    return {"name": author.name, **_without_empty(url=author.url, avatar=author.image_url)}


def _attachment(file: Attachment) -> dict[str, Any]:
    size = {} if file.size is None else {"size_in_bytes": file.size}
    return {"url": file.url, "mime_type": file.media_type, **size}


def _without_empty(**members: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    return {name: value for name, value in members.items() if value}
