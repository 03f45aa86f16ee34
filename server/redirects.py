"""Permanent redirects from old names of topics to their current ones."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException

from newsgraph.store.query.selection import Edge, EdgeArguments, Field, Selection

if TYPE_CHECKING:
    from newsgraph.store.store import Store


async def resolve_topic_alias(store: Store, slug: str) -> str | None:
    """Return the current slug of the topic with this alias; None where no topic has it.

    A topic's current slug is never another topic's alias, so it need not be looked up first.

    Args:
        store: the store that has the topics.
        slug: old slug, as it is in URLs.

    Raises:
        StoreError: the store could not be read.
    """
    topic = Selection((Field("slug", "slug"),))
    edge = Edge("topic", "aliasedTopic", topic, EdgeArguments(lookup=("slug", slug)))
    result = await store.read(Selection((edge,)))
    row = json.loads(result.results[0])["topic"]
    return row and str(row["slug"])


def permanent_redirect(location: str) -> HTTPException:
    """Return a 301 response as an exception (RFC 9110 section 15.4.2).

    Args:
        location: absolute URL, or path from the root of the host.
    """
    # Without Cache-Control, browsers cache a 301 forever, and an alias can be withdrawn.
    headers = {"Location": location, "Cache-Control": "no-cache"}
    return HTTPException(301, f"This is at {location} now.", headers)
