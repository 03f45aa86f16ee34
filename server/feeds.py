"""The addresses of feeds: a question to the store, stories, and their rendering."""

from __future__ import annotations

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.routing import Route

from feeds import (
    ATOM_TYPE,
    JSON_FEED_TYPE,
    RSS_TYPE,
    Outline,
    render_atom,
    render_json,
    render_opml,
    render_rss,
)
from server import questions, stories
from server.addresses import feed_path
from server.last_changes import LastChanges
from server.questions import FOUND_BY

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from starlette.requests import Request
    from starlette.responses import Response

    from server.addresses import Addresses, Kind
    from server.conditional import Answers
    from store.store import Reading, State, Store

FORMATS = {
    "rss": (f"{RSS_TYPE}; charset=utf-8", render_rss),
    "atom": (f"{ATOM_TYPE}; charset=utf-8", render_atom),
    # JSON is always UTF-8, and its types have no such parameter (RFC 8259 section 11).
    "json": (JSON_FEED_TYPE, render_json),
}
"""By suffix: the media type, and what renders it."""

OPML_TYPE = "text/x-opml; charset=utf-8"
"""Never registered, but what readers and the validators of OPML know."""


class Feeds:
    """The feeds of a store, and the list of them."""

    def __init__(self, store: Store, answers: Answers, addresses: Addresses, entries: int) -> None:
        """Args: entries: how many stories a feed carries at most."""
        self._answers, self._addresses, self._entries = answers, addresses, entries
        self._changes = LastChanges(store)
        # feedgen switches the locale of the whole process while it writes dates, so that
        # two threads must not render side by side; the event loop stays free.
        self._renderer = ThreadPoolExecutor(1, "feeds")

    def routes(self) -> list[Route]:
        """Return the routes; a name may hold dots, so only the last one begins a suffix."""
        found: list[Route] = [Route("/feeds.opml", self._opml)]
        kinds: list[tuple[str, Kind]] = [
            ("/feeds/all.{suffix}", "all"),
            ("/feeds/topics/{name:path}.{suffix}", "topics"),
            ("/feeds/providers/{name:path}.{suffix}", "providers"),
        ]
        return found + [Route(path, partial(self._feed, kind)) for path, kind in kinds]

    def close(self) -> None:
        """End the rendering thread, after what it is at."""
        self._renderer.shutdown()

    async def _feed(self, kind: Kind, request: Request) -> Response:
        name, suffix = request.path_params.get("name", ""), request.path_params["suffix"]
        if suffix not in FORMATS:
            there_are = ", ".join(f".{one}" for one in FORMATS)
            raise HTTPException(404, f"There is no feed in the format {suffix!r}, but {there_are}.")
        media_type, render = FORMATS[suffix]

        async def body(state: State, reading: Reading) -> bytes:
            answer = json.loads(reading.answers[0])
            owner = answer if kind == "all" else answer["owner"]
            if owner is None:
                raise HTTPException(404, self._unknown(kind, name))
            entries = [stories.story(one["node"]) for one in owner["articles"]["edges"]]
            channel = stories.channel(
                state.collection,
                None if kind == "all" else owner,
                (self._addresses, kind, name, suffix),
                entries,
            )
            request.app.state.metrics.rendered()
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._renderer, render, channel, entries)

        resource = f"{feed_path(kind, name)}.{suffix}"
        asked = (questions.feed(kind, name, self._entries),)
        return await self._answers.give(
            request,
            resource,
            media_type,
            asked,
            body,
            partial(self._changes.changed, kind, name),
        )

    def _unknown(self, kind: Kind, name: str) -> str:
        what, _ = FOUND_BY[kind]
        listed = self._addresses.at("/")
        return f"There is no {what} {name!r}. The {what}s are listed at {listed}"

    async def _opml(self, request: Request) -> Response:
        async def body(state: State, reading: Reading) -> bytes:
            found = json.loads(reading.answers[0])
            groups = (
                Outline("Topics", children=self._outlines("topics", "slug", found["topics"])),
                Outline(
                    "Providers", children=self._outlines("providers", "domain", found["providers"])
                ),
            )
            title = state.collection.title or stories.UNTITLED
            return render_opml(title, [group for group in groups if group.children])

        asked = (questions.everything_with_feeds(),)
        return await self._answers.give(request, "/feeds.opml", OPML_TYPE, asked, body)

    def _outlines(
        self, kind: Kind, key: str, page: Mapping[str, Sequence[Mapping[str, Any]]]
    ) -> tuple[Outline, ...]:
        nodes = [edge["node"] for edge in page["edges"] if edge["node"]["articleCount"]]
        return tuple(
            Outline(
                node["name"],
                self._addresses.feed(kind, node[key], "rss"),
                self._addresses.page_of(kind, node[key]),
                node["description"],
            )
            for node in nodes
        )
