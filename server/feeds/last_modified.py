"""When feeds last changed: asked of the store once for each revision, then remembered."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsgraph.server.feeds import selections
from newsgraph.server.http_cache.etags import Changed

if TYPE_CHECKING:
    from newsgraph.server.urls import Kind
    from newsgraph.store.store import State, Store

MOST = 10_000
"""How many feeds are remembered; names that are nobody's come from anyone, and are not."""


@dataclass(frozen=True, slots=True)
class LastChange(Changed):
    """When a feed last changed.

    Attributes:
        whole: the last revision that changed it otherwise than by articles that came or changed.
    """

    whole: int


class LastChanges:
    """Tells what a feed's validator is made of, long before the feed is read or rendered."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._of: tuple[str, int] | None = None
        self._known: dict[tuple[Kind, str], LastChange] = {}

    async def changed(self, kind: Kind, name: str, state: State) -> LastChange | None:
        """Return when a feed last changed.

        Args:
            kind: what it is of.
            name: the topic's slug or the provider's domain.
            state: the store's, of the revision that is asked about.

        Returns:
            None where there is no such feed, or the store has another revision by now.

        Raises:
            StoreError: the store could not be read.
        """
        now = (state.store_id, state.revision)
        if now == self._of and (kind, name) in self._known:
            return self._known[kind, name]
        reading = await self._store.read(selections.last_change(kind, name))
        if reading.revision != state.revision:
            return None
        feed = (json.loads(reading.answers[0])["owner"] or {}).get("feed")
        last = (
            LastChange(feed["revision"], feed["changedAt"], feed["wholeRevision"]) if feed else None
        )
        if now != self._of or len(self._known) >= MOST:
            self._of, self._known = now, {}
        if last is not None:
            self._known[kind, name] = last
        return last
