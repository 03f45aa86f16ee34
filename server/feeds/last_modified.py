"""When feeds last changed: read from the store once per revision, then cached."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsgraph.server.feeds import selections
from newsgraph.server.http_cache.etags import Modification

if TYPE_CHECKING:
    from newsgraph.server.urls import FeedKind
    from newsgraph.store.store import Store, StoreState

MAX_CACHED_FEEDS = 10_000
"""Maximum number of cached feeds. Names without a feed are not cached: any client can send them."""


@dataclass(frozen=True, slots=True)
class LastChange(Modification):
    """When a feed last changed.

    Attributes:
        full_feed_revision: last revision that did more than add or update articles of the feed;
            a client with an older revision needs the full feed instead of a delta.
    """

    full_feed_revision: int


class LastChangeCache:
    """Caches when feeds last changed; their validators depend on it.

    So a conditional request can get a 304 before the feed is read or rendered.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        # Identifier and revision of the store that the cached values are of.
        self._store_version: tuple[str, int] | None = None
        self._cache: dict[tuple[FeedKind, str], LastChange] = {}

    async def get(self, kind: FeedKind, name: str, state: StoreState) -> LastChange | None:
        """Return when a feed last changed.

        Args:
            kind: whether it is the feed of the site, a topic or a provider.
            name: slug of the topic or domain of the provider.
            state: state of the store at the requested revision.

        Returns:
            None where the feed does not exist, or the store is at another revision by now.

        Raises:
            StoreError: the store could not be read.
        """
        store_version = (state.store_id, state.revision)
        if store_version == self._store_version and (kind, name) in self._cache:
            return self._cache[kind, name]
        result = await self._store.read(selections.select_last_change(kind, name))
        if result.revision != state.revision:
            return None
        feed = (json.loads(result.results[0])["owner"] or {}).get("feed")
        last_change = (
            LastChange(feed["revision"], feed["changedAt"], feed["fullRevision"]) if feed else None
        )
        if store_version != self._store_version or len(self._cache) >= MAX_CACHED_FEEDS:
            self._store_version, self._cache = store_version, {}
        if last_change is not None:
            self._cache[kind, name] = last_change
        return last_change
