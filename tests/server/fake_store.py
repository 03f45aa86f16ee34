"""A store in memory, for states that a real store rarely has."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from newsgraph.store.documents.collection_settings import Collection
from newsgraph.store.query.selection import Edge
from newsgraph.store.query_limits import NO_LIMITS, QueryLimits
from newsgraph.store.store import QueryResult, Store, StoreState
from tests.server.background.fake_leader_leases import FakeLeaderLeases

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from newsgraph.store.leader_leases import LeaderLeases
    from newsgraph.store.query.selection import Selection

ARTICLE: dict[str, Any] = {
    "guid": "urn:uuid:6ba7b810-9dad-11d1-80b4-00c04fd430c8",
    "atomId": None,
    "slug": "tides",
    "title": "Tides turn turbines",
    "webUrl": "https://news.example/tides",
    "excerpt": "It&#8217;s a start",
    "publishedAt": "2024-02-01T08:00:00Z",
    "updatedAt": "2024-02-01T08:00:00Z",
    "provider": None,
    "topics": [],
    "authors": [],
    "images": [],
    "bodyHtml": "",
    "hasTitle": True,
    "language": None,
    "enclosures": [],
    "related": [],
    "attachments": [],
    "source": {"revision": 1},
}


@dataclass
class FakeStore(Store):
    """A store with one article, whose title contains the revision that it was read at.

    It is a `Store` so that mypy compares its methods with the real ones; methods that it doesn't
    override fail.

    Attributes:
        before_read: called before each read, to simulate an import by another process.
        failure: exception that `state` and `read` raise, except for `read` of a feed's last change.
        read_count: number of reads, without those of the state and of a feed's last change.
        next_change: time at which a document appears, in UTC.
        write_failure: exception that `publish_due` raises.
        publication_count: how many documents have appeared.
    """

    revision: int = 1
    store_id: str = "one"
    imported_at: str | None = "2024-02-02T08:00:00Z"
    hidden_count: int = 0
    collection: Collection = field(default_factory=lambda: Collection(id="fake", title="Fake"))
    before_read: Callable[[], object] | None = None
    failure: Exception | None = None
    read_count: int = 0
    next_change: datetime | None = None
    write_failure: Exception | None = None
    publication_count: int = 0
    publication_leases: LeaderLeases = field(default_factory=FakeLeaderLeases)

    async def compile(self, *_selections: Selection) -> None:
        """Compile nothing: reads need no statements."""

    async def state(self) -> StoreState:
        """Return the state of the store."""
        if self.failure:
            raise self.failure
        return self.current_state()

    def cached_state(self) -> StoreState | None:
        """Return the state of the store without waiting."""
        return self.current_state()

    def current_state(self) -> StoreState:
        """Return the state of the store, even after a failure was set."""
        return StoreState(
            self.store_id, self.revision, self.imported_at, 1, self.hidden_count, self.collection
        )

    async def next_visibility_change(self) -> datetime | None:
        """Return the time at which a document appears or goes."""
        return self.next_change

    async def publish_due(self) -> int:
        """Publish the only document that appears."""
        if self.write_failure:
            raise self.write_failure
        self.next_change = None
        self.revision += 1
        self.publication_count += 1
        return 1

    async def read(self, *selections: Selection, limits: QueryLimits = NO_LIMITS) -> QueryResult:  # noqa: ARG002 - as in `Store`
        """Return the rows of the feed of all articles, or its last change."""
        first = selections[0].items[0]
        if isinstance(first, Edge) and first.key == "owner":
            feed = {"revision": self.revision, "changedAt": self.imported_at}
            feed["fullRevision"] = self.revision
            return QueryResult(self.revision, (json.dumps({"owner": {"feed": feed}}).encode(),))
        if self.failure:
            raise self.failure
        self.read_count += 1
        if self.before_read:
            self.before_read()
        article = ARTICLE | {"title": f"revision {self.revision}"}
        info = dict.fromkeys(("hasNextPage", "hasPreviousPage", "startCursor", "endCursor"))
        page = {"totalCount": 1, "edges": [{"node": article}], "pageInfo": info}
        result = json.dumps({"page": page, "articles": page, "article": None}).encode()
        return QueryResult(self.revision, (result,) * len(selections))
