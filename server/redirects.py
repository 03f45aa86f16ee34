"""Permanent redirects from old names of topics, and other spellings of names, to current ones."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException

from newsgraph.server.selections import OWNER_LOOKUPS, fields
from newsgraph.store.documents.identity import author_slug, topic_slug
from newsgraph.store.documents.urls import normalize_domain
from newsgraph.store.query.selection import Edge, EdgeArguments, Field, Selection

if TYPE_CHECKING:
    from newsgraph.server.selections import OwnerKind
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


async def find_owner(store: Store, kind: OwnerKind, name: str) -> str | None:
    """Return the slug of a topic, or the domain of a publisher, that has another spelling in a URL.

    Args:
        store: the store that has them.
        kind: whether to find a topic or a publisher.
        name: a topic's name or old slug, such as ``Computer Vision``; or a domain as people write
            it, such as ``www.CNET.com``.

    Returns:
        The slug or domain; None where there is none, or where it is `name` itself.

    Raises:
        StoreError: the store could not be read.
    """
    if kind == "topics":
        current: str | None = topic_slug(name)
        for alias in dict.fromkeys((name, topic_slug(name))):
            if (slug := await resolve_topic_alias(store, alias)) is not None:
                return slug
    elif kind == "authors":
        current = author_slug(name)
    else:
        current = normalize_domain(name.strip("/"))
    if not current or current == name:
        return None
    edge, lookup = OWNER_LOOKUPS[kind]
    owner = Edge("owner", edge, Selection(fields(lookup)), EdgeArguments(lookup=(lookup, current)))
    result = await store.read(Selection((owner,)))
    return current if json.loads(result.results[0])["owner"] else None


def permanent_redirect(location: str) -> HTTPException:
    """Return a 301 response as an exception (RFC 9110 section 15.4.2).

    Args:
        location: absolute URL, or path from the root of the host.
    """
    # Without Cache-Control, browsers cache a 301 forever, and an alias can be withdrawn.
    headers = {"Location": location, "Cache-Control": "no-cache"}
    return HTTPException(301, f"This is at {location} now.", headers)
