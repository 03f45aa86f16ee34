"""A store in memory, for moments that a real one only seldom has."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from newsgraph.store.documents.collection import Collection
from newsgraph.store.limits import NO_LIMITS, Limits
from newsgraph.store.query.selection import Edge
from newsgraph.store.store import Reading, State, Store

if TYPE_CHECKING:
    from collections.abc import Callable

    from newsgraph.store.query.selection import Selection

ARTICLE: dict[str, Any] = {
    "guid": "urn:uuid:6ba7b810-9dad-11d1-80b4-00c04fd430c8",
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
    "related": [],
    "source": {"revision": 1},
}


@dataclass
class FakeStore(Store):
    """One article, whose title is the revision that it was read at.

    It is a `Store` so that mypy compares its methods with the real ones; what it doesn't override
    fails.

    Attributes:
        before_read: called before each read, as an import by another process would come.
        failure: raised instead of any answer.
        reads: how often it was read beyond its state, and beyond when the feed last changed.
    """

    revision: int = 1
    store_id: str = "one"
    imported_at: str | None = "2024-02-02T08:00:00Z"
    hidden_count: int = 0
    collection: Collection = field(default_factory=lambda: Collection(id="fake", title="Fake"))
    before_read: Callable[[], object] | None = None
    failure: Exception | None = None
    reads: int = 0

    async def state(self) -> State:
        """Tell where the store stands."""
        if self.failure:
            raise self.failure
        return self.where()

    def state_now(self) -> State | None:
        """Tell where the store stands, at once."""
        return self.where()

    def where(self) -> State:
        """Return where the store stands."""
        return State(
            self.store_id, self.revision, self.imported_at, 1, self.hidden_count, self.collection
        )

    async def read(self, *selections: Selection, limits: Limits = NO_LIMITS) -> Reading:  # noqa: ARG002 - the store's own
        """Answer what the feed of all articles asks, and when it last changed."""
        first = selections[0].items[0]
        if isinstance(first, Edge) and first.key == "owner":
            feed = {"revision": self.revision, "changedAt": self.imported_at}
            feed["wholeRevision"] = self.revision
            return Reading(self.revision, (json.dumps({"owner": {"feed": feed}}).encode(),))
        self.reads += 1
        if self.before_read:
            self.before_read()
        article = ARTICLE | {"title": f"revision {self.revision}"}
        info = dict.fromkeys(("hasNextPage", "hasPreviousPage", "startCursor", "endCursor"))
        page = {"totalCount": 1, "edges": [{"node": article}], "pageInfo": info}
        answer = json.dumps({"page": page, "articles": page}).encode()
        return Reading(self.revision, (answer,) * len(selections))
