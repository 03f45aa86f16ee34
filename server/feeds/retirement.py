"""The entry by which a feed tells its readers that it is going to end. Pure."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid5

from newsgraph.feeds import Story
from newsgraph.server.feeds.entries import feed_id

if TYPE_CHECKING:
    from collections.abc import Mapping

    from newsgraph.server.feeds.metadata import About, Announcing
    from newsgraph.store.documents.collection import Collection


def ended(
    end: Mapping[str, Any], about: About, announcing: Announcing, collection: Collection
) -> Story | None:
    """Return the notice of a feed that is going to end; None where there is none.

    It is one entry with one id, however often the notice is written anew.

    Args:
        end: of the topic, as the store answers it; empty where its feeds go on.
        about: what the feed is of.
        announcing: what all feeds say.
        collection: the store's first.
    """
    if not end.get("notice"):
        return None
    since = datetime.fromisoformat(end["since"])
    addresses = announcing.addresses
    own = UUID(feed_id(collection, addresses.site, about.id))
    return Story(
        guid=f"urn:uuid:{uuid5(own, 'notice of its end')}",
        title=f"{about.title}: this feed is going to end",
        link=addresses.at(about.home),
        updated=since,
        published=since,
        summary=end["notice"],
        provider=collection.title,
    )
