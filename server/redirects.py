"""Topics that are called otherwise now, and the answer that leads to them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException

from newsgraph.store.query.selection import Arguments, Edge, Field, Selection

if TYPE_CHECKING:
    from newsgraph.store.store import Store


async def now_called(store: Store, slug: str) -> str | None:
    """Return the slug of the topic that had this one before; None where none had.

    What is a topic's own slug is no other's alias, so it need not be looked up before.

    Args:
        store: what is asked.
        slug: as it stands in addresses.

    Raises:
        StoreError: the store could not be read.
    """
    wanted = Selection((Field("slug", "slug"),))
    edge = Edge("topic", "aliasedTopic", wanted, Arguments(by=("slug", slug)))
    reading = await store.read(Selection((edge,)))
    topic = json.loads(reading.answers[0])["topic"]
    return topic and str(topic["slug"])


def moved(location: str) -> HTTPException:
    """Return the answer that something is elsewhere for good (RFC 9110 section 15.4.2).

    Args:
        location: where, as a whole address or from the root of this host on.
    """
    # Browsers would keep it for ever by themselves, and an alias can be taken back.
    headers = {"Location": location, "Cache-Control": "no-cache"}
    return HTTPException(301, f"This is at {location} now.", headers)
