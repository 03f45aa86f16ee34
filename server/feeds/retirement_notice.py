"""The retirement notice: an entry which tells readers that a topic's feed will end. Pure."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid5

from newsgraph.feeds import Entry
from newsgraph.server.feeds.entries import feed_id

if TYPE_CHECKING:
    from collections.abc import Mapping

    from newsgraph.server.feeds.metadata import FeedDefaults, FeedDescription
    from newsgraph.store.documents.collection_settings import Collection


def build_retirement_notice(
    retirement: Mapping[str, Any],
    description: FeedDescription,
    defaults: FeedDefaults,
    collection: Collection,
) -> Entry | None:
    """Build the retirement notice of a feed; None where the feed is not being retired.

    The notice keeps its id when its text changes, so readers show one entry.

    Args:
        retirement: the topic's ``end`` as read from the store; empty for other feeds.
        description: describes the feed.
        defaults: what all feeds of the site have in common.
        collection: the store's first collection.
    """
    if not retirement.get("notice"):
        return None
    since = datetime.fromisoformat(retirement["since"])
    urls = defaults.urls
    namespace = UUID(feed_id(collection, urls.base_url, description.feed_key))
    return Entry(
        guid=f"urn:uuid:{uuid5(namespace, 'notice of its end')}",
        title=f"{description.title}: this feed is going to end",
        link=urls.absolute(description.home_path),
        updated=since,
        published=since,
        summary=retirement["notice"],
    )
